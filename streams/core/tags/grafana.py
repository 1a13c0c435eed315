"""Tags from annotations, in the form in which Grafana takes them.

Known of the original, from its pages (https://grafana.com/docs/grafana/v12.4/developer-resources/api-reference/http-api/)
and its source: `POST /api/annotations` with `time` and `timeEnd` in epoch milliseconds (now without `time`; swapped
where the end is first), `tags`, `text`, `dashboardUID` and `panelId`. It answers `{"message": "Annotation added", "id":
N}`. Errors are `{"message": ...}`: 400 `bad request data` for what is no such JSON, 400 `Failed to save annotation`
without a text, 401 `Unauthorized` without and `Invalid API key` with a wrong key. What was wrong is in `error`, which
the original adds only outside of production.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import orjson

from streams.core.parsing.times import parse_time
from streams.core.tags.make import KINDS, TagError, make_tag

if TYPE_CHECKING:
    from schemas.tag import LifecycleTag

SOURCE = "grafana"
ADDED = "Annotation added"
BAD_REQUEST = "bad request data"
NOT_SAVED = "Failed to save annotation"
UNAUTHORIZED = "Unauthorized"
INVALID_KEY = "Invalid API key"

SAYS = {
    "app": "applications",
    "application": "applications",
    "service": "applications",
    "subsystem": "subsystems",
    "component": "subsystems",
    "env": "environment",
    "environment": "environment",
    "version": "version",
    "release": "version",
    "commit": "commit",
    "sha": "commit",
    "kind": "kind",
}
"""What `KEY:value` or `KEY=value` among an annotation's tags says. A kind may stand there alone, too."""
KIND_WORDS = {**{kind: kind for kind in KINDS}, "deployment": "deploy", "release": "deploy", "configuration": "config"}
MOST_TAGS = 100
_LONGEST_NAME = 200
_MARKUP = re.compile(r"<[^<>]{0,2000}>")


class BadRequest(TagError):  # noqa: N818 - as the original calls it
    """The body is no annotation; ``NOT_SAVED`` is answered for other errors."""


def read_annotation(body: object, now_ms: int) -> tuple[LifecycleTag, int]:
    """The tag of an annotation, and the number to answer. Raises TagError, or BadRequest."""
    if not isinstance(body, dict):
        raise BadRequest("the body has to be a JSON object")
    text, tags = body.get("text") or "", body.get("tags") or []
    if not isinstance(text, str):
        raise BadRequest("text is no text")
    if not isinstance(tags, list) or not all(isinstance(one, str) for one in tags):
        raise BadRequest("tags is no list of texts")
    if len(tags) > MOST_TAGS:
        raise TagError(f"more than {MOST_TAGS} tags")
    name = _name(text)
    if not name:
        raise TagError("text field should not be empty")
    given: dict[str, Any] = {"name": name, **_said(tags)}
    start = _instant(body, "time") or now_ms
    end = _instant(body, "timeEnd")
    given["started_at"] = start if end is None else min(start, end)
    if end is not None and end != start:
        given["finished_at"] = max(start, end)
    number = _number(text, tags, start, end)
    tag = make_tag({**given, "id": f"{SOURCE}-{number}"}, source=SOURCE, now_ms=now_ms)
    return tag, number


def _name(text: str) -> str:
    """The first line that says something; annotations may hold HTML, which names don't."""
    lines = [" ".join(line.split()) for line in _MARKUP.sub("", text).splitlines()]
    return next((line for line in lines if line), "")[:_LONGEST_NAME].strip()


def _instant(body: dict[str, Any], key: str) -> int | None:
    """Epoch ms; 0 is what clients send for nothing."""
    value = body.get(key)
    if value is None or value == 0:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadRequest(f"{key} is no whole number of milliseconds since 1970")
    # Seconds are taken for what they are meant to be, though the original would see 1970 in them.
    found = parse_time(value)
    if found is None:
        raise BadRequest(f"{key} lies outside of the years 1 to 9999")
    return found


def _said(tags: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for tag in tags:
        key, _, value = tag.replace("=", ":", 1).partition(":")
        key, value = key.strip().lower(), value.strip()
        if not value and key in KIND_WORDS:
            found.setdefault("kind", KIND_WORDS[key])
        elif value and (name := SAYS.get(key)):
            if name in {"applications", "subsystems"}:
                found.setdefault(name, []).append(value[:_LONGEST_NAME])
            elif name != "kind":
                found.setdefault(name, value[:_LONGEST_NAME])
            elif value.lower() in KIND_WORDS:
                found.setdefault(name, KIND_WORDS[value.lower()])
    for name in ("applications", "subsystems"):
        if name in found:
            found[name] = found[name][:50]
    return found


def _number(text: str, tags: list[str], start: int, end: int | None) -> int:
    """A number of what was said, so that the same annotation twice is one; JavaScript can hold it."""
    said = orjson.dumps((text, tags, start, end))
    return int.from_bytes(blake2b(said, digest_size=6).digest()) or 1

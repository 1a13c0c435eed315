"""A lifecycle tag from what people give."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, get_args

import orjson
from pydantic import ValidationError

from schemas.errors import GuardstreamError
from schemas.tag import ICONS, Kind, LifecycleTag
from streams.core.parsing.times import to_rfc3339
from streams.core.rules.likeness import near
from streams.core.tags.when import HOW, read_when

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: tuple[str, ...] = get_args(Kind)
OTHER_NAMES = {
    "app": "applications",
    "application": "applications",
    "subsystem": "subsystems",
    "started": "started_at",
    "finished": "finished_at",
}
"""What fields may be called, too."""
LISTS = ("applications", "subsystems")
TIMES = ("started_at", "finished_at")
MOST_LISTED = 50


class TagError(GuardstreamError):
    """A tag can't be made of what was given; every field that is wrong is named, and has a problem of its own."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


def make_tag(given: object, *, source: str, now_ms: int) -> LifecycleTag:
    """A tag of its fields, by their names or those of ``OTHER_NAMES``; it starts now unless it is said when.

    Without an id it gets one from what it says, so that the same call twice is one tag. Raises TagError.
    """
    if not isinstance(given, dict):
        raise TagError("the body has to be a JSON object")
    problems: list[str] = []
    fields = _named(given, problems)
    for key in LISTS:
        if key in fields:
            fields[key] = _listed(key, fields[key], problems)
    for key in TIMES:
        if key in fields:
            fields[key] = _instant(key, fields[key], problems)
    started, finished = fields.setdefault("started_at", to_rfc3339(now_ms)), fields.get("finished_at")
    if started and finished and finished < started:
        problems.append(f"finished_at: {finished} is before started_at, {started}")
    if not isinstance(fields.get("source", ""), str):
        problems.append("source: is no text")
    fields["source"] = source
    if fields.get("icon") not in (None, *ICONS):
        problems.append(f"icon: {_shown(fields['icon'])} is none of {', '.join(ICONS)}")
    if problems:
        raise TagError(*problems)
    return _tag(fields)


def _tag(fields: dict[str, Any]) -> LifecycleTag:
    named = "id" in fields
    try:
        # The id is made of the fields as they are read, so that a space more makes no other tag.
        tag = LifecycleTag.model_validate({"id": "-", **fields})
    except ValidationError as error:
        raise TagError(*explain(error)) from error
    return tag if named else tag.model_copy(update={"id": tag_id(tag)})


def tag_id(tag: LifecycleTag) -> str:
    """The id of a tag that was given none."""
    said = (tag.source, tag.name, tag.version, sorted(tag.applications), tag.environment, tag.started_at)
    return f"tag-{blake2b(orjson.dumps(said), digest_size=10).hexdigest()}"


def explain(error: ValidationError) -> list[str]:
    """What pydantic found, a line a field."""
    return [
        f"{'.'.join(map(str, one['loc']))}: {_said(one)}"
        for one in error.errors(include_url=False, include_context=True)
    ]


def _said(found: Any) -> str:
    told, limit = found["type"], (found.get("ctx") or {})
    if told == "string_pattern_mismatch":
        address = "http" in limit["pattern"]
        return (
            "does not begin with http:// or https://"
            if address
            else "may have letters, digits and ._:- only, 120 of them"
        )
    words = {
        "missing": "is missing",
        "string_type": "is no text",
        "string_unicode": "is not valid UTF-8",
        "string_too_short": "is empty",
        "string_too_long": f"is longer than {limit.get('max_length')} characters",
        "too_long": f"has more than {limit.get('max_length')} entries",
        "literal_error": f"{_shown(found['input'])} is none of {', '.join(KINDS)}",
    }
    return words.get(told, str(found["msg"]))


def _named(given: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """What is given, by the fields' own names; absent is what is null or empty."""
    fields: dict[str, Any] = {}
    known = LifecycleTag.model_fields
    for key, value in given.items():
        name = OTHER_NAMES.get(key, key)
        if name not in known:
            problems.append(f"{_shown(key)}: there is no such field{near(key, [*known, *OTHER_NAMES])}")
        elif value is None or value == "":
            continue
        elif name in fields:
            problems.append(f"{key}: is {name} too; give one of them")
        else:
            fields[name] = value
    if "name" not in fields:
        problems.append("name: is empty" if given.get("name") is not None else "name: is missing")
    return fields


def _listed(key: str, value: Any, problems: list[str]) -> tuple[Any, ...]:
    """Names in a list, or in a text with commas; each once."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        problems.append(f"{key}: is neither a list of texts nor a text")
        return ()
    if len(value) > MOST_LISTED:
        problems.append(f"{key}: has more than {MOST_LISTED} entries")
        return ()
    return tuple(dict.fromkeys(text for one in value if (text := one.strip())))


def _instant(key: str, value: Any, problems: list[str]) -> str:
    found = read_when(value)
    if found is None:
        problems.append(f"{key}: {_shown(value)} is no time; {HOW}")
        return ""
    return to_rfc3339(found)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004 - a line of a terminal

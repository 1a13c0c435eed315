"""Lifecycle tags as forms have them: what stands in a field, what is typed into it, and what is wrong with that."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request

from streams.core.tags.make import KINDS, TagError, make_tag
from streams.web.board.bodies import TooLargeError, read_body

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.tag import LifecycleTag

MOST_FIELDS = 50
LISTS = frozenset({"applications", "subsystems"})
TIMES = frozenset({"started_at", "finished_at"})


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form: its name, what stands beside it, a hint, and the kind of its input."""

    name: str
    label: str
    hint: str = ""
    kind: str = "text"
    wanted: bool = False


FIELDS = (
    Field("name", "Name", "checkout 2.14.0", wanted=True),
    Field("version", "Version", "2.14.0"),
    Field("applications", "Applications", "checkout, cart"),
    Field("kind", "Kind", kind="kinds"),
    Field("environment", "Environment", "production"),
    Field("started_at", "Started, in UTC", "now, where it is empty", kind="datetime-local"),
    Field("finished_at", "Finished, in UTC", kind="datetime-local"),
    Field("icon", "Icon", kind="icons"),
    Field("url", "Address where more is told", "https://ci.example/run/7", kind="url"),
    Field("actor", "Who did it", "your name"),
    Field("subsystems", "Subsystems", "web, api"),
    Field("commit", "Commit"),
    Field("repository", "Repository", "estate/checkout"),
)
NAMES = tuple(one.name for one in FIELDS)
KEPT = ("id", "icon_url")
"""What a tag has beside the form's fields, and keeps when it is edited."""


@dataclass(frozen=True, slots=True)
class TagForm:
    """A form as a page shows it. ``problems`` are by field; those of no field stand under an empty name."""

    action: str
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fields: Sequence[Field] = FIELDS
    kinds: Sequence[str] = KINDS


async def typed_in(request: Request) -> dict[str, str]:
    """What was typed into a form; other fields are left alone. Raises HTTPException for a body that is too large."""
    try:
        body = await read_body(request)
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except TooLargeError:
        raise HTTPException(413, "the form is too large") from None
    except ValueError:
        raise HTTPException(400, "the form can't be read") from None
    return {name: value for name, value in pairs if name in NAMES}


def shown_in(tag: LifecycleTag) -> dict[str, str]:
    """What the form of a tag that is there holds."""
    shown = {}
    for name in NAMES:
        value = getattr(tag, name)
        if name in TIMES:
            shown[name] = (value or "").removesuffix("Z").removesuffix(".000").removesuffix(":00")
        else:
            shown[name] = ", ".join(value) if name in LISTS else value or ""
    return shown


def tag_of(typed: Mapping[str, str], now_ms: int, earlier: LifecycleTag | None = None) -> LifecycleTag:
    """The tag that was typed; what nobody touched in the form of an earlier one stays as it was. Raises TagError."""
    given: dict[str, Any] = dict(typed)
    if earlier is None:
        return make_tag(given, source="page", now_ms=now_ms)
    shown, was = shown_in(earlier), earlier.shown()
    # A form has lists as texts with commas, and times without all that they may have.
    given |= {name: was[name] for name in NAMES if typed.get(name, "").strip() == shown[name]}
    given |= {name: was[name] for name in KEPT}
    if not given.get("started_at"):
        raise TagError("started_at: is missing")
    return make_tag(given, source=earlier.source, now_ms=now_ms)


def problems_of(error: TagError) -> dict[str, list[str]]:
    """What is wrong, by field."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for problem in error.problems:
        name, _, said = problem.partition(": ")
        key = name.partition(".")[0]
        found[key if key in NAMES and said else ""].append(said if key in NAMES and said else problem)
    return dict(found)

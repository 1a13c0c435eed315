"""Turn an entry into a model, or into every error there is in it, each with its place."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from schemas.errors import GuardstreamError
from streams.core.rules.complaint import complain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic_core import ErrorDetails

    from schemas.refusal import Refusal
    from streams.core.rules.entries import Entry
    from streams.core.rules.yaml_nodes import Loc

Model = TypeVar("Model", bound=BaseModel)

# Pydantic puts the names of union members into locations, which no file has.
_MEMBER = re.compile(r"constrained-|literal\[|dict\[|tuple\[|function-|nullable|(?:int|float|str)$")


def validate(
    model: type[Model],
    entry: Entry,
    data: Mapping[str, Any] | None = None,
    names: Mapping[Loc, str] = MappingProxyType({}),
) -> Model | list[GuardstreamError]:
    """The model of an entry's data, or what is wrong with it.

    ``data`` is used in place of the entry's own where an override was applied to a rule; the errors then stand at the
    override's key of the same name. ``names`` are what people know parts of the entry by that they wrote in no file.
    """
    try:
        # Programs write keys as Python does; files have one spelling, so that every tool finds the keys in them.
        return model.model_validate(entry.data if data is None else data, by_alias=True, by_name=False)
    except ValidationError as invalid:
        details = _of_one_member(invalid.errors(include_url=False))
    found = [error for detail in details for error in _errors(model, entry, detail, names)]
    return list({str(error): error for error in found}.values())


def _of_one_member(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Of a value that fits no member of a union, the errors of the one that it was meant for.

    That is the last one which looks into it; where all refuse it as a whole, the last one.
    """
    chosen: dict[tuple[Any, ...], tuple[Any, int]] = {}
    for detail in details:
        place, member, rest = _split(detail["loc"])
        if member is not None:
            chosen[place] = max(chosen.get(place, (None, -1)), (member, rest), key=lambda known: known[1])
            if chosen[place][1] == rest:
                chosen[place] = (member, rest)
    return [
        detail
        for detail in details
        if _split(detail["loc"])[1] in {None, chosen.get(_split(detail["loc"])[0], (None,))[0]}
    ]


def _split(loc: tuple[Any, ...]) -> tuple[tuple[Any, ...], Any, int]:
    """A location up to the name of a union's member, that name, and how many steps follow."""
    for place, step in enumerate(loc):
        if isinstance(step, str) and _MEMBER.match(step):
            return loc[:place], step, len(loc) - place - 1
    return loc, None, 0


def _errors(
    model: type[BaseModel], entry: Entry, detail: ErrorDetails, names: Mapping[Loc, str]
) -> Iterable[GuardstreamError]:
    kind, loc = detail["type"], detail["loc"]
    if kind == "refused":
        refusals: list[Refusal] = detail["ctx"]["refusals"]
        for where, message in refusals:
            yield GuardstreamError(message, entry.where(present(entry.data, (*loc, *where))))
        return
    here = present(entry.data, loc)
    if loc[0] == "group-by" and len(loc) > 1 and kind in {"missing", "extra_forbidden", "model_type"}:
        message = "a key of group-by is a field, as in [account], or a name for one, as in [user: userIdentity.arn]"
        yield GuardstreamError(message, entry.where(here[:2]))
        return
    if loc[-1] == "[key]":
        yield GuardstreamError(complain(model, detail), entry.where(here, of_key=True))
        return
    if kind == "extra_forbidden":
        yield GuardstreamError(complain(model, detail), entry.where(here, of_key=True))
        return
    message = complain(model, detail)
    if kind in {"missing", "union_tag_invalid", "union_tag_not_found"}:
        yield GuardstreamError(message, entry.where(here if kind == "missing" else (*here, "type")))
        return
    if here[-1:] == ("expect",) and kind == "literal_error" and "condition" in loc:
        message = 'write `seen`, or the groups that must be there, as in {account: ["111122223333"]}'
    name = names.get(here) or told_place(here)
    yield GuardstreamError(f"{name}: {message}" if name else message, entry.where(here))


def present(data: Any, loc: tuple[Any, ...]) -> Loc:
    """The part of a pydantic location that is really there.

    Pydantic puts the names of union members between, and expands short forms that the file does not have.
    """
    found: list[str | int] = []
    for step in loc:
        if step in data if isinstance(data, dict) else isinstance(data, list) and step in range(len(data)):
            found.append(step)
            data = data[step]
    return tuple(found)


def told_place(loc: Loc) -> str:
    """A location as people say it, counted from 1: ``condition.window``, or ``test 2, event 1, at``."""
    parts: list[str] = []
    for step in loc:
        if isinstance(step, int) and parts:
            # Lists are named by what they have several of.
            parts[-1] = f"{parts[-1].removesuffix('s')} {step + 1}"
        else:
            parts.append(str(step))
    return (", " if any(isinstance(step, int) for step in loc) else ".").join(parts)

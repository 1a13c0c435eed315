"""What is told about something that a model refuses: in words for whoever wrote the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from schemas.rule import Rule, RuleOverride
from streams.core.rules.likeness import near
from streams.core.rules.model_keys import CONDITION_TYPES, keys_of, model_at, places_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

_QUOTED = re.compile(r"'([^']*)'")
_LONGEST = 60

# How other systems name what has another name here; what is merely misspelt is found by its likeness.
_ELSEWHERE: Final[Mapping[str, str]] = {
    "severity": "level",
    "name": "title",
    "filter": "exceptions",
    "filters": "exceptions",
    "suppress": "exceptions",
    "detection": "query",
    "search": "query",
    "logsource": "source",
    "timeframe": "condition: {window: ...}",
    "mitre": "tags",
    "playbook": "runbook",
    "dedup": "condition: {repeat: once}",
    "disabled": "enabled: false",
}

_SHAPES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "here has to be a mapping of keys to values"),
    "tuple_type": "here has to be a list, such as [one, two]",
    "string_type": "here has to be text, a string: put it into quotes",
    **dict.fromkeys(("bool_type", "bool_parsing"), "here has to be true or false"),
    **dict.fromkeys(("string_too_short", "too_short"), "this is empty"),
    "int_type": "here has to be a whole number",
    "int_from_float": "here has to be a whole number",
    "int_parsing": "here has to be a whole number",
    "float_type": "here has to be a number",
    "float_parsing": "here has to be a number",
    "finite_number": "here has to be a number, and no infinite one",
    "greater_than": "here has to be a number above {gt:g}",
    "greater_than_equal": "here has to be a number of {ge:g} or more",
    "less_than_equal": "here has to be a number of {le:g} or less",
    "too_long": "here can be {max_length} at most, not {actual_length}",
    "string_too_long": "this has more than {max_length} characters",
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        "{shown} is no day of the calendar: write it as 2027-01-31",
    ),
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "datetime_object_invalid"),
        "{shown} is no time: write it as 2026-03-02T09:00:00Z",
    ),
}

_PATTERNS: Final[Mapping[str, str]] = {
    "^[a-z0-9]+(-": "has to be lower-case words and numbers joined by single hyphens, as in root-key-made",
    "^([01]": "are no hours: write them as 08:00-18:00",
    "^[A-Za-z_][A-Za-z0-9_]*$": "is no name of a label: write letters, digits and _, no digit first",
    "^[A-Za-z_][A-Za-z0-9_.-]*$": "is no name of a group: write letters, digits, and any of _.-, a letter first",
    "^[A-Za-z0-9_.-]+$": "is no name of a list: write letters, digits and any of _.-",
}


def complain(model: type[BaseModel], detail: ErrorDetails) -> str:
    """A sentence about one error of pydantic's, without its place."""
    kind, loc = detail["type"], detail["loc"]
    match kind:
        case "extra_forbidden":
            return _unknown_key(model, loc)
        case "missing":
            return f"the key {loc[-1]} is missing"
        case "union_tag_invalid" | "union_tag_not_found":
            hint = _near_type(detail.get("ctx", {}).get("tag"))
            return f"a condition's type is one of {', '.join(CONDITION_TYPES)}{hint}"
        case _:
            return _about_value(detail)


def _about_value(detail: ErrorDetails) -> str:
    kind, context, written = detail["type"], detail.get("ctx", {}), detail["input"]
    if written is None:
        return _nothing(detail)
    if kind == "literal_error":
        return _one_of(written, _QUOTED.findall(context["expected"]))
    if kind == "string_pattern_mismatch":
        for start, says in _PATTERNS.items():
            if context["pattern"].startswith(start):
                return f"{_shown(written)} {says}"
    if detail["loc"][-1:] == ("condition",) and kind in _SHAPES:
        return "here has to be a mapping, such as {type: immediate}"
    if kind in _SHAPES:
        return _SHAPES[kind].format(shown=_shown(written), **context)
    message = detail["msg"].removeprefix("Value error, ")
    return f"{message[:1].lower()}{message[1:]}"


def _nothing(detail: ErrorDetails) -> str:
    if detail["type"] == "literal_error":
        return f"this is empty: write one of {', '.join(_QUOTED.findall(detail['ctx']['expected']))}"
    example = ", such as {type: immediate}" if detail["loc"][-1:] == ("condition",) else ""
    return f"this is empty: write a value{example}"


def _near_type(tag: object) -> str:
    return near(str(tag).replace("-", "_"), CONDITION_TYPES) if tag is not None else ""


def _one_of(written: object, known: list[str]) -> str:
    if len(known) == 1:
        return f"{_shown(written)} is not {known[0]}"
    hint = near(written, known) if isinstance(written, str) else ""
    return f"{_shown(written)} is none of {', '.join(known)}{hint}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _unknown_key(model: type[BaseModel], loc: tuple[Any, ...]) -> str:
    """An unknown key, with those like it that are known there; or where it belongs, if anywhere."""
    name = str(loc[-1])
    here = model_at(model, loc[:-1]) or model
    spelt = name.replace("_", "-").lower()
    hint = near(name, keys_of(here) - {name}) or (near(spelt, keys_of(here)) if spelt != name else "")
    if hint:
        return f"unknown key {name}{hint}"
    if model is RuleOverride and here is model and spelt in keys_of(Rule):
        return f"an override can't change {name}; it can set {', '.join(sorted(keys_of(here) - {'override'}))}"
    if here is model and _ELSEWHERE.get(name, "").partition(":")[0] in keys_of(here):
        return f"unknown key {name}: write {_ELSEWHERE[name]}"
    places = [place for place in places_of(model).get(spelt, ()) if place or here is not model]
    if not places:
        return f"unknown key {name}; here can be {', '.join(sorted(keys_of(here)))}"
    return f"unknown key {name} here; it belongs to {_owners(places)}"


def _owners(places: list[str]) -> str:
    conditions = [place for place in places if place in CONDITION_TYPES]
    owners = [place or "the rule itself" for place in places if place not in conditions]
    if conditions:
        owners.append(f"the condition, if its type is {' or '.join(conditions)}")
    return " or ".join(owners)

"""Apply an override to a rule of an earlier folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.errors import GuardstreamError
from schemas.rule import Rule, RuleOverride
from streams.core.rules.likeness import near
from streams.core.rules.model_keys import keys_of
from streams.core.rules.validate import present, validate

if TYPE_CHECKING:
    from streams.core.rules.entries import Entry

_OF_CONDITION = ("threshold", "window", "minimum", "for", "keep-firing-for", "repeat", "renotify", "expect")
_OF_RULE = ("enabled", "dry-run", "runbook")


def override_rule(rule: Rule, override: RuleOverride, entry: Entry) -> Rule | list[GuardstreamError]:
    """The rule as overridden, or why that can't be; ``entry`` is the override's own, so that errors stand in it."""
    if errors := [*_foreign_keys(rule, override, entry), *_foreign_lists(rule, override, entry)]:
        return errors
    data = rule.model_dump(by_alias=True, mode="json")
    given = override.model_dump(by_alias=True, mode="json", exclude_unset=True, exclude_none=True)
    data["condition"] |= {key: whole(given[key]) for key in _OF_CONDITION if key in given}
    data |= {key: given[key] for key in _OF_RULE if key in given}
    data["lists"] |= {name: list(values) for name, values in override.lists.items()}
    data["labels"] |= override.labels
    data["exceptions"] += [added.model_dump(by_alias=True, mode="json") for added in override.exceptions]
    if override.level is not None:
        data |= {"level": override.level, "levels": [], "level-from": None}
    if override.active is not None:
        data["active"] = override.active.model_dump(by_alias=True, mode="json")
    # A file's tests say what the rule does as it is there; an override has tests of its own.
    data["tests"] = entry.data.get("tests") or []
    built = validate(Rule, entry, data)
    return built.model_copy(update={"tests": rule.tests}) if isinstance(built, Rule) else built


def whole(value: Any) -> Any:
    """A whole number as one: programs may have but floats to change a threshold with, and what is counted is whole."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _foreign_keys(rule: Rule, override: RuleOverride, entry: Entry) -> list[GuardstreamError]:
    has = keys_of(type(rule.condition))
    given = override.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)
    return [
        GuardstreamError(
            f"{rule.id} has no {key} to override: its condition is {rule.condition.type}",
            entry.where(present(entry.data, (key,)), of_key=True),
        )
        for key in _OF_CONDITION
        if key in given and key not in has
    ]


def _foreign_lists(rule: Rule, override: RuleOverride, entry: Entry) -> list[GuardstreamError]:
    return [
        GuardstreamError(
            f"{rule.id} has no list {name}{near(name, rule.lists)}", entry.where(("lists", name), of_key=True)
        )
        for name in override.lists
        if name not in rule.lists
    ]

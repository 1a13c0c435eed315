"""Apply an override to a rule of an earlier folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.errors import GuardstreamError
from schemas.rule import Rule, RuleOverride
from streams.core.rules.fields import near
from streams.core.rules.validate import validate

if TYPE_CHECKING:
    from streams.core.rules.entries import Entry

_OF_CONDITION = ("threshold", "window", "minimum", "expect")


def override_rule(rule: Rule, override: RuleOverride, entry: Entry) -> Rule | list[GuardstreamError]:
    """The rule as overridden, or why that can't be; ``entry`` is the override's own, so that errors stand in it."""
    if errors := [*_foreign_keys(rule, override, entry), *_foreign_lists(rule, override, entry)]:
        return errors
    data = rule.model_dump(by_alias=True, mode="json")
    data["condition"] |= _given(override)
    data["lists"] |= {name: list(values) for name, values in override.lists.items()}
    data["labels"] |= override.labels
    data["exceptions"] += [added.model_dump(by_alias=True, mode="json") for added in override.exceptions]
    if override.level is not None:
        data |= {"level": override.level, "levels": []}
    if override.enabled is not None:
        data["enabled"] = override.enabled
    if override.runbook is not None:
        data["runbook"] = override.runbook
    # A file's tests say what the rule does as shipped; the override changes just that.
    data["tests"] = []
    built = validate(Rule, entry, data)
    return built.model_copy(update={"tests": rule.tests}) if isinstance(built, Rule) else built


def _given(override: RuleOverride) -> dict[str, Any]:
    given = {key: getattr(override, key) for key in _OF_CONDITION if getattr(override, key) is not None}
    if isinstance(threshold := given.get("threshold"), float) and threshold.is_integer():
        given["threshold"] = int(threshold)
    return given


def _foreign_keys(rule: Rule, override: RuleOverride, entry: Entry) -> list[GuardstreamError]:
    has = set(type(rule.condition).model_fields)
    return [
        GuardstreamError(
            f"{rule.id} has no {key} to override: its condition is {rule.condition.type}",
            entry.where((key,), of_key=True),
        )
        for key in _OF_CONDITION
        if getattr(override, key) is not None and key not in has
    ]


def _foreign_lists(rule: Rule, override: RuleOverride, entry: Entry) -> list[GuardstreamError]:
    return [
        GuardstreamError(
            f"{rule.id} has no list {name}{near(name, rule.lists)}", entry.where(("lists", name), of_key=True)
        )
        for name in override.lists
        if name not in rule.lists
    ]

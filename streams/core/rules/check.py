"""What `guardstream rules check` tells about each rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.core.rules.describe import describe
from streams.core.rules.lint import lint_rule

if TYPE_CHECKING:
    from streams.core.rules.load import RuleSet

__all__ = ["CheckedRule", "check_rules", "describe"]


@dataclass(frozen=True, slots=True)
class CheckedRule:
    """A rule as the check prints it: its condition in words, and warnings, a sentence each."""

    id: str
    level: str
    condition: str
    enabled: bool
    warnings: tuple[str, ...]


def check_rules(rule_set: RuleSet) -> list[CheckedRule]:
    """Every rule, disabled ones too, ordered by id."""
    rules = sorted((*rule_set.rules, *rule_set.disabled), key=lambda rule: rule.id)
    return [
        CheckedRule(
            id=rule.id,
            level=rule.level,
            condition=describe(rule.condition),
            enabled=rule.enabled,
            warnings=tuple(doubt.message for doubt in lint_rule(rule)) if rule.enabled else (),
        )
        for rule in rules
    ]

"""Overrides of what kinds of condition have in particular; the rest is tested where folders are loaded."""

from __future__ import annotations

from typing import Any

from schemas.errors import GuardstreamError
from schemas.rule import LessThan, Ratio, Rule, RuleOverride
from streams.core.rules.entries import RuleFile, read_entries
from streams.core.rules.override import override_rule


def overridden(condition: dict[str, Any], override: str, **changes: Any) -> Rule | list[GuardstreamError]:
    rule = Rule.model_validate(
        {
            "id": "a-rule",
            "title": "A rule",
            "level": "low",
            "source": "findings",
            "query": "*",
            "condition": condition,
            **changes,
        }
    )
    [entry], _ = read_entries(RuleFile("o.yml", override))
    return override_rule(rule, RuleOverride.model_validate(entry.data), entry)


def test_a_ratio_takes_a_fraction_and_a_minimum() -> None:
    ratio = {"type": "ratio", "of": "*", "threshold": 0.1, "window": "30m"}
    changed = overridden(ratio, "{override: a-rule, threshold: 0.25, minimum: 40, window: 1h}")
    assert isinstance(changed, Rule)
    assert isinstance(changed.condition, Ratio)
    assert (changed.condition.threshold, changed.condition.minimum, changed.condition.window) == (0.25, 40, 60)


def test_less_than_takes_the_groups_that_must_be_there() -> None:
    less = {"type": "less_than", "threshold": 1, "window": "10m"}
    override = "{override: a-rule, expect: {account: [012345678901, 111122223333]}}"
    changed = overridden(less, override, **{"group-by": ["account"]})
    assert isinstance(changed, Rule)
    assert isinstance(changed.condition, LessThan)
    assert changed.expected_groups == (("012345678901",), ("111122223333",))
    [error] = overridden(less, override)
    assert isinstance(error, GuardstreamError)
    assert "group-by" in error.message
    assert (error.where.line, error.where.column) == (1, 28)


def test_an_overriding_level_takes_the_place_of_levels_too() -> None:
    levels = [{"level": "critical", "when": "severity:9", "because": "grave"}]
    changed = overridden({"type": "immediate"}, "{override: a-rule, level: medium}", levels=levels)
    assert isinstance(changed, Rule)
    assert (changed.level, changed.levels) == ("medium", ())


def test_the_tests_of_a_rule_stay_as_they_are_shipped() -> None:
    tests = [{"name": "n", "counts": {"count": [2]}, "expect": "fires"}]
    changed = overridden(
        {"type": "more_than", "threshold": 1, "window": "1m"}, "{override: a-rule, threshold: 9}", tests=tests
    )
    assert isinstance(changed, Rule)
    assert len(changed.tests) == 1

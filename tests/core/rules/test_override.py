"""Overrides of what kinds of condition have in particular; the rest is tested where folders are loaded."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.errors import GuardstreamError
from schemas.rule import Immediate, LessThan, MoreThan, Ratio, Rule, RuleOverride
from streams.core.rules.entries import RuleFile, read_entries
from streams.core.rules.override import override_rule
from streams.core.rules.validate import validate


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


def test_a_rule_with_tests_of_counts_can_be_given_a_for_and_is_still_one_that_can_be_read() -> None:
    tests = [{"name": "n", "counts": {"count": [2]}, "expect": "fires"}]
    changed = overridden(MORE, "{override: a-rule, for: 10m}", tests=tests)
    assert isinstance(changed, Rule)
    assert Rule.model_validate(changed.model_dump(by_alias=True, mode="json")) == changed


MORE = {"type": "more_than", "threshold": 1, "window": "5m"}


def test_what_conditions_on_windows_share_can_be_overridden() -> None:
    changed = overridden(MORE, "{override: a-rule, for: 10m, keep-firing-for: 5m, dry-run: true}")
    assert isinstance(changed, Rule)
    assert isinstance(changed.condition, MoreThan)
    assert (changed.condition.for_, changed.condition.keep_firing_for, changed.dry_run) == (10, 5, True)
    assert changed.revision != Rule.model_validate(overridden(MORE, "{override: a-rule}")).revision


def test_the_hours_in_which_a_rule_fires_can_be_overridden() -> None:
    changed = overridden(MORE, "{override: a-rule, active: {days: mon-fri, hours: '08:00-18:00', zone: Europe/Berlin}}")
    assert isinstance(changed, Rule)
    assert changed.active is not None
    assert (changed.active.days, changed.active.zone) == (("mon", "tue", "wed", "thu", "fri"), "Europe/Berlin")


def test_repetition_can_be_overridden_where_a_rule_has_groups() -> None:
    quiet = "{override: a-rule, repeat: once, renotify: 12h}"
    changed = overridden({"type": "immediate"}, quiet, **{"group-by": ["account"]})
    assert isinstance(changed, Rule)
    assert isinstance(changed.condition, Immediate)
    assert (changed.condition.repeat, changed.condition.renotify) == ("once", 720)
    [error] = overridden({"type": "immediate"}, quiet)
    assert isinstance(error, GuardstreamError)
    assert (error.where.column, "needs a group-by" in error.message) == (28, True)


def test_what_is_counted_keeps_a_whole_threshold_and_what_is_summed_does_not_have_to() -> None:
    [error] = overridden(MORE, "{override: a-rule, threshold: 2.5}")
    assert isinstance(error, GuardstreamError)
    assert "whole number" in error.message
    whole = overridden(MORE, "{override: a-rule, threshold: 2.0}")
    assert isinstance(whole, Rule)
    assert isinstance(whole.condition, MoreThan)
    assert type(whole.condition.threshold) is int
    summed = {**MORE, "aggregate": "sum", "field": "severity"}
    changed = overridden(summed, "{override: a-rule, threshold: 2.5}")
    assert isinstance(changed, Rule)
    assert isinstance(changed.condition, MoreThan)
    assert changed.condition.threshold == 2.5


@pytest.mark.parametrize(
    ("override", "column", "says"),
    [
        ("{override: a-rule, for: soon}", 25, "such as 10m"),
        ("{override: a-rule, fro: 10m}", 20, "unknown key fro"),
        ("{override: a-rule, query: x}", 20, "an override can't change query; it can set active, dry-run"),
        ("{override: a-rule, severity: high}", 20, "write level"),
        ("{override: a-rule, until: 2027-01-01}", 20, "it belongs to exceptions"),
        ("{override: a-rule, repeat: once}", 20, "no repeat to override: its condition is more_than"),
        ("{override: a-rule, keep-firing-for: x}", 37, "such as 10m"),
        ("{override: a-rule, keep_firing_for: 5m}", 20, "did you mean keep-firing-for?"),
        ("{override: a-rule, active: {days: never}}", 35, "mon-fri"),
        ("{override: a-rule, expect: sen}", 28, "seen"),
        ("{override: a-rule, tests: [{name: a, event: {}, expect: fires}]}", 57, "counted or ignored"),
    ],
)
def test_a_wrong_override_is_told_at_its_own_place(override: str, column: int, says: str) -> None:
    [entry], _ = read_entries(RuleFile("o.yml", override))
    model = validate(RuleOverride, entry)
    [error] = model if isinstance(model, list) else overridden(MORE, override)
    assert isinstance(error, GuardstreamError)
    assert error.where.column == column
    assert says in error.message


def test_an_overriding_level_decides_though_the_rule_took_it_from_a_field() -> None:
    changed = overridden({"type": "immediate"}, "{override: a-rule, level: medium}", **{"level-from": "severity_label"})
    assert isinstance(changed, Rule)
    assert (changed.level, changed.level_from) == ("medium", None)

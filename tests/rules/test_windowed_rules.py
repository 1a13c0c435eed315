"""Every shipped windowed rule does with counts and with events what the tests in its file say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas.condition import Immediate
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.conditions.rehearse import rehearse
from streams.core.rules.load import load_rules
from streams.core.rules.trial import run_event_test

if TYPE_CHECKING:
    from schemas.rule import Rule, RuleTest

SHIPPED = load_rules([read_folder(shipped_folder())], [read_folder(shipped_folder("measures"))])
WINDOWED = [rule for rule in (*SHIPPED.rules, *SHIPPED.disabled) if not isinstance(rule.condition, Immediate)]
TESTS = [(rule, test) for rule in WINDOWED for test in rule.tests]
COUNT_TESTS = [(rule, test) for rule, test in TESTS if test.counts is not None]
EVENT_TESTS = [(rule, test) for rule, test in TESTS if test.event is not None]


def names(tests: list[tuple[Rule, RuleTest]]) -> list[str]:
    return [f"{rule.id}: {test.name}" for rule, test in tests]


@pytest.mark.parametrize(("rule", "test"), COUNT_TESTS, ids=names(COUNT_TESTS))
def test_a_windowed_rules_condition_holds_for_the_counts_that_its_file_says_fire(rule: Rule, test: RuleTest) -> None:
    assert test.counts is not None
    assert rehearse(rule.condition, test.counts).holds == (test.expect == "fires")


@pytest.mark.parametrize(("rule", "test"), EVENT_TESTS, ids=names(EVENT_TESTS))
def test_a_windowed_rule_counts_the_events_that_its_file_says_it_counts(rule: Rule, test: RuleTest) -> None:
    assert run_event_test(rule, test) is None


@pytest.mark.parametrize("rule", WINDOWED, ids=[rule.id for rule in WINDOWED])
def test_a_shipped_windowed_rule_is_tested_with_counts_or_events_on_both_sides(rule: Rule) -> None:
    assert {test.expect for test in rule.tests if test.counts or test.events} >= {"fires", "silent"}

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from schemas.condition import Immediate
from schemas.event import Event
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.alerts.explain import EventVerdict, explain_event
from streams.core.alerts.uphold import why_not
from streams.core.enrich.accounts import AccountInfo
from streams.core.parsing.problem import Problem
from streams.core.parsing.unwrap import unwrap
from streams.core.rules.load import load_rules
from streams.core.rules.trial import KINDS
from tests.core.replay.cases import CALL, finding, rule_of

if TYPE_CHECKING:
    from schemas.rule import Rule, RuleTest

SHIPPED = load_rules([read_folder(shipped_folder())], [])
TESTS = [(rule, test) for rule in SHIPPED.rules for test in rule.tests if test.event is not None]
IMMEDIATE = {"type": "immediate"}
FINDING = finding("0s")["event"]


def judged(rule: Rule, event: dict[str, Any], accounts: Any = None) -> EventVerdict:
    [read] = [one for one in unwrap(orjson.dumps(event)) if isinstance(one, Event)]
    verdict = explain_event(rule, read, accounts or {})
    assert not isinstance(verdict, Problem)
    return verdict


@pytest.mark.parametrize(("rule", "test"), TESTS, ids=[f"{rule.id}: {test.name}" for rule, test in TESTS])
def test_an_event_is_taken_exactly_where_the_test_in_the_rules_file_says(rule: Rule, test: RuleTest) -> None:
    [event] = [
        one for one in unwrap(orjson.dumps(test.event)) if isinstance(one, Event) and one.kind is KINDS[rule.source]
    ]
    verdict = explain_event(rule.model_copy(update={"lists": rule.lists | test.lists}), event, {})
    assert not isinstance(verdict, Problem)
    assert verdict.taken is (test.expect in {"fires", "counted"})
    if test.level and isinstance(rule.condition, Immediate):
        assert verdict.level
        assert verdict.level.level == test.level


def test_an_exception_that_covers_the_event_is_told_and_one_that_has_ended_is_looked_at_too() -> None:
    entry = {"query": "event_name:ConsoleLogin", "reason": "ours"}
    rule = rule_of(IMMEDIATE, exceptions=[entry | {"until": "2026-03-02"}, entry])
    verdict = judged(rule, CALL)
    assert [(one.held, one.query.holds, one.covers) for one in verdict.exceptions] == [
        (False, True, False),
        (True, True, True),
    ]
    assert why_not(verdict, None) == "an exception holds (ours)"
    earlier = judged(rule_of(IMMEDIATE, exceptions=[entry | {"until": "2026-03-03"}]), CALL)
    assert not earlier.taken


def test_the_level_is_told_with_the_clauses_that_were_asked_for_it() -> None:
    levels = [{"level": "critical", "when": "mfa:true"}, {"level": "high", "when": "outcome:success", "because": "in"}]
    level = judged(rule_of(IMMEDIATE, levels=levels), CALL).level
    assert level
    assert (level.level, level.why) == ("high", "in")
    assert [(one, clause.holds) for one, clause in level.tried] == [("critical", False), ("high", True)]
    assert judged(rule_of(IMMEDIATE, **{"level-from": "severity_label", "source": "findings"}), FINDING).level
    own = judged(rule_of(IMMEDIATE), CALL).level
    assert own
    assert (own.level, own.why) == ("low", "the rule's own")


def test_what_a_rule_does_not_look_at_is_told() -> None:
    archived = {**FINDING, "detail": {**FINDING["detail"], "service": {"archived": True}}}
    assert "archived" in (judged(rule_of(IMMEDIATE, source="findings"), archived).hidden or "")
    assert "looks at findings" in (judged(rule_of(IMMEDIATE, source="findings"), CALL).hidden or "")
    assert not judged(rule_of(IMMEDIATE, active={"hours": "10:00-11:00"}), CALL).awake
    assert judged(
        rule_of({"type": "more_than", "threshold": 1, "window": "5m"}, active={"hours": "10:00-11:00"}), CALL
    ).awake


def test_account_names_and_groups_are_those_that_the_worker_sees() -> None:
    rule = rule_of(IMMEDIATE, query="account_name:prod", **{"group-by": ["account", "account_owner"]})
    verdict = judged(rule, CALL, {"111122223333": AccountInfo("prod", "ann", None)})
    assert verdict.taken
    assert verdict.groups == (("111122223333", "ann"),)
    assert why_not(verdict, ("111122223333", "bob")) == "it belongs to another group"

"""What is doubtful about rules that load: found where it is, and only where it is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import Errors
from streams.core.rules.explain import explain_rule
from streams.core.rules.handbook import handbook
from streams.core.rules.lint_all import find_doubts
from tests.core.rules.rule_files import CALL, override_text, rule_set, rule_text

if TYPE_CHECKING:
    from streams.core.rules.doubt import Finding

TODAY = dt.date(2026, 11, 24)
DELAYS: dict[Any, int] = {"findings": 10, "cloudtrail": 15}
MORE = {"type": "more_than", "threshold": 5, "window": "10m"}
LESS = {"type": "less_than", "threshold": 1, "window": "15m"}
SEEN = {**LESS, "expect": "seen"}
RATIO = {"type": "ratio", "of": "*", "threshold": 0.5, "window": "10m"}


def findings(*texts: str) -> list[Finding]:
    return find_doubts(rule_set(*texts), TODAY, DELAYS)


def sound(**changes: Any) -> str:
    """A rule that nothing is to be said against, with changes."""
    condition = changes.get("condition", {"type": "immediate"})
    tests: list[dict[str, Any]]
    if condition["type"] == "immediate":
        miss = {**CALL, "eventName": "x"}
        tests = [{"name": "a", "event": CALL, "expect": "fires"}, {"name": "b", "event": miss, "expect": "silent"}]
    else:
        tests = [
            {"name": "fires", "until": "1m", "alerts": [{"status": "firing"}]},
            {"name": "silent", "until": "1m", "alerts": []},
        ]
    return rule_text(**{"tests": tests, **changes})


def except_(query: str) -> dict[str, Any]:
    return {"query": query, "reason": "known"}


def level(**when: Any) -> dict[str, Any]:
    return {"level": "high", **when}


def codes(**changes: Any) -> list[str]:
    return [finding.code for finding in findings(sound(**changes))]


def test_nothing_is_said_of_a_rule_that_is_as_it_should_be() -> None:
    for condition in ({"type": "immediate"}, MORE, LESS, RATIO):
        assert codes(condition=condition) == []


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("never-matches", {"query": "event_name:A AND event_name:B"}),
        ("never-matches", {"levels": [{"level": "high", "when": "event_name:A AND event_name:B"}]}),
        ("never-matches", {"source": "findings", "query": "archived:true AND severity:>1"}),
        ("never-matches", {"source": "findings", "query": "sample:true", "samples": False}),
        ("empty-list", {"query": "event_name:@names", "lists": {"names": []}}),
        ("unused-list", {"lists": {"names": ["x"]}}),
        ("unknown-field", {"query": "event_nam:x"}),
        ("doubtful-query", {"query": "event_name:a AND region:b OR region:c"}),
        ("exception-covers-all", {"exceptions": [except_("principal_type:root AND event_name:createaccesskey")]}),
        ("exception-covers-all", {"exceptions": [except_("*")]}),
        ("repeated-exception", {"exceptions": [except_("region:a"), except_("region:A")]}),
        ("expired-exception", {"exceptions": [{"query": "region:a", "reason": "r", "until": "2026-11-24"}]}),
        ("level-unreachable", {"levels": [level(when="region:a"), level(when="(region:A)")]}),
        ("level-unreachable", {"levels": [level(when="*"), level(when="region:a")]}),
        ("level-unreachable", {"condition": MORE, "levels": [level(above=9), level(above=99)]}),
        ("level-unreachable", {"condition": MORE, "levels": [{"level": "low", "below": 5}]}),
        ("rising-without-levels", {"condition": {"type": "immediate", "repeat": "rising"}, "group_by": ["account"]}),
        ("expects-nothing", {"condition": LESS, "group_by": ["account"]}),
        ("silence-too-short", {"condition": {**LESS, "window": "14m"}}),
        ("retired-first", {"condition": {**SEEN, "window": "2h", "retire-after": "1h"}, "group_by": ["account"]}),
        ("no-effect", {"condition": {**LESS, "retire-after": "1h"}}),
        ("never-fires", {"condition": {**RATIO, "direction": "below", "threshold": 0}}),
        ("never-fires", {"condition": {**RATIO, "threshold": 1}}),
        ("never-fires", {"condition": {**RATIO, "threshold": 20, "of": "event_name:createaccesskey"}}),
        ("large-share", {"condition": {**RATIO, "threshold": 20, "of": "region:a"}}),
        ("ratio-of-itself", {"condition": {**RATIO, "of": "principal_type:Root AND event_name:CreateAccessKey"}}),
        ("never-fires", {"condition": {"type": "time_relative", "threshold": 0, "window": "5m", "direction": "below"}}),
        ("never-fires", {"condition": {**LESS, "window": "2h", "since-release": {"within": "1h"}}}),
        ("never-fires", {"condition": {**MORE, "for": "1h", "since-release": {"within": "1h"}}}),
        ("windows-overlap", {"condition": {"type": "time_relative", "threshold": 2, "window": "2h", "before": "1h"}}),
        ("rounded-up", {"condition": {**MORE, "windows": "tumbling", "for": "15m"}}),
        ("no-runbook", {"runbook": " "}),
        ("no-description", {"description": ""}),
        ("no-firing-test", {"tests": [{"name": "n", "event": CALL, "expect": "silent"}]}),
        ("no-near-miss", {"tests": [{"name": "n", "event": CALL, "expect": "fires"}]}),
        ("no-attack-tag", {"tags": ["free"]}),
        ("no-attack-version", {"attack_version": None}),
        ("unknown-tactic", {"tags": ["attack.defence-evasion"]}),
        ("unknown-tactic", {"tags": ["attack.defense_evasion"]}),
    ],
)  # fmt: skip
def test_each_doubt_is_found_alone(code: str, changes: dict[str, Any]) -> None:
    assert set(codes(**changes)) == {code}


def test_a_share_in_percent_is_told_as_what_it_means() -> None:
    rules = rule_set(rule_text(condition={**RATIO, "threshold": 20, "of": "event_name:createaccesskey"}))
    [message] = [one.message for one in find_doubts(rules, TODAY, DELAYS) if one.code == "never-fires"]
    assert "a share of 20 is 2,000 %: did you mean 0.2?" in message


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "findings", "query": "archived:true AND severity:>1", "archived": True},
        {"exceptions": [{"query": "region:a", "reason": "r", "until": "2026-11-25"}]},
        {"condition": {**LESS, "window": "5m", "judged-on": "event_time"}},
        {"condition": {**LESS, "expect": "seen"}, "group_by": ["account"]},
        {"condition": {**LESS, "expect": {"account": ["@ours"]}}, "group_by": ["account"], "lists": {"ours": ["1"]}},
        {"condition": MORE, "levels": [{"level": "high", "above": 99}, {"level": "low", "above": 9}]},
        {"condition": {**RATIO, "threshold": 2, "of": "region:a", "of-group": "all"}, "group_by": ["account"]},
        {"condition": {**RATIO, "threshold": 2, "of": "region:a", "direction": "below"}},
        {"condition": {**MORE, "windows": "tumbling", "for": "20m"}},
        {"enabled": False, "query": "event_name:@names", "lists": {"names": []}},
        {"enabled": False, "condition": LESS, "group_by": ["account"]},
        {"tags": ["attack.stealth", "attack.defense-impairment", "attack.t1098"], "attack_version": "v19"},
    ],
)
def test_what_is_right_is_left_alone(changes: dict[str, Any]) -> None:
    assert codes(**changes) == []


PIECES: dict[str, list[Any]] = {
    "condition": [{"type": "immediate"}, MORE, LESS, SEEN, RATIO, {"type": "new_value", "field": "region"}],
    "query": ["*", "NOT *", "a", "event_name:@l AND NOT event_name:@l", "region:(a OR b) AND region:c", "_exists_:mfa"],
    "group_by": [[], ["account"], ["account", {"user": "userIdentity.arn"}]],
    "lists": [{"l": []}, {"l": ["a", "b"]}],
    "exceptions": [[], [except_("*"), except_("region:@l")]],
    "levels": [[], [level(above=3), level(below=2)], [level(when="*"), level(when="region:a OR NOT region:b")]],
    "active": [None, {"days": "fri-mon"}, {"days": ["mon", "wed"], "zone": "Europe/Berlin"}],
    "tests": [[], [{"name": "n", "event": CALL, "expect": "fires"}]],
}


@given(st.fixed_dictionaries({key: st.sampled_from(values) for key, values in PIECES.items()}))
def test_whatever_loads_is_linted_explained_and_written_of(changes: dict[str, Any]) -> None:
    try:
        rules = rule_set(rule_text(**changes))
    except Errors:
        return
    find_doubts(rules, TODAY, DELAYS)
    handbook(rules.all_rules)
    for rule in rules.all_rules:
        assert explain_rule(rule, rules.origins[rule.id], TODAY)


def test_two_rules_that_look_at_the_same_events_are_told_the_second_at_its_place() -> None:
    other = {"id": "b-rule", "query": "principal_type:ROOT AND (event_name:CreateAccessKey)"}
    [same] = findings(sound(), sound(**other))
    assert (same.code, same.rule, same.where.file, same.severity) == ("same-rule", "b-rule", "2/rules.yml", "warning")
    assert "a-rule" in same.message
    [alike] = findings(sound(), sound(**other, condition=MORE))
    assert (alike.code, alike.severity) == ("same-query", "note")
    assert findings(sound(), sound(**other, enabled=False)) == []
    assert findings(sound(), sound(**other, exceptions=[{"query": "region:a", "reason": "r"}])) == []


def test_findings_stand_in_the_override_that_brought_them() -> None:
    change = override_text(exceptions=[{"query": "region:a", "reason": "r", "until": "2020-01-01", "owner": "Ann"}])
    [expired] = findings(sound(), change)
    assert (expired.where.file, expired.code) == ("2/rules.yml", "expired-exception")
    assert "ask Ann" in expired.message
    [asleep] = findings(sound(enabled=False), override_text(level="high"))
    assert (asleep.where.file, asleep.code) == ("2/rules.yml", "overridden-but-disabled")

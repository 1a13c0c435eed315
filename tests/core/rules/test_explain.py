"""Everything about one rule."""

from __future__ import annotations

import datetime as dt

from streams.core.rules.explain import explain_rule
from tests.core.rules.rule_files import override_text, rule_set, rule_text

TODAY = dt.date(2026, 11, 24)


def explained(*texts: str) -> dict[str, list[str]]:
    rules = rule_set(*texts)
    [rule] = rules.all_rules
    return dict(explain_rule(rule, rules.origins["a-rule"], TODAY))


def test_what_to_do_comes_first_and_then_what_fires_it_and_where_it_comes_from() -> None:
    parts = explained(
        rule_text(falsepositives=["Drills."], references=["https://example.com"], author="Ann", date="2026-01-02")
    )
    assert list(parts) == [
        "", "runbook", "false positives", "fires", "level", "query", "indexed by", "from", "revision", "author", "tags",
        "ATT&CK", "references",
    ]  # fmt: skip
    assert parts[""] == ["A rule", "", "It finds keys."]
    assert parts["query"][:4] == [
        "event_name:CreateAccessKey AND principal_type:Root",
        "",
        "all of",
        "  event_name is 'CreateAccessKey'",
    ]
    assert parts["indexed by"] == ["event_name (1)"]
    assert parts["author"] == ["Ann, written 2026-01-02"]
    assert parts["tags"] == ["attack.t1098 https://attack.mitre.org/techniques/T1098/"]


def test_overrides_are_told_with_their_place_and_the_keys_that_they_change() -> None:
    exceptions = [
        {"query": "region:a", "reason": "drill", "owner": "Ann", "until": "2026-11-24"},
        {"query": "region:b", "reason": "known"},
    ]
    active = {"days": "mon-fri", "hours": "08:00-18:00", "zone": "Europe/Berlin"}
    parts = explained(rule_text(), override_text(exceptions=exceptions, enabled=False, active=active))
    assert parts["exceptions"] == ["region:a: drill (owner Ann, EXPIRED on 2026-11-24)", "region:b: known"]
    assert parts["from"] == ["1/rules.yml:1", "overridden in 2/rules.yml:1: exceptions, enabled, active"]
    assert parts["active"] == ["mon to fri 08:00-18:00 Europe/Berlin"]
    assert "it is disabled" in parts["fires"][1]


def test_levels_lists_shares_and_expected_groups_are_told() -> None:
    levels = [{"level": "high", "above": 9, "because": "many"}, {"level": "low", "below": 2}]
    ratio = {"type": "ratio", "of": "region:@home", "threshold": 0.1, "window": "5m"}
    parts = explained(rule_text(condition=ratio, levels=levels, lists={"home": ["eu-west-1"]}))
    assert parts["level"] == ["high if more than 9 (many)", "low if less than 2", "low otherwise"]
    assert parts["share of"][0] == "region:@home"
    assert parts["lists"] == ["home: eu-west-1"]
    expecting = {"type": "less_than", "threshold": 1, "window": "15m", "expect": {"account": list(map(str, range(30)))}}
    parts = explained(rule_text(condition=expecting, group_by=["account"]))
    assert len(parts["expects"]) == 21
    assert parts["expects"][-1] == "and 10 more"
    assert parts["for each"] == ["account"]

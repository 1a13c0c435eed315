"""Warnings of rules that load but can't do what they are for."""

from __future__ import annotations

from typing import Any

from schemas.rule import Rule
from streams.core.rules.lint import lint_rule


def rule(**changes: Any) -> Rule:
    return Rule.model_validate(
        {
            "id": "a-rule",
            "title": "A rule",
            "level": "low",
            "source": "findings",
            "query": "threat_purpose:recon",
            "condition": {"type": "immediate"},
            **changes,
        }
    )


def told(of: Rule) -> list[str]:
    return [doubt.message for doubt in lint_rule(of)]


def test_a_rule_that_can_match_has_no_warning() -> None:
    assert told(rule()) == []


def test_a_required_list_that_is_empty_is_warned_of_with_the_yaml_that_fills_it() -> None:
    [warning] = told(rule(query="threat_purpose:recon AND account:@ours", lists={"ours": []}))
    assert "list ours is empty" in warning
    assert "{override: a-rule, lists: {ours: [NAME]}}" in warning
    assert "\n" not in warning


def test_an_empty_list_in_one_alternative_is_no_reason_to_warn() -> None:
    assert told(rule(query="threat_purpose:recon OR account:@ours", lists={"ours": []})) == []


def test_a_list_that_no_query_uses_is_warned_of() -> None:
    assert told(rule(lists={"ours": ["1"]})) == ["list ours is used by no query"]


def test_a_list_that_only_an_exception_uses_is_used() -> None:
    excepting = [{"query": "account:@ours", "reason": "known"}]
    assert told(rule(lists={"ours": ["1"]}, exceptions=excepting)) == []


def test_a_field_that_no_event_of_the_source_has_is_warned_of_with_what_may_be_meant() -> None:
    [warning] = told(rule(query="threat_purpse:recon"))
    assert warning == "threat_purpse is no field of findings; did you mean threat_purpose?"
    assert told(rule(query="eventName:PutObject")) != []
    assert told(rule(source="cloudtrail", query="detail.eventName:PutObject AND GuardDuty")) == []


def test_a_less_than_rule_by_group_that_expects_nobody_is_warned_of() -> None:
    condition = {"type": "less_than", "threshold": 1, "window": "10m"}
    [warning] = told(rule(condition=condition, **{"group-by": ["account"]}))
    assert "expects no account" in warning
    expecting = {**condition, "expect": {"account": ["1"]}}
    assert told(rule(condition=expecting, **{"group-by": ["account"]})) == []
    assert told(rule(condition=condition)) == []


def test_a_query_that_says_what_nobody_means_is_warned_of() -> None:
    [warning] = told(rule(query="severity_label:hgh"))
    assert "severity_label is 'hgh' is never true" in warning
    assert "did you mean High?" in warning

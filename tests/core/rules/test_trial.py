"""Trying a rule on one event."""

from __future__ import annotations

from typing import Any

from schemas.event import Event, Kind
from schemas.rule import Rule, RuleTest
from streams.core.parsing.problem import Problem
from streams.core.rules.trial import Trial, run_event_test, try_rule

FINDING: dict[str, Any] = {
    "source": "aws.guardduty",
    "detail-type": "GuardDuty Finding",
    "account": "111122223333",
    "region": "eu-west-1",
    "time": "2026-06-01T00:00:00Z",
    "detail": {"type": "Recon:EC2/Portscan", "id": "f", "severity": 5, "service": {}},
}


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


def finding(**service: Any) -> Event:
    return Event(Kind.FINDING, {**FINDING, "detail": {**FINDING["detail"], "service": service}}, 0)


def test_the_first_level_whose_query_matches_decides_and_says_why() -> None:
    levels = [
        {"level": "critical", "when": "severity:[9 TO 10]", "because": "grave"},
        {"level": "medium", "when": "severity:[4 TO 10]", "because": "notable"},
        {"level": "high", "when": "severity:5", "because": "five"},
    ]
    assert try_rule(rule(levels=levels), finding()) == Trial(taken=True, level="medium", because="notable")
    assert try_rule(rule(), finding()) == Trial(taken=True, level="low")


def test_an_exception_keeps_an_event_out_until_its_day() -> None:
    def excepting(until: str) -> Trial | Problem:
        return try_rule(rule(exceptions=[{"query": "region:eu-west-1", "reason": "r", "until": until}]), finding())

    held = excepting("2026-06-02")
    assert isinstance(held, Trial)
    assert not held.taken
    assert held.exception
    assert excepting("2026-06-01") == Trial(taken=True, level="low")


def test_archived_and_sample_findings_take_part_only_where_the_rule_says_so() -> None:
    windowed = {"type": "more_than", "threshold": 1, "window": "1m"}
    assert try_rule(rule(), finding(archived=True)) == Trial(taken=False)
    assert try_rule(rule(archived=True), finding(archived=True)) == Trial(taken=True, level="low")
    assert try_rule(rule(), finding(additionalInfo={"sample": True})) == Trial(taken=True, level="low")
    assert try_rule(rule(condition=windowed), finding(additionalInfo={"sample": True})) == Trial(taken=False)


def test_an_event_of_another_source_is_never_taken() -> None:
    record = Event(Kind.CLOUDTRAIL, {"eventTime": "2026-01-01T00:00:00Z", "eventName": "recon"}, 0)
    assert try_rule(rule(query="*"), record) == Trial(taken=False)


def test_an_event_that_would_become_a_dead_letter_is_a_problem() -> None:
    assert isinstance(try_rule(rule(), Event(Kind.FINDING, {"detail": {"type": 5}}, 0)), Problem)


def test_a_rule_test_says_what_went_otherwise_than_expected() -> None:
    def outcome(**test: Any) -> str | None:
        return run_event_test(rule(), RuleTest.model_validate({"name": "n", "event": FINDING, **test}))

    assert outcome(expect="fires", level="low") is None
    assert outcome(expect="silent") == "expected silent, but was fires"
    assert outcome(expect="fires", level="high") == "expected level high, but was low"
    assert "not one of the source findings" in str(outcome(expect="fires", event={"eventName": "x"}))
    undated = {**FINDING, "time": None}
    assert "can't be read" in str(outcome(expect="fires", event=undated))

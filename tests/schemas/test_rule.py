"""What the models of rules accept, refuse and promise."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.rule import Rule, RuleException, RuleOverride


def rule(**changes: Any) -> Rule:
    """A small valid rule with changes."""
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


WINDOWED: dict[str, dict[str, Any]] = {
    "immediate": {"type": "immediate"},
    "more_than": {"type": "more_than", "threshold": 100, "window": "10m"},
    "less_than": {"type": "less_than", "threshold": 1, "window": "10m"},
    "ratio": {"type": "ratio", "of": "*", "threshold": 0.1, "window": "30m"},
    "more_than_usual": {"type": "more_than_usual", "threshold": 10, "window": "1h"},
    "less_than_usual": {"type": "less_than_usual", "window": "15m", "minimum": 3, "false-alarms": 0.5, "learn": "7d"},
    "since_release": {
        "type": "more_than",
        "threshold": 1,
        "window": "10m",
        "since-release": {"within": "1h30m", "application": ["shop"]},
    },
}


@pytest.mark.parametrize("condition", WINDOWED.values(), ids=WINDOWED)
def test_a_rule_with_any_condition_survives_being_written_and_read(condition: dict[str, Any]) -> None:
    """The dump is what a person would write, and reading it gives the same rule."""
    written = rule(condition=condition, **{"group-by": ["account", {"group": "security_groups"}]})
    assert Rule.model_validate(written.model_dump(by_alias=True, mode="json")) == written
    assert Rule.model_validate_json(written.model_dump_json(by_alias=True)) == written


def test_group_by_is_taken_in_both_spellings_but_not_in_both_at_once() -> None:
    """Kebab-case is canonical, snake_case is what Python users type."""
    assert rule(**{"group-by": ["account"]}) == rule(group_by=["account"])
    with pytest.raises(ValidationError):
        rule(**{"group-by": ["account"], "group_by": ["region"]})


def test_an_unknown_key_is_refused_at_every_depth() -> None:
    """A misspelled key would silently change what a rule does."""
    for changes in ({"thresold": 1}, {"condition": {"type": "immediate", "window": "10m"}}):
        with pytest.raises(ValidationError):
            rule(**changes)


def test_samples_take_part_by_default_in_immediate_and_less_than_rules_only() -> None:
    """They test the chain and prove that findings arrive, but say nothing about the estate."""
    taken = {name for name, condition in WINDOWED.items() if rule(condition=condition).include_samples}
    assert taken == {"immediate", "less_than"}
    assert not rule(samples=False).include_samples


def test_the_revision_changes_with_the_meaning() -> None:
    """Everything that decides whether, when and at which level the rule fires is part of it."""
    changes: list[dict[str, Any]] = [
        {},
        {"query": "threat_purpose:trojan"},
        {"level": "high"},
        {"group_by": ["account"]},
        {"group_by": [{"account_id": "account"}]},
        {"source": "cloudtrail"},
        {"samples": False},
        {"archived": True},
        {"condition": WINDOWED["since_release"]},
        {"condition": WINDOWED["since_release"] | {"since-release": {"within": "1h30m"}}},
        {"condition": WINDOWED["ratio"]},
        {"condition": WINDOWED["ratio"] | {"of": "severity:8"}},
        {"condition": WINDOWED["ratio"] | {"threshold": 0.2}},
        {"condition": WINDOWED["ratio"] | {"window": "31m"}},
        {"levels": [{"level": "high", "when": "severity:8", "because": "it is grave"}]},
        {"exceptions": [{"query": "region:x", "reason": "known"}]},
        {"exceptions": [{"query": "region:x", "reason": "known", "until": "2027-01-01"}]},
        {"query": "region:@here", "lists": {"here": ["a"]}},
        {"query": "region:@here", "lists": {"here": ["a", "b"]}},
    ]
    revisions = [rule(**change).revision for change in changes]
    assert len(set(revisions)) == len(changes)


def test_the_revision_stays_when_only_texts_for_people_change() -> None:
    """Nor do a list that no query uses, the order of a list, or being off matter."""
    base = {"query": "region:@here", "lists": {"here": ["a", "b"]}}
    same: list[dict[str, Any]] = [
        {"title": "Another"},
        {"runbook": "Call me."},
        {"labels": {"team": "x"}},
        {"enabled": False},
        {"lists": {"here": ["b", "a", "a"], "unused": ["c"]}},
    ]
    assert {rule(**base | change).revision for change in same} == {rule(**base).revision}


def test_account_ids_without_quotes_are_text_digit_for_digit_and_fractions_are_refused() -> None:
    """2.10 would come back as 2.1."""
    expecting = WINDOWED["less_than"] | {"expect": {"account": [111122223333]}}
    assert rule(group_by=["account"], condition=expecting).expected_groups == (("111122223333",),)
    with pytest.raises(ValidationError):
        rule(labels={"version": 2.10})


def test_expected_groups_are_all_combinations_in_the_order_of_group_by() -> None:
    """So that the alert can say which of them fell silent."""
    expecting = WINDOWED["less_than"] | {"expect": {"region": ["r2", "r1"], "account": ["1"]}}
    assert rule(group_by=["account", "region"], condition=expecting).expected_groups == (("1", "r1"), ("1", "r2"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"condition": WINDOWED["less_than"] | {"expect": {"account": ["1"]}}}, "group-by"),
        ({"group_by": ["region"], "condition": WINDOWED["less_than"] | {"expect": {"account": ["1"]}}}, "region"),
        (
            {
                "group_by": ["account"],
                "condition": WINDOWED["less_than"] | {"expect": {"account": [str(n) for n in range(10_001)]}},
            },
            "10001",
        ),
        (
            {
                "condition": WINDOWED["more_than"],
                "levels": [{"level": "low", "when": "a:b", "because": "c"}],
            },
            "single events",
        ),
        ({"exceptions": [{"query": "a:b"}]}, "reason"),
        ({"exceptions": [{"query": "a:b", "reason": "c", "until": 20270101}]}, "2027-01-31"),
        ({"exceptions": [{"query": "a:b", "reason": "c", "until": "20270101"}]}, "2027-01-31"),
        ({"id": "Not Kebab"}, "pattern"),
        ({"group_by": ["account", {"account": "region"}]}, "more than once"),
        ({"condition": WINDOWED["more_than_usual"] | {"season": "1d"}}, "hours of the day"),
        ({"condition": WINDOWED["more_than_usual"] | {"minimum-history": "15d"}}, "say learn"),
        ({"condition": WINDOWED["more_than_usual"] | {"sensitivity": 3}}, "say false-alarms"),
        ({"condition": WINDOWED["more_than_usual"] | {"window": "25m"}}, "divide a day"),
        ({"condition": WINDOWED["more_than_usual"] | {"window": "5m"}}, "10m or longer"),
        ({"condition": WINDOWED["ratio"] | {"threshold": float("nan")}}, "finite"),
        ({"condition": WINDOWED["less_than"] | {"threshold": 0}}, "greater than 0"),
        ({"tests": [{"name": "a", "counts": {"count": [1]}, "expect": "fires"}]}, "event"),
        ({"tests": [{"name": "a", "event": {}, "expect": "counted"}]}, "fires or silent"),
        ({"tests": [{"name": "a", "expect": "fires"}]}, "`event`, `events` and `counts`"),
        (
            {"condition": WINDOWED["ratio"], "tests": [{"name": "a", "counts": {"count": [1]}, "expect": "fires"}]},
            "denominator",
        ),
        (
            {"condition": WINDOWED["more_than"], "tests": [{"name": "a", "event": {}, "expect": "fires"}]},
            "counted or ignored",
        ),
        ({"tests": [{"name": "a", "event": {}, "expect": "silent", "level": "low"}]}, "level"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_the_reason(changes: dict[str, Any], says: str) -> None:
    """The message has the word that a person needs."""
    with pytest.raises(ValidationError, match=says):
        rule(**changes)


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_an_exception_holds_until_its_day_begins_in_utc(at_ms: int) -> None:
    """Without a day it holds for good."""
    day = dt.date(2027, 1, 1)
    begins = 1_798_761_600_000
    assert RuleException(query="a:b", reason="c", until=day).holds_at(at_ms) == (at_ms < begins)
    assert RuleException(query="a:b", reason="c").holds_at(at_ms)


def test_an_override_names_a_rule_and_nothing_that_is_not_to_be_overridden() -> None:
    """The query of a shipped rule is not for overriding: that would be another rule."""
    assert RuleOverride.model_validate({"override": "a-rule", "enabled": False}).enabled is False
    with pytest.raises(ValidationError):
        RuleOverride.model_validate({"override": "a-rule", "query": "*"})


def test_a_rule_with_tests_is_the_same_after_it_was_written_and_read() -> None:
    event = {"event": {"a": 1}, "at": "10m", "arrives": "1h30m", "times": 3, "every": "90s"}
    written = rule(tests=[{"name": "t", "events": [event], "until": "3d", "expect": "silent"}])
    assert Rule.model_validate(written.model_dump(mode="json", by_alias=True)) == written


def test_numbers_of_a_test_are_as_json_has_them() -> None:
    [test] = rule(tests=[{"name": "t", "event": {"a": [10**30, 2**64 - 1]}, "expect": "silent"}]).tests
    assert test.event is not None
    assert [(number, type(number)) for number in test.event["a"]] == [(1e30, float), (2**64 - 1, int)]
    with pytest.raises(ValidationError, match="larger than any in JSON"):
        rule(tests=[{"name": "t", "event": {"a": float("inf")}, "expect": "silent"}])


@pytest.mark.parametrize("blank", ["", " ", "\n", "\u2028"])
@pytest.mark.parametrize("key", ["title", "query", "tags"])
def test_a_text_of_nothing_but_space_is_empty(key: str, blank: str) -> None:
    with pytest.raises(ValidationError, match="at least 1"):
        rule(**{key: [blank] if key == "tags" else blank})

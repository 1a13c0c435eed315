"""Conditions in words."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from schemas.rule import Condition
from streams.core.rules.describe import describe, describe_minutes


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"type": "immediate"}, "at once"),
        ({"type": "more_than", "threshold": 100, "window": "10m"}, "more than 100 in 10 minutes"),
        (
            {"type": "immediate", "since-release": {"within": "90m"}},
            "at once, within 1 hour 30 minutes of a deploy or rollback",
        ),
        (
            {
                "type": "more_than",
                "threshold": 9,
                "window": "1h",
                "for": "5m",
                "since-release": {"within": "6h", "application": ["shop"], "environment": ["live"], "kind": ["config"]},
            },
            "more than 9 in 1 hour, for 5 minutes, within 6 hours of a config of shop in live",
        ),
        (
            {"type": "less_than", "threshold": 1, "window": "10m"},
            "fewer than 1 in 10 minutes, judged on arrival",
        ),
        (
            {"type": "less_than", "threshold": 2, "window": "1d", "judged-on": "event_time"},
            "fewer than 2 in 1 day, judged on event time",
        ),
        (
            {"type": "ratio", "of": "severity:*", "threshold": 0.1, "window": "30m", "minimum": 20},
            "more than 0.1 of the count of severity:* in 30 minutes, among at least 20",
        ),
        (
            {"type": "more_than_usual", "threshold": 10, "window": "1h"},
            "more than 10 in 1 hour, and more than usual (at most once a week by chance)",
        ),
        (
            {"type": "more_than_usual", "threshold": 10, "window": "1h", "times": 1.5, "false-alarms": 0.2},
            "more than 10 in 1 hour, and more than usual by 1.5 times (at most 0.2 times a week by chance)",
        ),
        (
            {"type": "less_than_usual", "window": "15m"},
            "less than usual in 15 minutes, where 10 are expected (at most once a week by chance)",
        ),
    ],
)
def test_a_condition_reads_like_a_sentence(condition: dict[str, Any], words: str) -> None:
    assert describe(TypeAdapter[Any](Condition).validate_python(condition)) == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 minutes"), (1, "1 minute"), (90, "1 hour 30 minutes"), (2881, "2 days 1 minute")]
)
def test_a_duration_reads_in_its_units(minutes: int, words: str) -> None:
    assert describe_minutes(minutes) == words

from __future__ import annotations

import pytest

from schemas.errors import GuardstreamError
from streams.cli.instants import clock, epoch_ms, parse_coming, parse_instant, span


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", 98_200_000),
        ("2 h", 92_800_000),
        ("30m ago", 98_200_000),
        ("1.5s", 99_998_500),
        ("1d", 13_600_000),
        ("1970-01-01T00:00:01Z", 1_000),
        ("1970-01-01T01:00:01+01:00", 1_000),
        ("1970-01-02", 86_400_000),
    ],
)
def test_an_instant_is_written_as_an_age_or_a_time(text: str, expected: int) -> None:
    assert parse_instant(text, 100_000_000) == expected


def test_what_is_no_time_is_refused_with_what_would_be_one() -> None:
    with pytest.raises(GuardstreamError, match="30m, 2h, 7d"):
        parse_instant("yesterday", 0)
    assert epoch_ms("yesterday") is None
    assert epoch_ms(None) is None


def test_what_is_to_come_is_written_as_a_time_from_now_on_or_as_an_instant() -> None:
    assert parse_coming("30m", 100_000_000) == 101_800_000
    assert parse_coming("30m ago", 100_000_000) == 98_200_000
    assert parse_coming("1970-01-02", 100_000_000) == 86_400_000
    with pytest.raises(GuardstreamError, match="write in how long"):
        parse_coming("tomorrow", 0)


def test_times_are_printed_in_utc() -> None:
    assert clock(1795503600000) == "2026-11-24T07:00:00Z"


@pytest.mark.parametrize(("seconds", "text"), [(42, "42 s"), (300, "5 min"), (10_800, "3 h"), (777_600, "9 days")])
def test_a_duration_has_a_unit_that_fits(seconds: float, text: str) -> None:
    assert span(seconds) == text

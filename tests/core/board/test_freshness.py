from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.board.freshness import MOST_BEHIND, ONE_SILENT_AFTER_MS, SILENT_AFTER_MS, counted, lag, silence
from streams.core.parsing.times import parse_time

MINUTE = 60_000
DAY = 1_440 * MINUTE
NOW = parse_time("2026-11-24T21:17:00Z") or 0


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, None),
        (10, None),
        (11, "silent since 21:06: no event has come for 11 min"),
        (70, "silent since 20:07: no event has come for 1 h 10 min"),
        (24 * 60, "silent since Nov 23 21:17: no event has come for 1 d"),
        (26 * 60, "silent since Nov 23 19:17: no event has come for 1 d 2 h"),
    ],
)
def test_it_is_said_since_when_no_event_has_come(minutes: int, said: str | None) -> None:
    assert silence({"findings": NOW - minutes * MINUTE}, NOW) == said
    # The one that came last says it.
    assert silence({"findings": NOW - minutes * MINUTE, "cloudtrail": NOW - 30 * DAY}, NOW) == said or minutes <= 10


@pytest.mark.parametrize(
    ("findings", "cloudtrail", "said"),
    [
        (0, 60, None),
        (60, 0, None),
        (-1, 180, "no CloudTrail record for 3 h; findings came less than a minute ago"),
        (3, 61, "no CloudTrail record for 1 h 1 min; findings came 3 min ago"),
        (26 * 60, 8, "no finding for 1 d 2 h; CloudTrail records came 8 min ago"),
        (90, 61, "silent since 20:16: no event has come for 1 h 1 min"),
    ],
)
def test_a_source_that_is_silent_alone_is_told_apart(findings: int, cloudtrail: int, said: str | None) -> None:
    newest = {"findings": NOW - findings * MINUTE, "cloudtrail": NOW - cloudtrail * MINUTE}
    assert silence(newest, NOW) == said


def test_where_nothing_ever_came_that_is_said() -> None:
    assert silence({}, NOW) == "nothing was counted yet"


@given(st.integers(-(10**9), 10**10))
def test_only_what_is_too_old_is_silent(age_ms: int) -> None:
    assert (silence({"cloudtrail": NOW - age_ms}, NOW) is not None) == (age_ms > SILENT_AFTER_MS)


ages = st.integers(0, 10**8)


@given(ages, ages)
def test_of_two_sources_that_are_told_to_be_silent_one_is(findings: int, cloudtrail: int) -> None:
    said = silence({"findings": NOW - findings, "cloudtrail": NOW - cloudtrail}, NOW)
    assert (said is not None) == (
        min(findings, cloudtrail) > SILENT_AFTER_MS or max(findings, cloudtrail) > ONE_SILENT_AFTER_MS
    )


def test_a_source_was_counted_from_its_oldest_to_its_newest_minute_of_any_measure() -> None:
    minutes = {"a": (10, 20), "b": (5, 15), "c": (1, 99), "of nobody": (0, 1_000)}
    sources = {"a": "findings", "b": "findings", "c": "cloudtrail", "d": "findings"}
    assert counted(minutes, sources) == {
        "findings": (5 * MINUTE, 21 * MINUTE), "cloudtrail": (MINUTE, 100 * MINUTE),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("behind", "said"),
    [(None, None), (0, None), (MOST_BEHIND, None), (12_000, "behind: 12,000 messages are still to be read")],
)
def test_what_is_still_to_be_read_is_said_where_it_is_much(behind: int | None, said: str | None) -> None:
    assert lag(behind) == said

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.board.freshness import MOST_BEHIND, SILENT_AFTER_MS, lag, silence
from streams.core.parsing.times import parse_time

MINUTE = 60_000
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
    assert silence(NOW - minutes * MINUTE, NOW) == said


def test_where_nothing_ever_came_that_is_said() -> None:
    assert silence(None, NOW) == "nothing was counted yet"


@given(st.integers(-(10**9), 10**10))
def test_only_what_is_too_old_is_silent(age_ms: int) -> None:
    assert (silence(NOW - age_ms, NOW) is not None) == (age_ms > SILENT_AFTER_MS)


@pytest.mark.parametrize(
    ("behind", "said"),
    [(None, None), (0, None), (MOST_BEHIND, None), (12_000, "behind: 12,000 messages are still to be read")],
)
def test_what_is_still_to_be_read_is_said_where_it_is_much(behind: int | None, said: str | None) -> None:
    assert lag(behind) == said

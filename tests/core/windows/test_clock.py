from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.windows.clock import DAY, MINUTE, RecordClock, arrival_day, first_open_minute


@given(st.lists(st.integers(0, 10**13)))
def test_the_clock_is_the_running_maximum_and_says_when_it_moved(timestamps: list[int]) -> None:
    clock = RecordClock()
    for place, timestamp in enumerate(timestamps):
        assert clock.advance(timestamp) == (timestamp > max([0, *timestamps[:place]]))
        assert clock.now == max([0, *timestamps[: place + 1]])


@pytest.mark.parametrize(("clock", "minute"), [(0, -2), (2 * MINUTE - 1, -1), (2 * MINUTE, 0), (5 * MINUTE + 1, 3)])
def test_a_pane_is_open_until_the_watermark_has_left_it(clock: int, minute: int) -> None:
    assert first_open_minute(clock, 2 * MINUTE) == minute


def test_a_count_gets_a_row_of_its_day_of_arrival_only_where_its_hours_row_may_be_gone() -> None:
    hour_end = 20_000 * DAY + 60 * MINUTE
    minute = 20_000 * DAY // MINUTE + 59
    assert arrival_day(minute, hour_end + DAY, DAY) == 0
    assert arrival_day(minute, hour_end + DAY + 1, DAY) == 20_001
    assert arrival_day(minute + 1, hour_end + DAY + 1, DAY) == 0
    assert arrival_day(-5, hour_end, DAY) == 20_000

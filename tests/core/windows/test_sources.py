from __future__ import annotations

import pytest

from streams.core.windows.clock import MINUTE
from streams.core.windows.partials import Partial
from streams.core.windows.sources import RangesOverlap, Sources


def partial(start: int, end: int, clock: int = 0, *, number: int = 0, of: int = 1) -> Partial:
    return Partial("in", number, of, start, end, clock, clock)


def test_a_range_that_was_counted_is_dropped_and_one_that_follows_is_taken() -> None:
    sources = Sources()
    assert sources.take(partial(10, 20))
    assert not sources.take(partial(10, 20))
    assert not sources.take(partial(12, 15))
    assert sources.take(partial(20, 30))
    assert not sources.take(partial(10, 20))


def test_a_gap_is_taken_since_a_flush_may_have_counted_nothing_for_this_partition() -> None:
    sources = Sources()
    sources.take(partial(0, 10))
    assert sources.take(partial(25, 30))
    assert not sources.take(partial(0, 10))


def test_a_range_that_is_counted_in_part_stops_the_worker_with_a_way_out() -> None:
    sources = Sources()
    sources.take(partial(0, 10))
    with pytest.raises(RangesOverlap, match=r"in\[0\].*5 to 15.*before 10.*set them to 10"):
        sources.take(partial(5, 15))


def test_an_advance_of_the_clock_brings_no_counts_but_time_also_before_anything_was_counted() -> None:
    sources = Sources()
    assert not sources.take(partial(7, 7, 5 * MINUTE))
    assert sources.clock() == 5 * MINUTE
    assert sources.take(partial(7, 9, 6 * MINUTE))
    assert not sources.take(partial(9, 9, 8 * MINUTE))
    assert sources.clock() == 8 * MINUTE


def test_a_repeat_never_turns_the_clock_back() -> None:
    sources = Sources()
    sources.take(partial(0, 5, 3 * MINUTE))
    sources.take(partial(5, 9, 8 * MINUTE))
    sources.take(partial(0, 5, 3 * MINUTE))
    assert sources.clock() == 8 * MINUTE


def test_the_clock_is_that_of_the_slowest_partition_once_all_are_known() -> None:
    sources = Sources()
    sources.take(partial(0, 5, 9 * MINUTE, of=2))
    assert sources.clock() is None
    sources.take(partial(0, 5, 4 * MINUTE, number=1, of=2))
    assert sources.clock() == 4 * MINUTE
    sources.take(partial(5, 5, 11 * MINUTE, number=1, of=2))
    assert sources.clock() == 9 * MINUTE


def test_all_is_known_from_the_minute_after_the_last_partition_was_first_heard() -> None:
    sources = Sources()
    sources.take(Partial("in", 0, 2, 0, 5, 2 * MINUTE, 9 * MINUTE))
    sources.take(Partial("in", 1, 2, 0, 5, 4 * MINUTE + 1, 9 * MINUTE))
    assert sources.known_from() == 5

from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from streams.core.windows.partials import Counts
from streams.core.windows.row import EVIDENCE_A_ROW, Row
from streams.core.windows.rows import Series

SOURCE = ("in", 2)
minutes = st.dictionaries(st.integers(0, 59), st.integers(1, 2**31), max_size=6)


@given(minutes, minutes, st.integers(-1, 2**60), st.integers(0, 3))
def test_a_row_restored_is_the_row_that_was_written(
    on_time: dict[int, int], late: dict[int, int], fence: int, evidence: int
) -> None:
    row = Row((), 7, 3)
    for minute, count in on_time.items():
        row.counts[minute] = count
    row.late = late or None
    row.fence = fence
    row.evidence = [(n, "in", 0, n, 0, "id") for n in range(evidence)] or None
    again = Row((), 7, 3)
    again.restore(orjson.loads(row.encode()))
    assert all(getattr(again, name) == getattr(row, name) for name in Row.__slots__)
    assert again.encode() == row.encode()


def test_a_message_is_added_once_to_each_row_and_told_of_again_where_it_comes_again() -> None:
    series = Series()
    counts = Counts(on_time=[(59, 1), (60, 2), (59, 4)], late=[(59, 8, 0), (0, 16, 5)])
    told = {(row.hour, row.arrived): set(row.take_changed()) for row in series.merge("m", (), counts, SOURCE, 7)}
    assert told == {(0, 0): {59}, (1, 0): {0}, (0, 5): {0}}
    for fence in (7, 6):
        again = series.merge("m", (), counts, SOURCE, fence)
        assert {(row.hour, row.arrived): set(row.take_changed()) for row in again} == told
    assert [(row.hour, row.arrived, row.fence) for row in series.measures["m"][()]] == [(0, 0, 7), (1, 0, 7), (0, 5, 7)]
    assert series.row("m", (), 0, 0).total(59) == 13
    assert series.on_time("m", (), 0, 120) == 7


def test_a_row_that_is_ahead_of_the_log_takes_no_message_up_to_its_fence_while_others_do() -> None:
    series = Series()
    series.row("m", (), 0, 0).fence = 9
    series.merge("m", (), Counts(on_time=[(59, 1), (60, 2)]), SOURCE, 9)
    assert [series.row("m", (), hour, 0).total(minute) for hour, minute in ((0, 59), (1, 0))] == [0, 2]
    series.merge("m", (), Counts(on_time=[(59, 1)]), SOURCE, 10)
    assert series.row("m", (), 0, 0).total(59) == 1


@given(st.lists(st.integers(0, 59)))
def test_a_row_tells_once_of_each_minute_that_changed(minutes: list[int]) -> None:
    series = Series()
    for fence, minute in enumerate(minutes):
        series.merge("m", (), Counts(on_time=[(minute, 1)]), SOURCE, fence)
    row = series.row("m", (), 0, 0)
    assert list(row.take_changed()) == sorted(set(minutes))
    assert not list(row.take_changed())


@given(
    st.lists(st.tuples(st.integers(-200, 200), st.integers(1, 9)), max_size=20),
    st.integers(-200, 200),
    st.integers(0, 150),
)
def test_the_sum_over_any_minutes_is_that_of_the_counts_in_them(
    counted: list[tuple[int, int]], first: int, length: int
) -> None:
    series = Series()
    for fence, (minute, count) in enumerate(counted):
        late = Counts(late=[(minute, 1000, 0), (minute, 1000, 4)])
        series.merge("m", ("g",), Counts(on_time=[(minute, count)], late=late.late), SOURCE, fence)
    end = first + length
    assert series.on_time("m", ("g",), first, end) == sum(count for minute, count in counted if first <= minute < end)
    assert series.on_time("m", ("other",), first, end) == 0


def test_evidence_says_where_events_stand_and_is_kept_up_to_a_bound_an_hour() -> None:
    series = Series()
    for fence in range(EVIDENCE_A_ROW + 5):
        series.merge("m", (), Counts([(fence, 1)], [], [(fence, 100 + fence, 0, f"e{fence}")]), SOURCE, fence)
    assert series.evidence("m", (), 3, 5) == [(3, "in", 2, 103, 0, "e3"), (4, "in", 2, 104, 0, "e4")]
    assert len(series.evidence("m", (), 0, 60)) == EVIDENCE_A_ROW


def test_a_group_is_forgotten_with_its_last_row() -> None:
    series = Series()
    first, second = series.row("m", ("a",), 1, 0), series.row("m", ("a",), 2, 0)
    series.drop("m", first)
    assert series.groups("m", 0, 10**9) == [("a",)]
    series.drop("m", second)
    assert series.groups("m", 0, 10**9) == []
    assert series.groups("unknown", 0, 10**9) == []

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from streams.core.board.spans import Span
from streams.core.board.views import Line
from streams.core.charts.axes import number_ticks, short, time_ticks
from streams.core.charts.trend import draw


@given(st.integers(0, 10**12))
def test_ticks_reach_the_largest_count_in_even_steps(largest: int) -> None:
    ticks = number_ticks(largest)
    assert ticks[0] == 0
    assert ticks[-1] >= largest
    assert 2 <= len(ticks) <= 6
    assert len({high - low for low, high in pairwise(ticks)}) == 1


@given(st.integers(0, 10**7), st.integers(30, 60_000))
def test_ticks_of_time_are_few_and_inside(start: int, minutes: int) -> None:
    ticks = time_ticks(start * 60_000, (start + minutes) * 60_000)
    assert 1 <= len(ticks) <= 9
    assert all(start * 60_000 <= at < (start + minutes) * 60_000 for at, _ in ticks)


def test_counts_are_said_in_few_characters() -> None:
    assert [short(number) for number in (0, 950, 1_000, 1_240, 38_400, 4_100_000)] == [
        "0",
        "950",
        "1k",
        "1.2k",
        "38k",
        "4.1M",
    ]


@given(st.lists(st.integers(0, 1_000), min_size=60, max_size=60))
def test_a_line_stays_on_its_canvas(counts: list[int]) -> None:
    chart = draw([Line("x", tuple(counts))], Span(0, 3_600_000), 1)
    [line] = chart.lines
    numbers = [float(number) for number in line.path.replace("M", " ").replace("L", " ").split()]
    assert all(0 <= x <= chart.width for x in numbers[::2])
    assert all(0 <= y <= chart.bottom for y in numbers[1::2])
    assert [column.counts for column in chart.columns] == [(("x", count),) for count in counts]

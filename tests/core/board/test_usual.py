"""The band of what is usual under a trend."""

from __future__ import annotations

import random

import pytest

from schemas.panel import Panel
from streams.core.board.choose import Countable
from streams.core.board.spans import MINUTE, Span
from streams.core.board.state import State
from streams.core.board.usual import DAY, band, learned_from
from streams.core.board.views import view
from streams.core.charts.trend import draw
from tests.core.board.store import Finding, Findings

END = 20_000 * DAY * MINUTE
HOUR = 60 * MINUTE
WEEK = Span(END - 7 * DAY * MINUTE, END)
STEP = 120
PANEL = Panel(id="trend", title="All", chart="trend", by=("severity_label",))
MEASURE = Countable("findings-by-severity", ("severity_label",))


def test_a_band_needs_known_days_and_steps_that_divide_a_day() -> None:
    assert learned_from(WEEK, STEP, None) is None
    assert learned_from(WEEK, STEP, END - 2 * DAY * MINUTE) is None
    assert learned_from(Span(END - 60 * MINUTE, END), 1, 0) is None
    assert learned_from(Span(WEEK.start_ms + MINUTE, END), STEP, 0) is None
    assert learned_from(WEEK, STEP, WEEK.start_ms - 1) == Span(WEEK.start_ms, END)
    assert learned_from(WEEK, STEP, 0) == Span(WEEK.start_ms - 1_344 * STEP * MINUTE, END)


def test_most_steps_lie_in_it_and_a_burst_does_not() -> None:
    rng = random.Random(4)  # noqa: S311 - the same each time is wanted
    learned = Span(END - 35 * DAY * MINUTE, END)
    counts = [sum(rng.random() < 0.4 for _ in range(100)) for _ in learned.points(STEP)]
    counts[-5] = 90
    found = band(counts, learned, WEEK, STEP)
    assert len(found) == len(WEEK.points(STEP)) == 84
    inside = [both is not None and both[0] <= count <= both[1] for both, count in zip(found, counts[-84:], strict=True)]
    assert sum(inside) >= 76
    assert not inside[-5]


def test_nothing_is_said_of_the_first_days() -> None:
    learned = Span(END - 5 * DAY * MINUTE, END)
    found = band([7] * len(learned.points(STEP)), learned, Span(END - 5 * DAY * MINUTE, END), STEP)
    assert found[: 3 * 12] == (None,) * 36
    assert all(both is not None and both[0] <= 7 <= both[1] for both in found[36:])


@pytest.mark.parametrize("known", [None, END - 30 * DAY * MINUTE])
def test_a_trend_has_it_where_it_is_told_since_when_counts_are_known(known: int | None) -> None:
    findings: list[tuple[int, Finding]] = [
        (END - hour * HOUR - MINUTE, {"severity_label": label})
        for hour in range(30 * 24)
        for label in ("High", "Low", "Low")
    ]
    shown = view(PANEL, State(fixed=WEEK), WEEK, [MEASURE], Findings(findings), known_from=known)
    assert bool(shown.usual) == (known is not None)
    chart = draw(shown.lines, WEEK, shown.step, usual=shown.usual)
    assert chart.band.startswith("M") == (known is not None)
    if known:
        # Of all lines together: six an hour and a half.
        assert all(both and both[0] <= 6 <= both[1] for both in shown.usual)


def test_a_band_with_gaps_is_drawn_in_parts() -> None:
    chart = draw((), Span(0, 5 * HOUR), 60, usual=((1, 2), (1, 3), None, (0, 4), None))
    assert chart.band.count("M") == chart.band.count("Z") == 2

"""Lines over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.core.charts.axes import number_ticks, short, time_ticks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streams.core.board.spans import Span
    from streams.core.board.usual import Band
    from streams.core.board.views import Line

LEFT, RIGHT, TOP, BOTTOM = 44, 12, 30, 26
"""What is left around the lines for labels and markers."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line: its path, and the same closed at the bottom."""

    name: str
    path: str
    area: str
    total: int
    line: Line
    """What it draws."""


@dataclass(frozen=True, slots=True)
class Column:
    """One step: where it stands, when it begins, and what each line counts in it."""

    x: float
    width: float
    start_ms: int
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of lines on a canvas of ``width`` by ``height``."""

    width: int
    height: int
    lines: tuple[Drawn, ...]
    columns: tuple[Column, ...]
    across: tuple[tuple[float, str], ...]
    """Labels of the axis of time, by x."""
    up: tuple[tuple[float, str], ...]
    """Labels of the axis of counts, by y."""
    span: Span
    band: str = ""
    """The path around what is usual; empty where nothing is known of it."""

    @property
    def bottom(self) -> float:
        """The y of nothing."""
        return self.height - BOTTOM

    def x(self, at_ms: int) -> float:
        """Where an instant stands."""
        share = (at_ms - self.span.start_ms) / (self.span.end_ms - self.span.start_ms)
        return round(LEFT + share * (self.width - LEFT - RIGHT), 1)


def draw(  # noqa: PLR0913 - a chart's parts
    lines: Sequence[Line], span: Span, step: int, width: int = 1_160, height: int = 260, *, usual: Band = ()
) -> Chart:
    """Draw lines of counts, each with one for every ``step`` minutes of the span, over the band of what is usual."""
    starts = span.points(step)
    highest = [count for line in lines for count in line.counts] + [both[1] for both in usual if both]
    ticks = number_ticks(max(highest, default=0))
    top = ticks[-1]
    wide = (width - LEFT - RIGHT) / max(len(starts), 1)

    def y(count: float) -> float:
        return round(height - BOTTOM - count / top * (height - TOP - BOTTOM), 1)

    def x(place: int) -> float:
        return round(LEFT + (place + 0.5) * wide, 1)

    drawn = []
    for line in lines:
        path = "M" + " L".join(f"{x(place)} {y(count)}" for place, count in enumerate(line.counts))
        area = f"{path} L{x(len(line.counts) - 1)} {y(0)} L{x(0)} {y(0)} Z"
        drawn.append(Drawn(line.name, path, area, line.total, line))
    columns = tuple(
        Column(
            round(LEFT + place * wide, 1), round(wide, 1), at, tuple((line.name, line.counts[place]) for line in lines)
        )
        for place, at in enumerate(starts)
    )
    chart = Chart(width, height, tuple(drawn), columns, (), tuple((y(tick), short(tick)) for tick in ticks), span)
    across = tuple((chart.x(at), label) for at, label in time_ticks(span.start_ms, span.end_ms))
    around = "".join(_around([(x(place), y(low), y(high)) for place, (low, high) in run]) for run in _runs(usual))
    return Chart(width, height, chart.lines, columns, across, chart.up, span, around)


def _runs(usual: Band) -> Iterator[list[tuple[int, tuple[int, int]]]]:
    """Steps next to each other of which it is known what is usual."""
    run: list[tuple[int, tuple[int, int]]] = []
    for place, both in enumerate((*usual, None)):
        if both is not None:
            run.append((place, both))
        elif run:
            yield run
            run = []


def _around(edges: Sequence[tuple[float, float, float]]) -> str:
    """A closed path along the upper edge and back along the lower one."""
    there = " L".join(f"{x} {high}" for x, _, high in edges)
    back = " L".join(f"{x} {low}" for x, low, _ in reversed(edges))
    return f"M{there} L{back} Z"


def spark(counts: Sequence[int], width: int = 120, height: int = 28) -> str:
    """The path of a small line without axes."""
    top = max([*counts, 1])
    wide = width / max(len(counts) - 1, 1)
    return "M" + " L".join(
        f"{round(place * wide, 1)} {round(height - 2 - count / top * (height - 4), 1)}"
        for place, count in enumerate(counts)
    )

"""The band of what is usual under a trend: learned from the steps before, as rules that learn do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.core.baseline.baseline import Baseline
from streams.core.baseline.ring import MOST_WINDOWS, Ring
from streams.core.board.spans import MINUTE, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = 1_440
SHORTEST = 5
"""Minutes of a step: shorter ones tell of a few hours only."""
DAYS_TO_LEARN = 3

Band = tuple[tuple[int, int] | None, ...]
"""For each step between which counts 95 of 100 lie; None where too little is known."""


def learned_from(span: Span, step: int, known_from_ms: int | None) -> Span | None:
    """The time whose counts have to be known for the band of a span, to its end; None where there is no band.

    Steps have to lie as windows of rules do, which begin at multiples of their length from midnight (UTC) on.
    """
    length = step * MINUTE
    if known_from_ms is None or step < SHORTEST or DAY % step or span.start_ms % length or span.end_ms % length:
        return None
    first = max(span.start_ms - MOST_WINDOWS * length, -(-known_from_ms // length) * length)
    return Span(first, span.end_ms) if span.end_ms - first > DAYS_TO_LEARN * DAY * MINUTE else None


def band(counts: Sequence[int], learned: Span, span: Span, step: int) -> Band:
    """The band of a span, from the counts of each step of the time that it is ``learned`` from."""
    length, per_day = step * MINUTE, DAY // step
    ring = Ring(learned.start_ms // length)
    ring.fill(ring.born, counts)
    found: list[tuple[int, int] | None] = []
    baseline: Baseline | None = None
    for start in span.points(step):
        at = start // length
        if at - ring.born < DAYS_TO_LEARN * per_day:
            found.append(None)
            continue
        if baseline is None or at >= baseline.good_until:
            baseline = Baseline(ring, at, per_day)
        baseline.go_on(at)
        expected = baseline.expected()
        found.append(expected.interval() if expected else None)
    return tuple(found)

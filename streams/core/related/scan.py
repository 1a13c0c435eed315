"""The most unusual stretch of a day's cells: sums of several lengths at every place, against a mean and a dispersion.

A sum's probability is the negative binomial's, whose variance is ``mean + dispersion * mean ** 2``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streams.core.baseline.negative_binomial import lower_tail, upper_tail

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LENGTHS = (1, 3, 6, 12)
"""Cells of the stretches that are looked at: 5 minutes, a quarter, half an hour, an hour."""
FEWER_FROM = 2
"""Only stretches of an hour or longer can be too empty (the index of their length)."""
FEWER_MEAN = 8.0
"""Of which at least so many events are expected."""
UNUSUAL = 2.5
"""Standard deviations within which no probability is reckoned: it would be no small one."""
SMALLEST = 1e-200


class Stretch(NamedTuple):
    """Cells ``start`` to ``end`` (exclusive) with their events, the mean of such a count, and its probability."""

    start: int
    end: int
    events: int
    mean: float
    p: float


class Expected(NamedTuple):
    """What a series' cells should hold: a day's mean, its share before each cell, and a dispersion for each length."""

    mean: float
    shares: Sequence[float]
    dispersions: Sequence[float]


def most_unusual(cells: Mapping[int, int], expected: Expected, *, fewer: bool = True) -> Stretch | None:
    """The least probable stretch of a day; None where all is usual. ``cells`` has the count of those with any."""
    found: Stretch | None = None
    for stretch in _candidates(cells, expected, fewer=fewer):
        if found is None or stretch.p < found.p:
            found = stretch
    return found


def _candidates(cells: Mapping[int, int], expected: Expected, *, fewer: bool) -> list[Stretch]:
    mean, shares, dispersions = expected
    last = len(shares) - 1
    places = sorted(cells)
    found = []
    for index, length in enumerate(LENGTHS):
        best = _fullest(cells, places, min(length, last), expected)
        if best is not None:
            start, end, count = best
            of = max(mean * (shares[end] - shares[start]), SMALLEST)
            variance = of + dispersions[index] * of * of
            if (count - of) ** 2 > UNUSUAL * UNUSUAL * variance:
                found.append(Stretch(start, end, count, of, max(upper_tail(count, of, variance), SMALLEST)))
        if len(places) == 1 and cells[places[0]] == 1:
            break  # In a longer stretch one event is less unusual.
    if fewer and mean >= FEWER_MEAN:
        found += _empty(cells, expected)
    return found


def _fullest(
    cells: Mapping[int, int], places: Sequence[int], length: int, expected: Expected
) -> tuple[int, int, int] | None:
    """Start, end and count of the stretch of a length that has most above its mean; it begins with an event."""
    mean, shares, _ = expected
    last = len(shares) - 1
    most, found = 0.0, None
    inside, ahead = 0, 0
    for place in places:
        # At the end of the day it reaches back, so that it has its length, for which the dispersion holds.
        start = min(place, last - length)
        end = start + length
        if start < place:
            inside = sum(cells[one] for one in places if one >= start)
        while start == place and ahead < len(places) and places[ahead] < end:
            inside += cells[places[ahead]]
            ahead += 1
        above = inside - mean * (shares[end] - shares[start])
        if above > most:
            most, found = above, (start, end, inside)
        if start < place:
            break
        inside -= cells[place]
    return found


def _empty(cells: Mapping[int, int], expected: Expected) -> list[Stretch]:
    """Stretches with far fewer than usual."""
    mean, shares, dispersions = expected
    last = len(shares) - 1
    sums = [0]
    for place in range(last):
        sums.append(sums[-1] + cells.get(place, 0))
    found = []
    for index in range(FEWER_FROM, len(LENGTHS)):
        length = min(LENGTHS[index], last)
        for start in range(0, last - length + 1, 3):
            end = start + length
            count, of = sums[end] - sums[start], mean * (shares[end] - shares[start])
            variance = of + dispersions[index] * of * of
            if of >= FEWER_MEAN and count < of and (of - count) ** 2 > UNUSUAL * UNUSUAL * variance:
                found.append(Stretch(start, end, count, of, max(lower_tail(count, of, variance), SMALLEST)))
    return found

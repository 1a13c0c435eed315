"""Whether something that comes from time to time came near an instant by chance: new groups, releases, other alerts."""

from __future__ import annotations

from math import exp, expm1, log
from typing import TYPE_CHECKING, NamedTuple

from streams.core.related.frame import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST = 5
"""The largest of so many are looked at for how large others may be."""
PRIOR_SIZES = 3.0
"""How many newcomers the first guess of their sizes weighs as much as."""
PRIOR_POWER = 1.0


class Newcomers(NamedTuple):
    """First sightings of a measure's groups on earlier days.

    ``days`` is how many days were looked at, ``sizes`` how many events each newcomer had in its first hour, and
    ``a_frame`` how many came in the hours of the instant, a day.
    """

    days: int
    sizes: Sequence[int]
    a_frame: float

    def expected(self, minutes: int) -> float:
        """How many come in so many minutes of a frame; one more than were seen, since none seen is not none ever."""
        return max((len(self.sizes) + 1.0) * minutes / (self.days * DAY), self.a_frame)


def larger(sizes: Sequence[int], size: int) -> float:
    """The share of newcomers that have so many events or more: as seen, and among the largest as a power of the size.

    The power is that of the largest fifth of them (Hill, 1975), drawn towards ``PRIOR_POWER`` where those are few.
    """
    ordered = sorted(sizes, reverse=True)
    top = max(1, len(ordered) // LARGEST)
    begin = float(ordered[top - 1]) if ordered else 1.0
    seen = (sum(one >= size for one in ordered) + 1.0) / (len(ordered) + 1.0)
    if size <= begin:
        return seen
    logs = sum(log(one / begin + 0.5 / begin) for one in ordered[:top])
    power = (top + PRIOR_SIZES) / (logs + PRIOR_SIZES / PRIOR_POWER)
    return min(seen, (top + 1.0) / (len(ordered) + 1.0) * exp(-power * log(size / begin)))


def newcomer_chance(known: Newcomers, minutes: int, size: int) -> float:
    """The probability that a frame of so many minutes has a newcomer that is as large, or larger."""
    return -expm1(-known.expected(minutes) * larger(known.sizes, size))


def near_chance(rate: float, minutes: float) -> float:
    """The probability that something which comes so often a minute comes within so many minutes; one at least."""
    return -expm1(-rate * max(minutes, 1.0))

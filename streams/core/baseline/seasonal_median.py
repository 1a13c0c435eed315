"""The usual count of a window: the median of the same window in earlier seasons, and how far counts stray from it.

The spread is the median absolute deviation scaled by 1.4826 to the standard deviation of a normal distribution
(Rousseeuw and Croux, 1993), and at least the square root of the median, as counts of independent events have
(a Poisson count's variance is its mean), and at least 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MAD_TO_DEVIATION = 1.4826


@dataclass(frozen=True, slots=True)
class Usual:
    """What earlier seasons lets expect: ``expected`` and ``spread`` are counts, ``seasons`` how many were looked at."""

    expected: float
    spread: float
    seasons: int

    def bound(self, sensitivity: float) -> float:
        """The count above which one is more than usual."""
        return self.expected + sensitivity * self.spread


def usual(past: Sequence[int]) -> Usual:
    """What is usual, from the same window's counts in earlier seasons (at least one)."""
    middle = float(median(past))
    deviation = MAD_TO_DEVIATION * float(median(abs(count - middle) for count in past))
    return Usual(middle, max(deviation, sqrt(middle), 1.0), len(past))

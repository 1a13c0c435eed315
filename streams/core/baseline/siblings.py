"""What a series that is too young to say borrows from others of its kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from streams.core.baseline.fit import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.core.baseline.fit import Fit

LEAST_SHAPE, MOST_SHAPE = 0.05, 20.0
FEWEST_DAYS = 2
KNOWN_DAYS = 2
"""How many days of its own a series' siblings are worth where it is asked how far counts stray."""


@dataclass(frozen=True, slots=True)
class Siblings:
    """``level`` is what one of them counts a window in the mean, ``shape`` that of the gamma distribution of levels.

    ``together`` are the habits of their sum, ``whole`` what all of them count a window.
    """

    level: float
    shape: float
    together: Fit
    whole: float

    def habits_of(self, counts: Sequence[int], first: int, per_day: int) -> Fit:
        """Those of the one that counted this so far: its siblings', but where its own counts tell others."""
        habits = self.habits
        if len(counts) < FEWEST_DAYS * per_day:
            return habits
        own, known = fit(counts, first, per_day, habits), len(counts)
        weighed = known * own.variance(1.0) + KNOWN_DAYS * per_day * habits.dispersion
        dispersion = max(1.0, weighed / (known + KNOWN_DAYS * per_day) - own.slope)
        return replace(own, dispersion=dispersion)

    @property
    def habits(self) -> Fit:
        """Those of one of them: the seasons of all, and their dispersion, since sums of independent counts keep it."""
        together = self.together
        return replace(
            together, dispersion=together.dispersion + together.slope * self.whole, slope=0.0, empty=0.0, begin=None
        )


def siblings_of(groups: int, total: int, squares: int, windows: int, together: Fit) -> Siblings | None:
    """From the sums of the counts of ``groups`` series over so many windows, and of their squares; None for too few.

    The variance of levels is that of the counts without their own (by moments, as in Clayton and Kaldor, 1987).
    """
    if groups < FEWEST or total <= 0:
        return None
    mean = total / groups
    between = squares / groups - mean * mean - together.dispersion * mean
    shape = mean * mean / between if between > 0 else MOST_SHAPE
    return Siblings(
        mean / windows, min(MOST_SHAPE, max(LEAST_SHAPE, shape)), together, total / windows
    )  # fmt: skip


FEWEST = 5

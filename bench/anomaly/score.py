"""How detectors are held against each other: at equally many false alarms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bench.anomaly.families import Family, Simulated

STEPS = 60


class Bar(NamedTuple):
    """Where a detector's bar lies: what scores above ``score`` is an alarm, and what is just it is one by ``share``."""

    score: float
    share: float

    def alarms(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """How much of an alarm each is, between 0 and 1."""
        return np.asarray((scores > self.score) + self.share * (scores == self.score))


def bar(clean: NDArray[np.float64], alarms: float) -> Bar:
    """The bar at which scores of clean windows make so many alarms.

    Between two numbers of alarms that whole scores allow it is as by a coin, as a point on the line between the two
    points of the detector's ROC curve, so that coarse scores are neither punished nor favoured.
    """
    if alarms <= 0:
        return Bar(float(clean.max(initial=0.0)), 0.0)
    ranked = np.sort(clean)[::-1]
    edge = float(ranked[min(len(ranked) - 1, int(np.ceil(alarms)) - 1)])
    above, just = float((clean > edge).sum()), float((clean == edge).sum())
    return Bar(edge, (alarms - above) / just)


class Knowing:
    """The detector that knows each window's distribution, at as many false alarms as another one made.

    They are not counted in the series but computed: the sum over all windows of the chance to reach the threshold.
    """

    def __init__(self, family: Family, series: Sequence[Simulated], begin: int, alarms: float) -> None:
        self.family = family
        means = np.concatenate([one.means[begin:][one.clean[begin:]] for one in series])
        low, high = 1e-9, 0.5
        for _ in range(STEPS):
            middle = (low * high) ** 0.5
            if self.expected(means, middle) > alarms:
                high = middle
            else:
                low = middle
        self.low, self.high = low, high * 1.0000001
        fewer, more = self.expected(means, self.low), self.expected(means, self.high)
        self.share = (alarms - fewer) / (more - fewer) if more > fewer else 0.0

    def expected(self, means: NDArray[np.float64], chance: float) -> float:
        """The false alarms in the mean."""
        return float(self.family.chance(self.family.threshold(means, chance), means).sum())

    def finds(self, counts: NDArray[np.int64], means: NDArray[np.float64]) -> NDArray[np.float64]:
        """How much of an alarm each window is."""
        sure = counts >= self.family.threshold(means, self.low)
        maybe = counts >= self.family.threshold(means, self.high)
        return np.asarray(sure + self.share * (maybe & ~sure))


def f1(found: float, missed: float, false: float) -> float:
    """The harmonic mean of precision and recall."""
    return 2 * found / max(2 * found + missed + false, 1e-9)


Scores = Callable[["NDArray[np.int64]", int], "NDArray[np.float64]"]
"""A peer: from a series' counts, the scores of the windows from a number on, each by what came before it."""

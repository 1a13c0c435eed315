"""Families of simulated hourly counts, in the manner of Noufaily et al. (2013), whose distribution is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import pi
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from scipy.stats import nbinom, poisson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.float64]

DAY, WEEK = 24, 168
GAP_HOURS = 6
SETTLED_HOURS = 72
"""After a shift of level so many windows are not counted as false alarms: they are right."""
NEARLY_POISSON = 1.000001


class Simulated(NamedTuple):
    """A series, a value a window: what it counted, what it counted in the mean, and which windows count as clean."""

    counts: NDArray[np.int64]
    means: Numbers
    clean: NDArray[np.bool_]


@dataclass(frozen=True)
class Family:
    """``mean`` is a window's; ``day`` and ``week`` are logarithmic amplitudes, ``trend`` a day's growth as a logarithm.

    A count's variance is ``dispersion * mean + slope * mean**2``; ``empty`` is the part of windows that count nothing,
    ``gaps`` the part of the time in runs of zeros, ``shift`` the size of a shift of level each four weeks, either way,
    as a logarithm. The peak of the day is at ``phase``, or anywhere.
    """

    name: str
    mean: float
    day: float = 0.0
    week: float = 0.0
    trend: float = 0.0
    dispersion: float = 1.0
    slope: float = 0.0
    empty: float = 0.0
    gaps: float = 0.0
    shift: float = 0.0
    spiky: bool = False
    phase: float | None = None

    def simulate(self, windows: int, now: int, rng: np.random.Generator) -> Simulated:
        """One series; its mean is the family's at the window ``now``."""
        means, clean = self._means(windows, now, rng)
        counts = self.draw(means, rng)
        if self.gaps:
            begins = rng.random(windows) < self.gaps / GAP_HOURS
            gap = np.convolve(begins, np.ones(GAP_HOURS))[:windows] > 0
            counts, clean = np.where(gap, 0, counts), clean & ~gap
        return Simulated(counts, means, clean)

    def _means(self, windows: int, now: int, rng: np.random.Generator) -> tuple[Numbers, NDArray[np.bool_]]:
        at = np.arange(windows)
        turn = 2 * pi * (at % DAY - (rng.uniform(0, DAY) if self.phase is None else self.phase)) / DAY
        found = self.day * (np.cos(turn) + 0.3 * np.cos(2 * turn))
        if self.spiky:
            profile = rng.gamma(1.0, 1.0, DAY) + 0.1
            found = np.log(profile / profile.mean())[at % DAY]
        found = found - np.where(at // DAY % 7 >= 5, self.week, 0.0)
        found = found - np.log(np.exp(found[:WEEK]).mean()) + self.trend * (at - now) / DAY
        clean = np.ones(windows, bool)
        if self.shift:
            for begin in range(int(rng.integers(4 * WEEK)), windows, 4 * WEEK):
                found[begin:] += self.shift * rng.choice((-1.0, 1.0))
                clean[begin : begin + SETTLED_HOURS] = False
            found = found - (found[now] - np.log(np.exp(found).mean()))
        return self.mean * np.exp(found), clean

    def draw(self, means: Numbers, rng: np.random.Generator) -> NDArray[np.int64]:
        """A count for each mean."""
        part, variance = self._full(means)
        over = variance > part * NEARLY_POISSON
        size = part * part / np.where(over, variance - part, 1.0)
        drawn = np.where(over, rng.negative_binomial(np.where(over, size, 1.0), part / variance), rng.poisson(part))
        return np.asarray(np.where(rng.random(len(means)) < self.empty, 0, drawn))

    def deviation(self, means: Numbers) -> Numbers:
        """The standard deviations of the counts."""
        part, variance = self._full(means)
        return np.asarray(np.sqrt((1 - self.empty) * (variance + part * part) - means * means))

    def chance(self, counts: NDArray[np.int64], means: Numbers) -> Numbers:
        """How likely so many, or more, are."""
        part, variance = self._full(means)
        over = variance > part * NEARLY_POISSON
        size, share = self._shape(part, variance)
        tail = np.where(over, nbinom.sf(counts - 1, size, share), poisson.sf(counts - 1, part))
        return np.asarray(np.where(counts <= 0, 1.0, tail * (1 - self.empty)))

    def threshold(self, means: Numbers, chance: float) -> NDArray[np.int64]:
        """The smallest counts that come, or more than they, with at most this chance."""
        part, variance = self._full(means)
        over = variance > part * NEARLY_POISSON
        size, share = self._shape(part, variance)
        quantile = max(0.0, 1 - chance / (1 - self.empty))
        found = np.where(over, nbinom.ppf(quantile, size, share), poisson.ppf(quantile, part)) + 1
        return np.asarray(np.minimum(found, 2**62).astype(np.int64))

    def _full(self, means: Numbers) -> tuple[Numbers, Numbers]:
        part = means / (1 - self.empty)
        return part, self.dispersion * part + self.slope * part * part

    @staticmethod
    def _shape(part: Numbers, variance: Numbers) -> tuple[Numbers, Numbers]:
        over = variance > part * NEARLY_POISSON
        return np.where(over, part * part / np.where(over, variance - part, 1.0), 1.0), np.where(
            over, part / variance, 0.5
        )


def families() -> list[Family]:
    """Forty-three of them, of seven levels between 0.02 and 200 a window."""
    found: list[Family] = []
    for mean in (0.02, 0.1, 0.5, 2.0, 10.0, 50.0, 200.0):
        found += [
            Family(f"flat {mean:g}", mean),
            Family(f"day {mean:g}", mean, day=0.7),
            Family(f"week x2 {mean:g}", mean, day=0.5, week=0.7, dispersion=2.0),
            Family(f"trend x1.5 {mean:g}", mean, day=0.4, trend=0.01, dispersion=1.5),
        ]
    found += [Family(f"strong x5 {mean:g}", mean, day=0.5, dispersion=5.0) for mean in (2.0, 10.0, 50.0, 200.0)]
    spiky = Family("spiky 5", 5.0, spiky=True, dispersion=1.5)
    return [
        *found,
        Family("quadratic 20", 20.0, day=0.6, slope=0.2),
        Family("quadratic 100", 100.0, day=0.6, week=0.5, slope=0.1),
        Family("zeros 5", 5.0, day=0.4, empty=0.3),
        Family("zeros 30", 30.0, empty=0.5),
        Family("gaps 10", 10.0, day=0.5, dispersion=1.5, gaps=0.1),
        Family("gaps 1", 1.0, day=0.5, gaps=0.05),
        spiky,
        replace(spiky, name="spiky week 50", mean=50.0, week=0.7),
        Family("falls 20", 20.0, day=0.5, trend=-0.015, dispersion=2.0),
        Family("shifts 5", 5.0, day=0.5, shift=0.6),
        Family("shifts x2 40", 40.0, day=0.5, week=0.4, dispersion=2.0, shift=0.5),
    ]

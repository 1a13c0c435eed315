"""False alarms against what was promised, and outbreaks found against the detector that knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bench.anomaly.ours import NOT_KNOWN, Series
from bench.anomaly.score import Knowing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bench.anomaly.families import Family, Simulated

WEEK = 168
WARM = 56 * 24
PROMISE = 1 / WEEK
"""One false alarm a week."""
SIZES, LENGTHS, EVERY = (3, 4, 6), (1, 2, 3, 4, 6), 53


class Outbreak(NamedTuple):
    """``delay`` is in windows (0 is the first), None for a miss; ``known`` is how surely the knowing one finds it."""

    size: int
    length: int
    delay: int | None
    known: float


@dataclass
class Figures:
    """What one family came to."""

    family: Family
    windows: int = 0
    alarms: int = 0
    attained: float = 0.0
    """What the true distribution's whole thresholds let through in the mean."""
    outbreaks: list[Outbreak] = field(default_factory=list)

    @property
    def promised(self) -> float:
        """False alarms, at most."""
        return self.windows * PROMISE

    def found(self, size: int, shortest: int = 1, longest: int = 99) -> float:
        """The part of the outbreaks that was found."""
        ours = [one.delay is not None for one in self._those(size, shortest, longest)]
        return sum(ours) / max(len(ours), 1)

    def known(self, size: int, shortest: int = 1, longest: int = 99) -> float:
        """The part that the knowing detector finds at as many false alarms."""
        theirs = [one.known for one in self._those(size, shortest, longest)]
        return sum(theirs) / max(len(theirs), 1)

    def relative(self, size: int, shortest: int = 1, longest: int = 99) -> float:
        """Of the knowing detector's power; 1 where neither finds anything."""
        known = self.known(size, shortest, longest)
        return self.found(size, shortest, longest) / known if known else 1.0

    def delay(self, size: int) -> float:
        """The median, in windows, of an alarm after the first window's beginning; a miss is infinite."""
        return median(np.inf if one.delay is None else one.delay + 1 for one in self._those(size, 1, 99))

    def _those(self, size: int, shortest: int, longest: int) -> list[Outbreak]:
        return [one for one in self.outbreaks if one.size == size and shortest <= one.length <= longest]


class _Try(NamedTuple):
    at: int
    size: int
    extra: list[int]
    delay: int | None


def judge(family: Family, seed: int, series: int, days: int) -> Figures:
    """Run a family's series, without outbreaks, and beside it with one from time to time."""
    rng = np.random.default_rng(seed)
    figures = Figures(family)
    simulated = [family.simulate(WARM + days * 24, WARM, rng) for _ in range(series)]
    tries = [_run(figures, one, rng) for one in simulated]
    means = np.concatenate([one.means[WARM:][one.clean[WARM:]] for one in simulated])
    figures.attained = float(family.chance(family.threshold(means, PROMISE), means).sum())
    knowing = Knowing(family, simulated, WARM, figures.alarms)
    for one, of_series in zip(simulated, tries, strict=True):
        for trial in of_series:
            end = trial.at + len(trial.extra)
            finds = knowing.finds(one.counts[trial.at : end] + trial.extra, one.means[trial.at : end])
            known = 1 - float(np.prod(1 - finds))
            figures.outbreaks.append(Outbreak(trial.size, len(trial.extra), trial.delay, known))
    return figures


def _run(figures: Figures, one: Simulated, rng: np.random.Generator) -> list[_Try]:
    counts = [int(count) for count in one.counts]
    deviation = figures.family.deviation(one.means)
    series, tries = Series(counts[:WARM]), []
    longest = max(LENGTHS)
    for at in range(WARM, len(counts)):
        if one.clean[at]:
            figures.windows += 1
            figures.alarms += series.score(counts[at]) <= PROMISE
        if at % EVERY == 0 and one.clean[at : at + longest].all() and at + longest < len(counts):
            for size in SIZES:
                for length in LENGTHS:
                    extra = [int(rng.poisson(size * deviation[at + step])) for step in range(length)]
                    tries.append(_Try(at, size, extra, _delay(series.copy(), counts[at : at + length], extra)))
        series.take(counts[at])
    return tries


def _delay(series: Series, counts: list[int], extra: list[int]) -> int | None:
    for step, (count, more) in enumerate(zip(counts, extra, strict=True)):
        if series.score(count + more) <= PROMISE:
            return step
        series.take(count + more)
    return None


def scores_of(one: Simulated, begin: int) -> NDArray[np.float64]:
    """Ours as a peer: greater is more unusual."""
    counts = [int(count) for count in one.counts]
    series, found = Series(counts[:begin]), []
    for count in counts[begin:]:
        found.append(-np.log(max(min(series.score(count), NOT_KNOWN), 1e-300)))
        series.take(count)
    return np.array(found)

"""What ours does when the series itself changes: a level shift by a release, missing hours, its first days."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from bench.anomaly.detection import PROMISE, WARM, WEEK
from bench.anomaly.families import DAY, SETTLED_HOURS, Family
from bench.anomaly.ours import Series
from streams.core.baseline.expected import SHARES
from streams.core.baseline.fit import fit
from streams.core.baseline.siblings import Siblings, siblings_of

AFTER = 21 * DAY
FACTORS = (0.3, 0.5, 1.5, 2.0, 5.0)
GAPS = (6, 12, 24, 48)
AGES = (3, 7, 14)
GROUPS = 50
TOLD_APART = 0.001


class Shifted(NamedTuple):
    """Of one level shift: alarms while it settled, ``last`` of them (hours after it), and those of the weeks after.

    ``apart`` is after how many hours a level that was frozen at the shift tells before and after apart (at 0.1 %, on
    either side), infinite where it does not within a day.
    """

    settling: int
    last: int
    later: int
    apart: float


def shift(family: Family, factor: float, seed: int) -> Shifted:
    """A release multiplies the level by ``factor``."""
    rng = np.random.default_rng(seed)
    means = family.simulate(WARM + AFTER, WARM, rng).means
    changed = np.where(np.arange(len(means)) < WARM, means, means * factor)
    counts = [int(count) for count in family.draw(changed, rng)]
    series, frozen = Series(counts[:WARM]), Series(counts[:WARM])
    frozen.baseline.freeze(WARM)
    alarms, apart = [], np.inf
    for at in range(WARM, len(counts)):
        if series.score(counts[at]) <= PROMISE:
            alarms.append(at - WARM)
        series.take(counts[at])
        if apart == np.inf and at < WARM + DAY:
            apart = at - WARM + 1 if _differs(frozen, counts[at]) else np.inf
            frozen.ring.put(at, counts[at])
            frozen.baseline.freeze(at + 1)
    early = [hour for hour in alarms if hour < SETTLED_HOURS]
    return Shifted(len(early), max(early, default=-1) + 1, len(alarms) - len(early), apart)


def _differs(series: Series, count: int) -> bool:
    """Whether the window, or the last few together, is so far off on either side."""
    for windows in SHARES:
        expected = series.baseline.expected(windows)
        if expected is not None:
            summed = series.baseline.summed(count, windows)
            if min(expected.chance(summed), expected.chance_below(summed)) <= TOLD_APART / 2 / len(SHARES):
                return True
    return False


class Missing(NamedTuple):
    """Alarms in the week after a gap, and those in the same series without it."""

    after: int
    without: int


def missing(family: Family, hours: int, seed: int) -> Missing:
    """Zeros in place of data for some hours, then as before."""
    rng = np.random.default_rng(seed)
    counts = [int(count) for count in family.simulate(WARM + 2 * WEEK, WARM, rng).counts]
    begin = WARM + int(rng.integers(WEEK - hours))
    gap = counts[:begin] + [0] * hours + counts[begin + hours :]
    return Missing(*(_alarms(one, begin + hours, begin + hours + WEEK) for one in (gap, counts)))


def _alarms(counts: list[int], begin: int, end: int, born: int = WARM, siblings: Siblings | None = None) -> int:
    series, found = Series(counts[:born], siblings), 0
    for at in range(born, end):
        found += at >= begin and series.score(counts[at]) <= PROMISE
        series.take(counts[at])
    return found


class Young(NamedTuple):
    """False alarms by what was promised, in the time from one age to the next."""

    alone: float
    among: float


def young(family: Family, age: int, seed: int, rounds: int) -> Young:
    """Series that begin now: each alone, and each among siblings of which the others are eight weeks old.

    Their levels are drawn from a gamma distribution of shape 1 about the family's.
    """
    rng = np.random.default_rng(seed)
    family = replace(family, phase=float(rng.uniform(0, DAY)))
    end = {3: 7, 7: 14, 14: 21}[age] * DAY
    alone = among = 0
    for _ in range(rounds):
        siblings = _siblings(family, rng)
        grown = family_at(family, float(rng.gamma(1.0, family.mean)))
        counts = [int(count) for count in grown.simulate(end, 0, rng).counts]
        alone += _alarms(counts, age * DAY, end, age * DAY)
        among += _alarms(counts, age * DAY, end, age * DAY, siblings)
    promised = rounds * (end - age * DAY) * PROMISE
    return Young(alone / promised, among / promised)


def family_at(family: Family, mean: float) -> Family:
    """The same habits at another level."""
    return replace(family, mean=max(mean, 1e-3))


def _siblings(family: Family, rng: np.random.Generator) -> Siblings | None:
    counts = np.stack([
        family_at(family, float(rng.gamma(1.0, family.mean))).simulate(WARM, 0, rng).counts for _ in range(GROUPS)
    ])  # fmt: skip
    each = counts[:, -DAY:].sum(axis=1)
    together = fit([int(count) for count in counts.sum(axis=0)], 0, DAY)
    return siblings_of(GROUPS, int(each.sum()), int((each * each).sum()), DAY, together)

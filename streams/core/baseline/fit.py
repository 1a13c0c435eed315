"""What is usual for a series of counts, learned from its last weeks.

A window's expected count is a level, times a factor for its hour of the day, one for its day of the week, and one for
the hour of the week where that is told apart from chance. Counts stray from it as a negative binomial variable does,
whose variance is a multiple of the mean that may grow with it; and a part of the windows may be empty for reasons of
their own. Of outlying counts little is learned, so that what was unusual does not become usual (in place of the weights
of Farrington et al., 1996, and Noufaily et al., 2013).
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, sqrt
from typing import TYPE_CHECKING, NamedTuple

from streams.core.baseline.factors import factors
from streams.core.baseline.levels import MEMORIES, Levels, blocks_of, levels
from streams.core.baseline.negative_binomial import log_probability
from streams.core.baseline.outliers import SURELY_TAME, tamed
from streams.core.baseline.shifts import QUARTERS, Quarter, find_shifts
from streams.core.baseline.straying import Residuals, straying

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

TURNS = 3
IMPROBABLE = log(1e-6)
"""Of a run of windows without any event: it is no count but a gap, as when nothing is delivered."""
LONGEST_GAP_DAYS = 3
"""What counts nothing for so long has a new level, and no gap."""
DAYS = 7
LEAST_MEAN = 1e-4
DAYS_FOR_WEEKS = 10
DAYS_FOR_HOURS_OF_WEEK = 21
MOST_SEASON_ERROR = 0.3
LAST_DAYS = 7
"""So many days before the end are gone through window by window, with the habits that were found."""
MANY_EMPTY = 10
NEVER_EMPTY = 0.1


class Begin(NamedTuple):
    """Where to go on from: what was ``seen`` of a level of 1's ``weight`` before the window ``at``.

    The level is that since the window ``new_since``.
    """

    at: int
    seen: float
    weight: float
    new_since: int


@dataclass(frozen=True, slots=True)
class Fit:
    """A series' habits.

    ``season`` has a factor for each window of a week; ``season_error`` is its relative variance, by the window of a
    day. The variance of a count is its mean times ``dispersion + slope * mean``. ``empty`` is the part of the windows
    that count nothing whatever the mean. ``memory`` is in windows, ``growth`` a window's, as a logarithm.
    """

    season: array[float]
    season_error: array[float]
    dispersion: float = 1.0
    slope: float = 0.0
    empty: float = 0.0
    memory: float = 1_344.0
    growth: float = 0.0
    begin: Begin | None = None

    def variance(self, mean: float) -> float:
        """Of a count of this mean."""
        return (self.dispersion + self.slope * mean) * mean


def unknown(per_day: int) -> Fit:
    """Before anything was learned."""
    week = DAYS * per_day
    return Fit(array("f", [1.0] * week), array("f", [MOST_SEASON_ERROR] * per_day))


def fit(counts: Sequence[int], first: int, per_day: int, like: Fit | None = None) -> Fit:
    """Learn from windows' counts, the oldest first.

    ``first`` is the number of the first window (in windows since the epoch), ``per_day`` how many a day has. Gaps in
    which nothing was delivered are left out, and levels that came to stay are kept apart. The seasons are those that it
    is ``like``, but where its own counts tell others.
    """
    season = like.season if like else None
    known: list[int | None] = list(counts)
    plain = _Fitting(known, first, per_day, (), season)
    found = plain.fit()
    gaps = plain.gaps(found)
    if gaps:
        for begin, end in gaps:
            known[begin:end] = [None] * (end - begin)
        plain = _Fitting(known, first, per_day, (), season)
        found = plain.fit()
    shifts = plain.shifts()
    if shifts:
        plain = _Fitting(known, first, per_day, shifts, season)
        found = plain.fit()
    zeros, windows = plain.counts.count(0), len(plain.counts)
    if zeros > MANY_EMPTY and plain.mean > 1.0:
        by_chance = plain.chance_of_none(found) * windows
        if zeros - by_chance > max(4 * sqrt(by_chance) + 3, 0.01 * windows):
            filled = _Fitting([count or None for count in known], first, per_day, shifts, season)
            other = filled.fit(empty=0.0)
            chance = filled.chance_of_none(other)
            if chance < NEVER_EMPTY:
                return filled.told(max(0.0, (zeros / windows - chance) / (1 - chance)))
    return found


class _Fitting:
    """One series' windows, as columns of those that are known."""

    def __init__(
        self,
        counts: Sequence[int | None],
        first: int,
        per_day: int,
        breaks: Collection[int],
        given: array[float] | None,
    ) -> None:
        self.per_day, self.first, self.windows, self.breaks = per_day, first, len(counts), breaks
        of_window, self.begun = blocks_of(len(counts), first, per_day, breaks)
        known = [index for index, count in enumerate(counts) if count is not None]
        self.counts = [count for count in counts if count is not None]
        self.places = known
        self.slots = [(first + index) % (DAYS * per_day) for index in known]
        self.of = [of_window[index] for index in known]
        self.blocks = of_window[0] + 1 if of_window else 1
        self.days = len(counts) / per_day
        self.mean = max(sum(self.counts) / max(len(self.counts), 1), 1e-3)
        strayed = sum((count - self.mean) ** 2 for count in self.counts) / max(len(self.counts), 1)
        self.dispersion, self.slope = max(1.0, strayed / self.mean), 0.0
        self.whole = self.dispersion
        """What the variance is of the mean, over all windows: ``dispersion + slope * mean`` at a usual mean."""
        self.given = given or array("f", [1.0] * (DAYS * per_day))
        self.base = list(self.given)
        """What was given, times hour of day, times day of week."""
        self.hour_error = [MOST_SEASON_ERROR] * per_day
        self.level = Levels([self.mean] * self.blocks, MEMORIES[0], 0.0, [])
        self.cut = [float(count) for count in self.counts]
        self.season = self.base

    def fit(self, empty: float = 0.0) -> Fit:
        """In turns: the seasons with the levels given, the levels with the seasons given, and how counts stray."""
        per_day = self.per_day
        hours, days = [1.0] * per_day, [1.0] * DAYS
        for _ in range(TURNS):
            hours, days, parameters = self._seasons(hours, days)
            self.base = [one * days[slot // per_day] * hours[slot % per_day] for slot, one in enumerate(self.given)]
            self._levels()
            self._strays(parameters)
        self.season = self._hours_of_week()
        return self.told(empty)

    def told(self, empty: float) -> Fit:
        """What was found."""
        per_day = self.per_day
        return Fit(
            array("f", self.season), array("f", self.hour_error), self.dispersion, self.slope, empty,
            self.level.memory * per_day, self.level.growth / per_day, self._begin(),
        )  # fmt: skip

    def _begin(self) -> Begin:
        """Some days before the end, or where the newest level began."""
        end, newest = self.first + self.windows, max(self.breaks, default=self.first)
        at = end - LAST_DAYS * self.per_day
        if at <= newest:
            return Begin(newest, 0.0, 0.0, newest)
        seen, weight = self.level.after[LAST_DAYS]
        # What a day counted is as of its middle.
        return Begin(at, seen * exp(self.level.growth / 2), weight, newest)

    def chance_of_none(self, found: Fit) -> float:
        """How likely an empty window is in the mean, from every seventh."""
        means = [self._mean(index) for index in range(0, len(self.counts), DAYS)]
        return sum(exp(log_probability(0, mean, found.variance(mean))) for mean in means) / max(len(means), 1)

    def gaps(self, found: Fit) -> list[tuple[int, int]]:
        """Runs of windows ``[begin, end)`` without any event that are no counts: chance does not make them."""
        begun = sum(1 for before, count in pairwise((1, *self.counts)) if before and not count)
        # How often an empty window comes after one that is not: long runs don't make it seem likelier.
        often = log((begun + 0.5) / (len(self.counts) - self.counts.count(0) + 1))
        runs: list[tuple[int, int]] = []
        begin = likely = 0.0
        for index, count in enumerate((*self.counts, 1)):
            if not count:
                mean = self._mean(index)
                chance = log_probability(0, mean, found.variance(mean))
                likely += min(0.0, max(chance, often))
                continue
            if likely < IMPROBABLE and index - begin < LONGEST_GAP_DAYS * self.per_day:
                runs.append((self.places[int(begin)], self.places[index - 1] + 1))
            begin, likely = index + 1, 0.0
        return runs

    def shifts(self) -> list[int]:
        """The windows (by number) at which new levels began."""
        length = self.per_day // QUARTERS
        if not length:
            return []
        sums = [[0.0, 0.0, 0.0] for _ in range(self.windows // length)]
        for place, slot, count in zip(self.places, self.slots, self.counts, strict=True):
            if place // length < len(sums):
                one, part = sums[place // length], self.base[slot]
                one[0] += count
                one[1] += part
                one[2] += part * part
        quarters = [Quarter(*one) for one in sums]
        return [
            self.first + length * number
            for number in find_shifts(quarters, self._within(quarters, length), self.level.growth / QUARTERS)
        ]

    def _within(self, quarters: Sequence[Quarter], length: int) -> float:
        """The dispersion of windows about their own quarter's level, which no shift of levels adds to."""
        strayed = freedom = 0.0
        seen = [0] * len(quarters)
        for place, slot, count in zip(self.places, self.slots, self.counts, strict=True):
            number = place // length
            if number < len(quarters) and quarters[number].counted and quarters[number].exposed:
                mean = quarters[number].counted / quarters[number].exposed * self.base[slot]
                strayed += quarters[number].counted * (count - mean) ** 2 / max(mean, LEAST_MEAN)
                seen[number] += 1
        freedom = sum((number - 1) * one.counted for number, one in zip(seen, quarters, strict=True) if number > 1)
        return max(1.0, strayed / freedom) if freedom else self.dispersion

    def _mean(self, index: int) -> float:
        return max(self.level.of_block[self.of[index]] * self.season[self.slots[index]], LEAST_MEAN)

    def _seasons(self, hours: list[float], days: list[float]) -> tuple[list[float], list[float], float]:
        per_day, level, given = self.per_day, self.level.of_block, self.given
        by_hour, hour_means = [0.0] * per_day, [0.0] * per_day
        by_day, day_means = [0.0] * DAYS, [0.0] * DAYS
        for slot, block, count in zip(self.slots, self.of, self.cut, strict=True):
            day, hour = divmod(slot, per_day)
            mean = level[block] * given[slot]
            by_hour[hour] += count
            hour_means[hour] += mean * days[day]
            by_day[day] += count
            day_means[day] += mean * hours[hour]
        found = factors(by_hour, hour_means, self.whole)
        self.hour_error = [
            min(MOST_SEASON_ERROR, self.whole / (mean + 1e-9)) if found.parameters else 0.0 for mean in hour_means
        ]
        if self.days < DAYS_FOR_WEEKS:
            return found.values, days, found.parameters
        weekly = factors(by_day, day_means, self.whole)
        return found.values, weekly.values, found.parameters + weekly.parameters

    def _levels(self) -> None:
        counted, exposed, base = [0.0] * self.blocks, [0.0] * self.blocks, self.base
        for slot, block, count in zip(self.slots, self.of, self.cut, strict=True):
            counted[block] += count
            exposed[block] += base[slot]
        self.level = levels(counted, exposed, self.whole, self.begun)

    def _strays(self, parameters: float) -> None:
        """The variance by the mean: Pearson's residuals, and their regression on the mean."""
        level, base = self.level.of_block, self.base
        dispersion, slope, cut = self.dispersion, self.slope, self.cut
        strayed = means = crossed = squares = 0.0
        for index, (count, slot, block) in enumerate(zip(self.counts, self.slots, self.of, strict=True)):
            mean = max(level[block] * base[slot], LEAST_MEAN)
            kept = float(count)
            off = kept - mean
            # This loop is most of the time that learning takes.
            if off > 0 and off * off > SURELY_TAME * (dispersion + slope * mean) * mean:
                kept = tamed(kept, mean, (dispersion + slope * mean) * mean)
                off = kept - mean
            cut[index] = kept
            residual = off * off / mean
            strayed += residual
            means += mean
            crossed += residual * mean
            squares += mean * mean
        if not self.counts:
            return
        if self.level.memory < MEMORIES[0]:
            parameters += self.days / self.level.memory * 0.5
        found = straying(Residuals(len(self.counts), strayed, means, crossed, squares), parameters)
        self.whole, self.dispersion, self.slope = found

    def _hours_of_week(self) -> list[float]:
        if self.days < DAYS_FOR_HOURS_OF_WEEK:
            return self.base
        counted, expected = [0.0] * len(self.base), [0.0] * len(self.base)
        level, base = self.level.of_block, self.base
        for slot, block, count in zip(self.slots, self.of, self.cut, strict=True):
            counted[slot] += count
            expected[slot] += level[block] * base[slot]
        found = factors(counted, expected, self.whole, 3.0)
        return [value * whole for value, whole in zip(found.values, base, strict=True)]

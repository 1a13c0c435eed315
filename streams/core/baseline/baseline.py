"""A series' baseline: what its next window should count, by the windows before it.

It is a function of the series' ring and of the number of the window alone, whenever it is put together: habits are
learned at set windows from the seven weeks before, and the level follows from there. So nothing of it has to be kept,
and a worker that takes a series over judges as the one before it would have.
"""

from __future__ import annotations

from array import array
from math import exp, log
from typing import TYPE_CHECKING

from streams.core.baseline.expected import LONGEST, Expected
from streams.core.baseline.fit import DAYS, IMPROBABLE, LEAST_MEAN, LONGEST_GAP_DAYS, Fit, fit, unknown
from streams.core.baseline.negative_binomial import log_probability
from streams.core.baseline.outliers import tamed
from streams.core.baseline.ring import MOST_WINDOWS
from streams.core.baseline.shifts import QUARTERS, Quarter, is_new_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.core.baseline.ring import Ring
    from streams.core.baseline.siblings import Siblings

YOUNG_DAYS = 14
"""Younger series learn each day, and borrow from their siblings; others learn each week."""
LEARNED_WINDOWS = MOST_WINDOWS - 168
"""Windows from which habits are learned: so many are still there a week of hours later."""
PRIOR_SEEN, PRIOR_WEIGHT, PRIOR_SHAPE = 0.05, 1.0, 0.5
"""Of a series without siblings: a level of nearly nothing, about which nearly nothing is known."""


def learned_before(born: int, at: int, per_day: int, stagger: int = 0) -> int:
    """The window before which the habits were learned that hold at ``at``; ``born`` where there are none yet.

    ``stagger`` (in windows) keeps series from learning all at once.
    """
    age = at - born
    if age < 2 * per_day:
        return born
    pause = per_day if age < YOUNG_DAYS * per_day else DAYS * per_day
    return max(born + 2 * per_day, at - (at - born + stagger) % pause)


def next_learning(born: int, at: int, per_day: int, stagger: int = 0) -> int:
    """The window before which a baseline that was put together for ``at`` has to be put together again."""
    age = at - born
    if age >= YOUNG_DAYS * per_day:
        return at + DAYS * per_day - (age + stagger) % (DAYS * per_day)
    # The siblings of the young are those of the day before.
    ends = [(at // per_day + 1) * per_day, at + per_day - (age + stagger) % per_day, born + YOUNG_DAYS * per_day]
    return min(ends) if age >= 2 * per_day else min(*ends, born + 2 * per_day)


class Baseline:
    """What is expected of the window ``at`` of a ring, which has to have all windows before it."""

    __slots__ = (
        "_frozen", "_gap_end", "_past", "_prior", "_silence", "_silent_since", "at", "fit", "good_until", "looked",
        "new_since", "per_day", "ring", "seen", "weight",
    )  # fmt: skip

    def __init__(self, ring: Ring, at: int, per_day: int, siblings: Siblings | None = None, stagger: int = 0) -> None:
        self.ring, self.per_day = ring, per_day
        self.seen = self.weight = 0.0
        """Counts, weighed by their age; ``weight`` is what a level of 1 would have counted."""
        self.looked: tuple[int, int, float] | None = None
        """For whoever looks at it: what was found not to be unusual."""
        self._silence, self._silent_since = 0.0, (0.0, 0.0, 0)
        self._frozen = False
        self._gap_end = 0
        """From here on every window was gone through, and counted something or might have."""
        self._past = array("d", bytes(16 * max(per_day, LONGEST)))
        """``seen`` and ``weight`` before each window of the last day, by the window's number."""
        self._prior = (PRIOR_SEEN, PRIOR_WEIGHT, PRIOR_SHAPE)
        self.good_until = next_learning(ring.born, at, per_day, stagger)
        """The first window for which it has to be put together again."""
        learned = learned_before(ring.born, at, per_day, stagger)
        young = at - ring.born < YOUNG_DAYS * per_day
        first = max(ring.first, learned - LEARNED_WINDOWS)
        self.at = self.new_since = first
        if young and siblings is not None:
            self.fit: Fit = siblings.habits_of(ring.counts(first, learned), first, per_day)
            self._prior = (siblings.shape, siblings.shape / siblings.level, siblings.shape)
        elif learned > ring.born:
            self.fit = fit(ring.counts(first, learned), first, per_day)
        else:
            self.fit = unknown(per_day)
        if self.fit.begin is not None:
            self.at, self.seen, self.weight, self.new_since = self.fit.begin
            self._gap_end = self.at
        self.go_on(at)

    def expected(self, windows: int = 1) -> Expected | None:
        """What the window ``at``, together with those before it, should count; None where less is known.

        The level is that from before the first of them, so that a rise does not hide itself.
        """
        before = windows - 1
        if before > self.at - self.new_since:
            return None
        habits, week = self.fit, len(self.fit.season)
        rises = before and not self._frozen
        seen, weight = self._level_before(self.at - before) if rises else (self.seen, self.weight)
        level = self._level(seen, weight)
        if rises:
            level *= exp(habits.growth * windows * 0.5)
        mean = variance = error = 0.0
        for number in range(self.at - before, self.at + 1):
            part = max(level * habits.season[number % week], LEAST_MEAN)
            mean += part
            variance += habits.variance(part)
            error += habits.season_error[number % self.per_day] * part * part
        if habits.empty and before:
            kept, squares = 1 - habits.empty, mean * mean / windows
            mean, variance, error = (
                mean * kept, kept * (variance + squares) - kept * kept * squares, error * kept * kept,
            )  # fmt: skip
        strays = habits.dispersion + habits.slope * level
        # What a line says of its end is four times as uncertain as what a mean says.
        strays *= 4.0 if habits.growth else 1.0
        variance = max(variance, mean) + mean * mean * strays / (seen + self._prior[2]) + error
        return Expected(windows, mean, variance, 0.0 if before else habits.empty)

    @property
    def is_young(self) -> bool:
        """Whether it rests on less than two weeks."""
        return self.at - self.ring.born < YOUNG_DAYS * self.per_day

    def summed(self, count: int, windows: int) -> int:
        """The count of the window ``at`` with those of the windows before it, of which outlying ones count as less.

        A burst is told of when it comes; it is not to make the hours after it unusual once more.
        """
        habits, total = self.fit, count
        for number, before in enumerate(self.ring.counts(self.at - windows + 1, self.at), self.at - windows + 1):
            mean = max(self._level(self.seen, self.weight) * habits.season[number % len(habits.season)], LEAST_MEAN)
            total += int(tamed(before, mean, habits.variance(mean)))
        return total

    def go_on(self, to: int) -> None:
        """Go on to the window ``to``, with what the ring has."""
        for count in self.ring.counts(self.at, to):
            self._take(count)

    def freeze(self, to: int) -> None:
        """Go on to the window ``to`` with the level as it is, whatever came since."""
        if not self._frozen:
            self._frozen, self.new_since = True, self.at
        self.at = max(self.at, to)

    def _take(self, count: int) -> None:
        place = 2 * (self.at % (len(self._past) // 2))
        self._past[place], self._past[place + 1] = self.seen, self.weight
        self._weigh(count)
        self.at += 1
        quarter = self.per_day // QUARTERS
        if quarter and self.at % quarter == 0:
            self._look_for_new_level(quarter)

    def _weigh(self, count: int) -> None:
        habits = self.fit
        season = habits.season[self.at % len(habits.season)]
        mean = max(self._level(self.seen, self.weight) * season, LEAST_MEAN)
        variance = habits.variance(mean)
        part = season
        if count:
            self._silence = 0.0
        elif self._is_gap(mean, variance):
            return
        if habits.empty and not count:
            by_chance = (1 - habits.empty) * exp(log_probability(0, mean, variance))
            part *= by_chance / (habits.empty + by_chance)
        kept = 1 - 1 / habits.memory
        taken = float(count)
        if self.weight >= self.per_day:
            taken = tamed(taken, mean, variance + mean * variance / (self.seen + 0.5))
        self.seen = self.seen * kept * exp(habits.growth) + taken
        self.weight = self.weight * kept + part

    def _is_gap(self, mean: float, variance: float) -> bool:
        """Whether one more window without any event makes them so many that it is no count; what they did is undone."""
        if not self._silence:
            self._silent_since = (self.seen, self.weight, self.at)
        empty = self.fit.empty
        chance = log_probability(0, mean, variance)
        self._silence += log(empty + (1 - empty) * exp(chance)) if empty else chance
        seen, weight, since = self._silent_since
        if self._silence >= IMPROBABLE:
            return False
        if self.at - since >= LONGEST_GAP_DAYS * self.per_day:
            if self.at - since == LONGEST_GAP_DAYS * self.per_day:
                self.seen, self.weight, self.new_since = 0.0, float(self.at - since), self.at
            return False
        self.seen, self.weight = seen * exp(self.fit.growth * (self.at + 1 - since)), weight
        self._gap_end = self.at + 1
        return True

    def _look_for_new_level(self, quarter: int) -> None:
        """A day that missed its forecast by far, in each of its quarters on the same side, is the level from now on."""
        begin = self.at - QUARTERS * quarter
        if begin < max(self.new_since + 2 * self.per_day, self._gap_end):
            return
        seen, weight = self._level_before(begin)
        kept, week = 1 - self.fit.empty, len(self.fit.season)
        counts = self.ring.counts(begin, self.at)
        if not any(counts):
            return
        seasons = [self.fit.season[number % week] for number in range(begin, self.at)]
        day = [
            _quarter(counts[first : first + quarter], seasons[first : first + quarter], kept)
            for first in range(0, QUARTERS * quarter, quarter)
        ]
        habits, level = self.fit, self._level(seen, weight)
        slope = habits.slope + habits.empty / kept
        if is_new_level(day, level, (habits.dispersion + slope * level) / (seen + 0.5), habits.dispersion, slope):
            self.seen, self.weight = float(sum(counts)), kept * sum(seasons)
            self.new_since = self.at

    def _level_before(self, number: int) -> tuple[float, float]:
        place = 2 * (number % (len(self._past) // 2))
        return self._past[place], self._past[place + 1]

    def _level(self, seen: float, weight: float) -> float:
        return (seen + self._prior[0]) / (weight + self._prior[1])


def _quarter(counts: Sequence[int], seasons: Sequence[float], kept: float) -> Quarter:
    exposed = [kept * season for season in seasons]
    return Quarter(sum(counts), sum(exposed), sum(part * part for part in exposed))

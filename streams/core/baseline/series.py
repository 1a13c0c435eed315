"""A series of counts that is followed: what its next window should count, and how unusual what came is."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import exp, sqrt
from typing import TYPE_CHECKING, NamedTuple

from streams.core.baseline.fit import DAYS, LEAST_MEAN, Fit, fit, outlying, unknown
from streams.core.baseline.negative_binomial import log_probability, threshold, upper_tail

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_WINDOWS = 1_344
"""That a series learns from: 56 days of hours."""
SHARES = {1: 0.9, 3: 0.1, 6: 0.1}
"""Of the false alarms that are allowed, how many may come of sums over so many windows. Some coincide, so that the
shares may be more than the whole together (bench.anomaly measures what comes of them)."""
LONGEST = max(SHARES)
SURE = 6.0
"""Standard deviations by which a day has to miss its forecast to be a new level."""
EVEN = 0.25
"""The part of a day's deviation that each quarter of it has to have at least, of a quarter."""
DAYS_TO_SHIFT = 3


class Expected(NamedTuple):
    """Of one window, or the sum of several: ``mean`` and ``variance`` of what a window that isn't empty counts."""

    windows: int
    mean: float
    variance: float
    empty: float

    def chance(self, count: int) -> float:
        """How likely so many, or more, are."""
        return 1.0 if count <= self.mean else (1 - self.empty) * upper_tail(count, self.mean, self.variance)

    def bound(self, chance: float) -> int:
        """The fewest that come with at most this chance."""
        return threshold(min(0.5, chance / (1 - self.empty)), self.mean, self.variance)


class _Past(NamedTuple):
    """A window that was taken, and what was known before it."""

    count: int | None
    season: float
    season_error: float
    seen: float
    weight: float


@dataclass(slots=True)
class Series:
    """``at`` is the number of the next window, in windows since the epoch."""

    at: int
    per_day: int
    counts: deque[int | None] = field(default_factory=lambda: deque(maxlen=MOST_WINDOWS))
    habits: Fit | None = None
    breaks: list[int] = field(default_factory=list)
    seen: float = 0.0
    """Counts, weighed by their age; ``weight`` is what a level of 1 would have counted."""
    weight: float = 0.0
    past: deque[_Past] = field(default_factory=deque)
    learned: int = 0
    """The number of the window before which it was last learned."""

    def __post_init__(self) -> None:
        self.habits = self.habits or unknown(self.per_day)
        self.past = deque(self.past, maxlen=max(self.per_day, LONGEST))

    @property
    def fit(self) -> Fit:
        """The habits."""
        assert self.habits is not None  # noqa: S101 - since __post_init__
        return self.habits

    def expected(self, windows: int = 1) -> Expected | None:
        """What the next window, with those before it, should count; None where less is known."""
        if windows - 1 > len(self.past):
            return None
        habits, slot = self.fit, self.at % len(self.fit.season)
        before = list(self.past)[len(self.past) - windows + 1 :]
        seen, weight = (before[0].seen, before[0].weight) if before else (self.seen, self.weight)
        level = _level(seen, weight) * exp(habits.growth * windows * 0.5) if before else _level(seen, weight)
        mean = max(level * habits.season[slot], LEAST_MEAN)
        variance, error = habits.variance(mean), habits.season_error[slot] * mean * mean
        for one in before:
            if one.count is not None:
                part = level * one.season
                mean += part
                variance += habits.variance(part)
                error += one.season_error * part * part
        if habits.empty and windows > 1:
            kept, squares = 1 - habits.empty, mean * mean / windows
            mean, variance, error = (
                mean * kept, kept * (variance + squares) - kept * kept * squares, error * kept * kept,
            )  # fmt: skip
        variance = max(variance, mean) + mean * mean * habits.dispersion / (seen + 0.5) + error
        return Expected(windows, mean, variance, habits.empty if windows == 1 else 0.0)

    def summed(self, count: int, windows: int) -> int:
        """This window's count and those of the windows before it that are known."""
        return count + sum(one.count or 0 for one in list(self.past)[len(self.past) - windows + 1 :])

    def take(self, count: int | None) -> None:
        """Go on to the next window."""
        habits, slot = self.fit, self.at % len(self.fit.season)
        season = habits.season[slot]
        self.past.append(_Past(count, season, habits.season_error[slot], self.seen, self.weight))
        if count is not None:
            self._weigh(count, season, habits)
        self.counts.append(count)
        self.at += 1
        self._look_for_new_level()
        if self._is_time():
            self.learn()

    def learn(self) -> None:
        """Learn the habits anew, from all counts that are kept."""
        self.learned = self.at
        first = self.at - len(self.counts)
        self.breaks = [number for number in self.breaks if number > first]
        self.habits = fit(list(self.counts), first, self.per_day, self.breaks)
        self._weigh_all(self.counts, first)

    def _weigh_all(self, counts: Iterable[int | None], first: int) -> None:
        habits, week = self.fit, len(self.fit.season)
        self.seen = self.weight = 0.0
        for number, count in enumerate(counts, first):
            if number in self.breaks:
                self.seen = self.weight = 0.0
            if count is not None:
                self._weigh(count, habits.season[number % week], habits)

    def _weigh(self, count: int, season: float, habits: Fit) -> None:
        mean = max(_level(self.seen, self.weight) * season, LEAST_MEAN)
        variance = habits.variance(mean)
        part = season
        if habits.empty and not count:
            by_chance = (1 - habits.empty) * exp(log_probability(0, mean, variance))
            part *= by_chance / (habits.empty + by_chance)
        kept = 1 - 1 / habits.memory
        most = outlying(mean, variance + mean * mean * habits.dispersion / (self.seen + 0.5))
        taken = min(count, most) if self.weight >= self.per_day else count
        self.seen = self.seen * kept * exp(habits.growth) + taken
        self.weight = self.weight * kept + part

    def _is_time(self) -> bool:
        """Each day at first, each week later."""
        age = len(self.counts)
        if age < 2 * self.per_day:
            return False
        pause = self.per_day if age < 2 * DAYS * self.per_day else DAYS * self.per_day
        return self.at - self.learned >= pause

    def _look_for_new_level(self) -> None:
        """A day that missed its forecast by far, in each of its quarters on the same side, is the level from now on."""
        day = self.per_day
        if len(self.counts) < DAYS_TO_SHIFT * day or len(self.past) < max(day, LONGEST) or day < 4:
            return
        windows = list(self.past)[-day:]
        if windows[0].weight < day:
            return
        known = [one for one in windows if one.count is not None]
        if len(known) < 0.8 * day:
            return
        missed = self._missed(windows, known)
        if missed is None:
            return
        self.breaks = [*self.breaks[-6:], self.at - day]
        self.seen = float(sum(one.count or 0 for one in known))
        self.weight = sum(one.season for one in known) * (1 - self.fit.empty)
        self.past.clear()

    def _missed(self, windows: list[_Past], known: list[_Past]) -> float | None:
        """By how much a day missed its forecast; None unless it is a new level."""
        habits = self.fit
        kept = 1 - habits.empty
        level = _level(windows[0].seen, windows[0].weight)
        mean = kept * level * sum(one.season for one in known)
        by = sum(one.count or 0 for one in known) - mean
        if by * by < SURE * SURE * mean:
            return None
        variance = kept * sum(habits.variance(level * one.season) for one in known)
        variance += habits.empty * mean * mean / len(known)
        variance = max(variance, mean) + mean * mean * habits.dispersion / (windows[0].seen + 0.5)
        if abs(by) < SURE * sqrt(variance):
            return None
        quarter = len(windows) // 4
        for begin in range(0, 4 * quarter, quarter):
            part = [one for one in windows[begin : begin + quarter] if one.count is not None]
            strayed = sum((one.count or 0) - kept * level * one.season for one in part)
            if (strayed if by > 0 else -strayed) < EVEN * abs(by) / 4:
                return None
        return by


def _level(seen: float, weight: float) -> float:
    return (seen + 0.05) / (weight + 1.0)

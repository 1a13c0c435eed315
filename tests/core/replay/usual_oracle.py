"""What rules that learn have to say, with every window counted and every baseline put together from scratch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

import orjson

from streams.core.baseline.baseline import Baseline
from streams.core.baseline.expected import SHARES
from streams.core.baseline.fit import unknown
from streams.core.baseline.ring import Ring
from streams.core.baseline.siblings import Siblings, siblings_of
from tests.core.replay.asked import minutes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.core.replay.happenings import Group

DAY, WEEK = 1_440, 10_080


class UsualOracle:
    """One rule; ``count`` counts a group's events that came in time in minutes ``[first, end)``.

    ``known`` is the minute since which everything was counted.
    """

    def __init__(
        self, condition: dict[str, Any], groups: Sequence[Group], count: Callable[[Group, int, int], int], known: int
    ) -> None:
        self.condition, self.groups, self.count, self.known = condition, groups, count, known
        self.window = minutes_of(condition["window"])
        self.per_day = DAY // self.window
        self.counted: dict[tuple[Group, int], int] = {}
        self.grouped = list(groups) != [()]

    def verdict(self, group: Group, end: int) -> tuple[bool, dict[str, Any], Any] | None:
        """Whether the condition holds at a minute; None where half a window tells nothing."""
        number, whole = (end - 1) // self.window, end % self.window == 0
        below = self.condition["type"] == "less_than_usual"
        ring = self._ring(group, number)
        if below and (not whole or (self.grouped and ring is None)):
            return None
        count = self.count(group, number * self.window, end)
        kept = sum(self._ring(one, number) is not None for one in self.groups) if self.grouped else 1
        alpha = self.condition["false-alarms"] * self.window / WEEK / max(kept, 1)
        stagger = crc32(orjson.dumps(group)) % WEEK
        baseline = Baseline(ring or Ring(number), number, self.per_day, self._siblings(number), stagger)
        found = []
        for windows, share in SHARES.items():
            expected = baseline.expected(windows)
            if expected is not None:
                summed = baseline.summed(count, windows)
                chance = expected.chance_below(summed) if below else expected.chance(summed)
                found.append((chance / (alpha * share), windows, summed, expected.mean * (1 - expected.empty)))
        score, windows, summed, mean = min(found, key=lambda one: one[0])
        enough = mean >= self.condition["minimum"] if below else (
            count > self.condition["threshold"] and summed >= self.condition["times"] * mean
        )  # fmt: skip
        if end - self.known >= minutes_of(self.condition["learn"]) and score <= 1 and enough:
            return True, {"count": summed, "windows": windows}, summed
        if score > 1:
            summed = count
        return (False, {}, summed) if whole else None

    def _first(self) -> int:
        return -(-self.known // self.window)

    def _windows(self, group: Group, number: int) -> dict[int, int]:
        return {one: self._counted(group, one) for one in range(self._first(), number)}

    def _counted(self, group: Group, window: int) -> int:
        """A window that is over; it counts the same whoever asks."""
        key = (group, window)
        if key not in self.counted:
            self.counted[key] = self.count(group, window * self.window, (window + 1) * self.window)
        return self.counted[key]

    def _ring(self, group: Group, number: int) -> Ring | None:
        counts = self._windows(group, number)
        born = min((one for one, count in counts.items() if count or not self.grouped), default=None)
        if born is None:
            return None
        ring = Ring(born)
        ring.fill(born, [counts[one] for one in range(born, number)])
        return ring

    def _siblings(self, number: int) -> Siblings | None:
        day = number // self.per_day * self.per_day
        if not self.grouped or day <= self._first():
            return None
        rings = [ring for group in self.groups if (ring := self._ring(group, day)) is not None]
        sums = [sum(ring.counts(max(ring.born, day - self.per_day), day)) for ring in rings]
        return siblings_of(
            len(rings), sum(sums), sum(one * one for one in sums), self.per_day, unknown(self.per_day)
        )  # fmt: skip

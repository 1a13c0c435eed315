"""The detector that is judged: the real ring and baseline, put together as a worker does."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from streams.core.baseline.baseline import Baseline, learned_before
from streams.core.baseline.expected import SHARES
from streams.core.baseline.ring import Ring

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.core.baseline.siblings import Siblings

DAY = 24
NOT_KNOWN = 1e9


class Series:
    """One series, window by window. An alarm is a score of at most the chance that is allowed."""

    def __init__(self, past: Iterable[int] = (), siblings: Siblings | None = None) -> None:
        self.siblings = siblings
        self.ring = Ring(0)
        self.ring.fill(0, past)
        self._learn()

    def score(self, count: int) -> float:
        """How unusual a count of the next window is, at least in the sums: the chance of it by the share it has."""
        found = NOT_KNOWN
        for windows, share in SHARES.items():
            expected = self.baseline.expected(windows)
            if expected is not None:
                found = min(found, expected.chance(self.baseline.summed(count, windows)) / share)
        return found

    def take(self, count: int) -> None:
        """Go on by a window."""
        at = self.ring.at
        self.ring.put(at, count)
        if learned_before(0, at + 1, DAY) == self.learned:
            self.baseline.go_on(at + 1)
        else:
            self._learn()

    def copy(self) -> Series:
        """Another one that goes its own way from here."""
        other = copy.copy(self)
        other.ring = copy.deepcopy(self.ring)
        other.baseline = copy.copy(self.baseline)
        other.baseline.ring = other.ring
        other.baseline._past = self.baseline._past[:]  # noqa: SLF001 - copying is no business of a worker's
        return other

    def _learn(self) -> None:
        self.learned = learned_before(0, self.ring.at, DAY)
        self.baseline = Baseline(self.ring, self.ring.at, DAY, self.siblings)

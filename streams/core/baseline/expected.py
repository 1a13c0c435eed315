"""What a window, or the sum of several, should count; and how unusual what came is."""

from __future__ import annotations

from typing import NamedTuple

from streams.core.baseline.negative_binomial import lower_tail, threshold, upper_tail

SHARES = {1: 0.6, 3: 0.45, 6: 0.1}
"""Of the false alarms that are allowed, how many may come of sums over so many windows. Some coincide, so that the
shares may be more than the whole together (bench.anomaly measures what comes of them)."""
LONGEST = max(SHARES)


class Expected(NamedTuple):
    """Of one window, or the sum of several: ``mean`` and ``variance`` of what windows that aren't ``empty`` count."""

    windows: int
    mean: float
    variance: float
    empty: float

    def chance(self, count: int) -> float:
        """How likely so many, or more, are."""
        return 1.0 if count <= self.mean else (1 - self.empty) * upper_tail(count, self.mean, self.variance)

    def chance_below(self, count: int) -> float:
        """How likely so many, or fewer, are."""
        if count >= self.mean:
            return 1.0
        return self.empty + (1 - self.empty) * lower_tail(count, self.mean, self.variance)

    def bound(self, chance: float) -> int:
        """The fewest that come, or more than they, with at most this chance."""
        return threshold(min(0.5, chance / (1 - self.empty)), self.mean, self.variance)

    def bound_below(self, chance: float) -> int:
        """The most that come, or fewer than they, with at most this chance; -1 where even none is likelier."""
        low, high = -1, int(self.mean)
        while low < high:
            middle = (low + high + 1) // 2
            if self.chance_below(middle) <= chance:
                low = middle
            else:
                high = middle - 1
        return low

    def interval(self, beyond: float = 0.025) -> tuple[int, int]:
        """Between which counts all but this part lie on each side."""
        return self.bound_below(beyond) + 1, max(self.bound(beyond) - 1, 0)

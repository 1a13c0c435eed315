"""Ranges of time, and the steps that they are drawn in."""

from __future__ import annotations

from dataclasses import dataclass

MINUTE = 60_000
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440)
"""Minutes that one point of a line stands for."""
MOST_POINTS = 96
RANGES = {"1h": 60, "6h": 360, "24h": 1_440, "7d": 10_080, "30d": 43_200}
"""Ranges that end now, in minutes."""
LONGEST = 400 * 1_440
"""Minutes of the longest range that may be asked for."""


@dataclass(frozen=True, slots=True)
class Span:
    """Whole minutes, ``start_ms`` to ``end_ms`` (epoch ms, exclusive)."""

    start_ms: int
    end_ms: int

    @property
    def minutes(self) -> int:
        """How long it is."""
        return (self.end_ms - self.start_ms) // MINUTE

    @property
    def before(self) -> Span:
        """As long, and just before it."""
        return Span(2 * self.start_ms - self.end_ms, self.start_ms)

    def points(self, step: int) -> range:
        """Where each step of so many minutes begins (epoch ms)."""
        return range(self.start_ms, self.end_ms, step * MINUTE)


def step_of(minutes: int) -> int:
    """The minutes of a step, so that a range has few enough of them."""
    return next((step for step in STEPS if minutes <= step * MOST_POINTS), -(-minutes // (1_440 * MOST_POINTS)) * 1_440)


def span_until(now_ms: int, minutes: int) -> Span:
    """The range of so many minutes that ends now: with the step of now, which is not over yet."""
    step = step_of(minutes) * MINUTE
    end = -(-now_ms // step) * step
    return Span(end - minutes * MINUTE, end)

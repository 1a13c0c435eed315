"""Where a series took a new level for good: found after the fact, in quarters of days."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, NamedTuple

from streams.core.baseline.outliers import deviations, tamed

if TYPE_CHECKING:
    from collections.abc import Sequence

QUARTERS = 4
"""Of a day. All that is decided about levels is decided about a whole day, made of four."""
SURE = 5.0
"""Standard deviations of a normal distribution by which a day has to miss its forecast to be a new level."""
EVEN = 0.25
"""The part of a quarter of the day's deviation that each quarter has to have at least, so that no burst is a level."""
WANDER = 0.03
"""By how much a level may miss its forecast of a day for reasons of its own, as a part of it."""
DAYS_BEFORE = 2
MEMORY_DAYS = 10.0


class Quarter(NamedTuple):
    """``counted`` events where a level of 1 would have counted ``exposed``, and the squares of those parts' sum."""

    counted: float
    exposed: float
    squares: float


def is_new_level(day: Sequence[Quarter], level: float, error: float, dispersion: float, slope: float) -> bool:
    """Whether the quarters of a day miss what ``level`` forecasts by far, each on the same side.

    ``error`` is the relative variance of the level itself; the variance of a window is its mean times ``dispersion +
    slope * mean``.
    """
    mean = level * sum(one.exposed for one in day)
    by = sum(one.counted for one in day) - mean
    if by * by < mean:
        return False
    variance = (
        dispersion * mean
        + slope * level * level * sum(one.squares for one in day)
        + mean * mean * (error + WANDER * WANDER)
    )
    if abs(deviations(mean + by, mean, max(variance, mean))) < SURE:
        return False
    least = EVEN * abs(by) / QUARTERS
    side = 1 if by > 0 else -1
    return all(side * (one.counted - level * one.exposed) >= least for one in day)


def find_shifts(quarters: Sequence[Quarter], dispersion: float, growth: float) -> list[int]:
    """The numbers of quarters (the oldest is 0) at which new levels began.

    ``growth`` is a quarter's, as a logarithm.
    """
    kept, grown = exp(-1 / (MEMORY_DAYS * QUARTERS)), exp(growth)
    found: list[int] = []
    begun, seen, weight = 0, 0.0, 0.0
    for now in range(QUARTERS, len(quarters) + 1):
        # The level as it was before the day that is looked at.
        if now - QUARTERS > begun:
            before = quarters[now - QUARTERS - 1]
            counted = before.counted
            if weight > 0 and before.exposed > 0:
                mean = max(seen / weight * before.exposed, 1e-3)
                counted = tamed(counted, mean, dispersion * mean * (1 + mean / (seen + 0.5)))
            seen, weight = seen * kept * grown + counted, weight * kept + before.exposed
        if now - QUARTERS - begun < DAYS_BEFORE * QUARTERS or weight <= 0:
            continue
        day = quarters[now - QUARTERS : now]
        if min(one.exposed for one in day) <= 0:
            continue
        if is_new_level(day, (seen + 0.05) / (weight + 1e-3), dispersion / (seen + 0.5), dispersion, 0.0):
            begun = now - QUARTERS
            found.append(begun)
            seen = weight = 0.0
    return found

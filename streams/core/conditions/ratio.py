"""The ratio of two counts in a window."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from schemas.condition import print_minutes
from streams.core.conditions.verdict import Verdict

if TYPE_CHECKING:
    from schemas.condition import Ratio

Z_95 = 1.959963984540054


def wilson(successes: int, trials: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of a proportion (E. B. Wilson, 1927), 95 % by default; (0, 1) without trials."""
    if trials <= 0:
        return 0.0, 1.0
    share = min(successes / trials, 1.0)
    scale = 1 + z * z / trials
    centre = share + z * z / (2 * trials)
    reach = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return max(0.0, (centre - reach) / scale), min(1.0, (centre + reach) / scale)


def judge_ratio(condition: Ratio, numerator: int, denominator: int) -> Verdict:
    """Whether the ratio lies above the threshold; with fewer than the minimum in the denominator it never does."""
    value = numerator / denominator if denominator else None
    enough = denominator >= condition.minimum
    low, high = wilson(numerator, denominator)
    measured = {
        "numerator": numerator,
        "denominator": denominator,
        "value": value,
        "interval": [round(low, 6), round(high, 6)],
        "threshold": condition.threshold,
        "minimum": condition.minimum,
    }
    share = "none" if value is None else f"{value:.1%}"
    window = print_minutes(condition.window)
    words = f"{numerator} of {denominator} ({share}) in {window}, more than {condition.threshold:.1%}"
    return Verdict(enough and value is not None and value > condition.threshold, measured, words)

"""The ratio of two counts in a window."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

from schemas.duration import print_minutes
from streams.core.conditions.verdict import TOO_MANY_GROUPS, Verdict, untellable

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
    # At its ends the interval ends exactly there, which rounding would miss by a little.
    low = 0.0 if successes <= 0 else max(0.0, (centre - reach) / scale)
    high = 1.0 if successes >= trials else min(1.0, (centre + reach) / scale)
    return low, high


def judge_ratio(condition: Ratio, numerator: int, denominator: int, *, certain: bool = True) -> Verdict:
    """Whether the ratio lies beyond the threshold; with fewer than the minimum in the denominator it never does.

    Counts that are not ``certain`` may be those of other groups too, or lack some of this one's.
    """
    value = numerator / denominator if denominator else None
    interval = wilson(numerator, denominator)
    measured: dict[str, Any] = {
        "numerator": numerator,
        "denominator": denominator,
        "value": value,
        "interval": [round(bound, 6) for bound in interval],
        "threshold": condition.threshold,
        "minimum": condition.minimum,
    }
    share = "none" if value is None else f"{value:.1%}"
    said = f"{numerator} of {denominator} ({share}) in {print_minutes(condition.window)}"
    compared = f"{'more' if condition.direction == 'above' else 'less'} than {condition.threshold:.1%}"
    # What is counted elsewhere may be the denominator that seems to be missing.
    if not certain and (numerator or denominator):
        return untellable(measured, said, TOO_MANY_GROUPS)
    if value is None:
        holds = condition.when_zero == "fires" and numerator > 0
        return Verdict(holds, measured, f"{said}, {compared if holds else 'nothing to compare with'}")
    beyond = _beyond(condition, value, interval)
    if beyond and denominator < condition.minimum:
        return Verdict(holds=False, measured=measured, words=f"{said}, of fewer than {condition.minimum}", value=value)
    return Verdict(beyond, measured, f"{said}, {'' if beyond else 'no '}{compared}", value)


def _beyond(condition: Ratio, value: float, interval: tuple[float, float]) -> bool:
    # What is more than the whole is no share, and has no interval.
    low, high = interval if condition.confident and value <= 1 else (value, value)
    return low > condition.threshold if condition.direction == "above" else high < condition.threshold

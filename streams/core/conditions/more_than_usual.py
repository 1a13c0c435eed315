"""More events in a window than the same window of earlier seasons lets expect, and more than a threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.duration import print_minutes
from streams.core.baseline.seasonal_median import usual
from streams.core.conditions.verdict import TOO_MANY_GROUPS, Verdict, untellable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.condition import MoreThanUsual


def seasons_known(condition: MoreThanUsual, end: int, known_from: int) -> list[int]:
    """The ends (minutes since the epoch) of the same window in earlier seasons, the nearest first.

    Only windows that lie wholly after ``known_from``, the minute since which everything was counted. Empty while less
    than the minimum history is known.
    """
    if end - known_from < condition.minimum_history:
        return []
    ends = range(end - condition.season, end - condition.history - 1, -condition.season)
    return [past for past in ends if past - condition.window >= known_from]


def judge_more_than_usual(
    condition: MoreThanUsual, count: int, past: Sequence[int], *, certain: bool = True
) -> Verdict:
    """Whether ``count`` is above the threshold and above what ``past``, the earlier seasons' counts, makes usual.

    Of counts that are not ``certain`` nobody can tell: they may be those of other groups, or lack some.
    """
    window = print_minutes(condition.window)
    measured: dict[str, Any] = {"count": count, "threshold": condition.threshold, "seasons": len(past)}
    if not past:
        return Verdict(
            holds=False, measured={**measured, "learning": True}, words=f"{count} in {window}, still learning"
        )
    if not certain:
        return untellable(measured, f"{count} in {window}", TOO_MANY_GROUPS)
    learned = usual(past)
    bound = learned.bound(condition.sensitivity)
    measured |= {
        "learning": False,
        "expected": round(learned.expected, 3),
        "spread": round(learned.spread, 3),
        "bound": round(bound, 3),
    }
    return Verdict(
        count > condition.threshold and count > bound,
        measured,
        f"{count} in {window}, usual at this time: {learned.expected:g} (up to {bound:.1f})",
        count,
    )

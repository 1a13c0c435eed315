"""Judging a windowed rule's condition on the counts that a test in the rule's file gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.condition import LessThan, MoreThan, Ratio, Usual
from streams.core.conditions.ratio import judge_ratio
from streams.core.conditions.threshold import judge_less_than, judge_more_than
from streams.core.conditions.usual import rehearse_usual

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemas.condition import Condition
    from schemas.rule import MinuteCounts
    from streams.core.conditions.verdict import Verdict


def rehearse(condition: Condition, counts: MinuteCounts) -> Verdict:
    """What the condition says of the window that ends with the last minute of ``counts``.

    Raises TypeError for an immediate condition, which has no window.
    """
    match condition:
        case MoreThan():
            return judge_more_than(condition, _aggregate(condition)(counts.count[-condition.window :]))
        case LessThan():
            return judge_less_than(condition, _aggregate(condition)(counts.count[-condition.window :]))
        case Ratio():
            return judge_ratio(
                condition, sum(counts.numerator[-condition.window :]), sum(counts.denominator[-condition.window :])
            )
        case Usual():
            return rehearse_usual(condition, sum(counts.count[-condition.window :]), counts.history)
        case _:
            message = f"{condition.type} has no window"
            raise TypeError(message)


def _aggregate(condition: MoreThan | LessThan) -> Callable[[Sequence[int]], int]:
    """What is made of a window's minutes; of `unique` numbers by the minute say nothing, so no test has them."""
    return (lambda minutes: max(minutes, default=0)) if condition.aggregate == "max" else sum

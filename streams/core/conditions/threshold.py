"""More than, and less than, a number: of events in a window, or of another aggregate of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.duration import print_minutes
from streams.core.conditions.verdict import TOO_MANY_GROUPS, Verdict, untellable

if TYPE_CHECKING:
    from schemas.condition import Aggregated, LessThan, MoreThan
    from streams.core.windows.aggregates import Number


def judge_more_than(condition: MoreThan, value: Number, *, shared: bool = False, most: Number | None = None) -> Verdict:
    """Whether ``value``, the window's count or other aggregate, is more than the threshold.

    A ``shared`` value is that of all groups of a bucket, which says nothing of one of them. What is not certain may be
    as much as ``most``.
    """
    holds = value > condition.threshold
    compared = "more" if holds else "no more"
    measured, words = _measured(condition, value), f"{_said(condition, value)}, {compared} than {condition.threshold}"
    if (shared and holds) or (not holds and most is not None and most > condition.threshold):
        return untellable(measured, words, TOO_MANY_GROUPS)
    return Verdict(holds and not shared, measured, words, value)


def judge_less_than(condition: LessThan, value: Number, *, certain: bool = True) -> Verdict:
    """Whether ``value`` is less than the threshold; what is not ``certain`` may be more than it seems."""
    holds = value < condition.threshold
    compared = "fewer" if condition.aggregate in {"count", "unique"} else "less"
    compared = compared if holds else f"no {compared}"
    measured, words = _measured(condition, value), f"{_said(condition, value)}, {compared} than {condition.threshold}"
    if holds and not certain:
        return untellable(measured, words, TOO_MANY_GROUPS)
    return Verdict(holds, measured, words, value)


def _measured(condition: Aggregated, value: Number) -> dict[str, Any]:
    threshold = condition.threshold  # type: ignore[attr-defined]  # Both conditions that come here have one.
    if condition.aggregate == "count":
        return {"count": value, "threshold": threshold}
    return {"aggregate": condition.aggregate, "field": condition.field, "value": value, "threshold": threshold}


def _said(condition: Aggregated, value: Number) -> str:
    window = print_minutes(condition.window)
    match condition.aggregate:
        case "count":
            return f"{value} in {window}"
        case "unique":
            return f"{value} different {condition.field} in {window}"
        case "sum":
            return f"{condition.field} adds up to {value} in {window}"
        case _:
            return f"{condition.field} up to {value} in {window}"

"""More than, and less than, a number of events in a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.condition import print_minutes
from streams.core.conditions.verdict import Verdict

if TYPE_CHECKING:
    from schemas.condition import LessThan, MoreThan


def judge_more_than(condition: MoreThan, count: int) -> Verdict:
    """Whether ``count`` events are more than the threshold."""
    window = print_minutes(condition.window)
    return Verdict(
        count > condition.threshold,
        {"count": count, "threshold": condition.threshold},
        f"{count} in {window}, more than {condition.threshold}",
    )


def judge_less_than(condition: LessThan, count: int) -> Verdict:
    """Whether ``count`` events are fewer than the threshold."""
    window = print_minutes(condition.window)
    return Verdict(
        count < condition.threshold,
        {"count": count, "threshold": condition.threshold},
        f"{count} in {window}, fewer than {condition.threshold}",
    )

"""A window against the same window an hour, a day or a week before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.duration import print_minutes
from streams.core.conditions.verdict import TOO_MANY_GROUPS, Verdict, untellable

if TYPE_CHECKING:
    from schemas.condition import TimeRelative


def judge_time_relative(condition: TimeRelative, now: int, before: int | None, *, certain: bool = True) -> Verdict:
    """Whether ``now`` lies beyond so many times ``before``, which is None where that window was not wholly counted."""
    measured: dict[str, Any] = {"count": now, "before": before, "threshold": condition.threshold}
    window, distance = print_minutes(condition.window), print_minutes(condition.before)
    if before is None:
        words = f"{now} in {window}, still learning what was {distance} before"
        return Verdict(holds=False, measured={**measured, "learning": True}, words=words)
    times = now / before if before else None
    measured |= {"value": times, "minimum": condition.minimum}
    said = f"{now} in {window}, {before} the same time {distance} before"
    if max(now, before) < condition.minimum:
        return Verdict(holds=False, measured=measured, words=f"{said}, of fewer than {condition.minimum}", value=times)
    if not certain:
        return untellable(measured, said, TOO_MANY_GROUPS)
    compared = f"{'more' if condition.direction == 'above' else 'less'} than {condition.threshold:g} times as many"
    if times is None:
        beyond = condition.direction == "above" and condition.when_zero == "fires"
    elif condition.direction == "above":
        beyond = times > condition.threshold
    else:
        beyond = times < condition.threshold
    return Verdict(beyond, measured, f"{said}, {'' if beyond else 'no '}{compared}", times)

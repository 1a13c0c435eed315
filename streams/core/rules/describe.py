"""Say in words when a rule fires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.condition import (
    Aggregated,
    Condition,
    Immediate,
    LessThan,
    LessThanUsual,
    MoreThan,
    MoreThanUsual,
    NewValue,
    Ratio,
    TimeRelative,
    Usual,
    Windowed,
)
from schemas.duration import DAY, HOUR

if TYPE_CHECKING:
    from schemas.since_release import SinceRelease

_UNITS = (("day", DAY), ("hour", HOUR), ("minute", 1))
_REPEATS = {"every": "at once", "once": "at once, once a group", "rising": "at once, again when the level rises"}


def describe(condition: Condition) -> str:
    """A condition in words, such as "fewer than 1 in 10 minutes, judged on arrival"."""
    return _anytime(condition) + (_since(condition.since_release) if condition.since_release else "")


def _since(limit: SinceRelease) -> str:
    """Such as ", within 6 hours of a deploy or rollback of shop in production"."""
    of = f" of {' or '.join(limit.application)}" if limit.application else ""
    to = f" in {' or '.join(limit.environment)}" if limit.environment else ""
    return f", within {describe_minutes(limit.within)} of a {' or '.join(limit.kind)}{of}{to}"


def _anytime(condition: Condition) -> str:
    if isinstance(condition, Immediate):
        again = f", again after {describe_minutes(condition.renotify)}" if condition.renotify else ""
        return _REPEATS[condition.repeat] + again
    if isinstance(condition, NewValue):
        learned = f"learning for {describe_minutes(condition.learn)}"
        return f"a value of {condition.field} not seen in {describe_minutes(condition.forget)}, {learned}"
    return _windowed(condition) + _patience(condition)


def _windowed(condition: MoreThan | LessThan | Ratio | TimeRelative | MoreThanUsual | LessThanUsual) -> str:
    window = describe_minutes(condition.window)
    match condition:
        case MoreThan():
            return f"more than {_amount(condition, condition.threshold)} in {window}"
        case LessThan():
            judged = "judged on arrival" if condition.judged_on == "arrival" else "judged on event time"
            expected = ", for each group that was seen" if condition.expect == "seen" else ""
            fewer = "fewer" if condition.aggregate in {"count", "unique"} else "less"
            return f"{fewer} than {_amount(condition, condition.threshold)} in {window}, {judged}{expected}"
        case Ratio():
            more = "more" if condition.direction == "above" else "less"
            whole = "the count of all groups by" if condition.of_group == "all" else "the count of"
            at_least = f", among at least {condition.minimum}" if condition.minimum > 1 else ""
            sure = ", by all of its 95 % interval" if condition.confident else ""
            return f"{more} than {condition.threshold:g} of {whole} {condition.of} in {window}{at_least}{sure}"
        case TimeRelative():
            more = "more" if condition.direction == "above" else "less"
            earlier = f"the count of {describe_minutes(condition.before)} before"
            return f"{more} than {condition.threshold:g} times {earlier} in {window}"
        case MoreThanUsual():
            times = f" by {condition.times:g} times" if condition.times > 1 else ""
            return f"more than {condition.threshold} in {window}, and more than usual{times}{_promise(condition)}"
        case LessThanUsual():
            return f"less than usual in {window}, where {condition.minimum:g} are expected{_promise(condition)}"


def _promise(condition: Usual) -> str:
    often = "once" if condition.false_alarms == 1 else f"{condition.false_alarms:g} times"
    return f" (at most {often} a week by chance)"


def _amount(condition: Aggregated, threshold: float) -> str:
    match condition.aggregate:
        case "count":
            return f"{threshold:g}"
        case "unique":
            return f"{threshold:g} different {condition.field}"
        case "sum":
            return f"{threshold:g} as the sum of {condition.field}"
        case _:
            return f"{threshold:g} as the greatest {condition.field}"


def _patience(condition: Windowed) -> str:
    tumbling = condition.windows == "tumbling" and not isinstance(condition, Usual)
    parts = [", in tumbling windows"] if tumbling else []
    if condition.for_:
        parts.append(f", for {describe_minutes(condition.for_)}")
    if condition.keep_firing_for:
        parts.append(f", firing on for {describe_minutes(condition.keep_firing_for)}")
    return "".join(parts)


def describe_minutes(minutes: int) -> str:
    """A duration in words, such as "10 minutes" or "1 day 12 hours"."""
    parts = []
    for unit, length in _UNITS:
        count, minutes = divmod(minutes, length)
        if count:
            parts.append(f"{count} {unit}{'s' if count > 1 else ''}")
    return " ".join(parts) or "0 minutes"

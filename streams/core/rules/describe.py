"""Say in words when a rule fires."""

from __future__ import annotations

from schemas.condition import DAY, HOUR
from schemas.rule import Condition, Immediate, LessThan, MoreThan, Ratio

_UNITS = (("day", DAY), ("hour", HOUR), ("minute", 1))


def describe(condition: Condition) -> str:
    """A condition in words, such as "fewer than 1 in 10 minutes, judged on arrival"."""
    if isinstance(condition, Immediate):
        return "at once"
    window = describe_minutes(condition.window)
    if isinstance(condition, MoreThan):
        return f"more than {condition.threshold} in {window}"
    if isinstance(condition, LessThan):
        judged = "judged on arrival" if condition.judged_on == "arrival" else "judged on event time"
        return f"fewer than {condition.threshold} in {window}, {judged}"
    if isinstance(condition, Ratio):
        at_least = f", among at least {condition.minimum}" if condition.minimum > 1 else ""
        return f"more than {condition.threshold:g} of the count of {condition.of} in {window}{at_least}"
    history, season = describe_minutes(condition.history), describe_minutes(condition.season)
    usual = f"usual by the last {history}, season {season}"
    return f"more than {condition.threshold} in {window}, and more than is {usual}"


def describe_minutes(minutes: int) -> str:
    """A duration in words, such as "10 minutes" or "1 day 12 hours"."""
    parts = []
    for unit, length in _UNITS:
        count, minutes = divmod(minutes, length)
        if count:
            parts.append(f"{count} {unit}{'s' if count > 1 else ''}")
    return " ".join(parts) or "0 minutes"

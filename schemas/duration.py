"""Durations as people write them: 10m, 1h30m, 14d. They are whole minutes, since counts are kept by the minute."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

MINUTE, HOUR, DAY, WEEK = 1, 60, 1440, 10080
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(?:\d{1,9}[smhdw])+", re.ASCII)
_PART = re.compile(r"(\d+)([smhdw])", re.ASCII)


def parse_minutes(value: object) -> int:
    """Read a duration such as ``10m``, ``1h30m`` or ``14d``; the result is whole minutes.

    Raises ValueError for anything else, also for a number without its unit.
    """
    if not isinstance(value, str) or not _DURATION.fullmatch(value):
        message = f"{value!r} is no duration: write a number and its unit, such as 10m, 1h30m or 14d"
        raise ValueError(message)
    seconds = sum(int(count) * _SECONDS[unit] for count, unit in _PART.findall(value))
    if seconds % 60:
        message = f"{value} is no whole number of minutes: counts are kept by the minute"
        raise ValueError(message)
    return seconds // 60


def print_minutes(minutes: int) -> str:
    """Write a duration as its longest whole unit; ``parse_minutes`` reads it back."""
    for unit, length in (("d", DAY), ("h", HOUR)):
        if minutes and minutes % length == 0:
            return f"{minutes // length}{unit}"
    return f"{minutes}m"


def _between(value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        message = f"{print_minutes(value)} is outside {print_minutes(low)} to {print_minutes(high)}"
        raise ValueError(message)
    return value


_As = PlainSerializer(print_minutes, return_type=str)
_Text = WithJsonSchema({"type": "string", "pattern": r"^(\d{1,9}[smhdw])+$"})

Window = Annotated[int, BeforeValidator(lambda value: _between(parse_minutes(value), MINUTE, WEEK)), _As, _Text]
"""The length of a window: one minute to a week."""
Patience = Annotated[int, BeforeValidator(lambda value: _between(parse_minutes(value), 0, WEEK)), _As, _Text]
"""How long something has to last: nothing to a week."""
Distance = Annotated[int, BeforeValidator(lambda value: _between(parse_minutes(value), HOUR, 4 * WEEK)), _As, _Text]
"""How far a window lies before another one: an hour to four weeks."""
History = Annotated[int, BeforeValidator(lambda value: _between(parse_minutes(value), HOUR, 90 * DAY)), _As, _Text]
"""How far back something is remembered: an hour to ninety days."""

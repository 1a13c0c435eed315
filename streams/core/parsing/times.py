"""AWS's many ways to write a time."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_EPOCH = date(1970, 1, 1).toordinal()
_LAST_HOUR, _LAST_MINUTE, _LEAP_SECOND = 23, 59, 60
_DAY_MS = 86_400_000
_LEAST_MS = (1 - _EPOCH) * _DAY_MS
_MOST_MS = (date.max.toordinal() - _EPOCH + 1) * _DAY_MS - 1
# Seconds reach this number in the year 5138, milliseconds reached it in 1973.
_SECONDS_BELOW = 100_000_000_000
# Longer texts are no times, and would only fill the memory of those seen.
LONGEST = 64
_RFC_3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?"
    r" ?(?:[Zz]|UTC|GMT|([-+])([0-9]{2}):?([0-9]{2})?)?"
)
_EPOCH_TEXT = re.compile(r"-?[0-9]{1,16}(?:\.[0-9]+)?(?:[eE]\+?[0-9]{1,2})?")


def parse_time(value: object) -> int | None:
    """Return a time in milliseconds since 1970 UTC, or None where the value is no time in the years 1 to 9999.

    Read are RFC 3339 (``T`` or a space, ``Z``, an offset, or nothing for UTC, any number of decimals, cut to
    milliseconds) and numbers since 1970, or texts that hold one: below 100,000,000,000 they are seconds, else
    milliseconds.
    """
    if isinstance(value, str):
        return _parse_text(value) if len(value) <= LONGEST else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return _from_number(value)


@lru_cache(maxsize=65_536)
def to_rfc3339(milliseconds: int) -> str:
    """Write milliseconds since 1970 as ``2023-07-10T11:45:00.000Z``; they must lie in the years 1 to 9999."""
    days, rest = divmod(milliseconds, _DAY_MS)
    seconds, fraction = divmod(rest, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    day = date.fromordinal(days + _EPOCH).isoformat()
    return f"{day}T{hour:02d}:{minute:02d}:{second:02d}.{fraction:03d}Z"


# Real streams hold each second many times over.
@lru_cache(maxsize=65_536)
def _parse_text(text: str) -> int | None:
    text = text.strip()
    match = _RFC_3339.fullmatch(text)
    if match is None:
        return _from_number(float(text)) if _EPOCH_TEXT.fullmatch(text) else None
    year, month, day, hour, minute, second, fraction, sign, offset_hour, offset_minute = match.groups()
    hours, minutes, seconds = int(hour), int(minute), int(second or 0)
    # RFC 3339 allows a leap second; it counts as the first of the next minute.
    offset_hours, offset_minutes = int(offset_hour or 0), int(offset_minute or 0)
    if max(hours, offset_hours) > _LAST_HOUR or max(minutes, offset_minutes) > _LAST_MINUTE or seconds > _LEAP_SECOND:
        return None
    try:
        days = date(int(year), int(month), int(day)).toordinal() - _EPOCH
    except ValueError:
        return None
    offset = offset_hours * 60 + offset_minutes
    minutes += hours * 60 - (-offset if sign == "-" else offset)
    return _in_range(days * _DAY_MS + minutes * 60_000 + seconds * 1000 + int(f"{fraction or ''}000"[:3]))


def _from_number(number: float) -> int | None:
    if not abs(number) <= _MOST_MS:
        return None
    return _in_range(round(number * 1000) if abs(number) < _SECONDS_BELOW else round(number))


def _in_range(milliseconds: int) -> int | None:
    return milliseconds if _LEAST_MS <= milliseconds <= _MOST_MS else None

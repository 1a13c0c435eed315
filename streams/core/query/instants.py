"""Instants as the query and the data write them (RFC 3339, or a bare day), as whole microseconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY_LONG = timedelta(days=1) // _MICROSECOND


def span(text: str) -> tuple[int, int] | None:
    """First and last microsecond that a text means: a bare day is the whole day, an instant is itself.

    A time without an offset is UTC. None if the text is no date, or one that no calendar has.
    """
    try:
        if _DAY.fullmatch(text):
            start = (date.fromisoformat(text) - _EPOCH.date()) // _MICROSECOND
            return start, start + _DAY_LONG - 1
        if _INSTANT.fullmatch(text):
            instant = datetime.fromisoformat(text.upper().replace(",", "."))
            # The offset is subtracted as a number, since the first and last hours of the calendar can't be shifted.
            offset = instant.utcoffset() or timedelta()
            at = (instant.replace(tzinfo=UTC) - _EPOCH - offset) // _MICROSECOND
            return at, at
    except ValueError:
        return None
    return None


def is_no_date(text: str) -> bool:
    """Whether a text is written as a date or an instant, but no calendar or clock has it: 2026-02-30."""
    return bool(_DAY.fullmatch(text) or _INSTANT.fullmatch(text)) and span(text) is None

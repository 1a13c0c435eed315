"""Times as people, pipelines and other tools write them."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

from streams.core.parsing.times import LONGEST, parse_time

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# As in Coralogix's own example: 2020-06-23:09:00:00.
_DAY_COLON_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}):([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)")
# What JavaScript's Date makes of itself: Tue Jun 23 2020 09:00:00 GMT+0200 (Central European Summer Time).
_JAVASCRIPT = re.compile(
    r"[A-Za-z]{3} ([A-Za-z]{3}) ([0-9]{2}) ([0-9]{4}) ([0-9]{2}:[0-9]{2}:[0-9]{2}) GMT([-+][0-9]{4})(?: \(.*\))?"
)
_LONGEST_DATE = 128
HOW = "write 2026-11-24, 2026-11-24T07:00:00Z, or seconds or milliseconds since 1970"


def read_when(value: object) -> int | None:
    """Epoch ms of a date, an RFC 3339 time, a number since 1970 or a text of one, or a date of JavaScript or e-mail."""
    if not isinstance(value, str):
        return parse_time(value)
    text = value.strip()
    if len(text) > _LONGEST_DATE:
        return None
    if _DAY.fullmatch(text):
        return parse_time(f"{text}T00:00:00Z")
    if parts := _DAY_COLON_TIME.fullmatch(text):
        return parse_time(f"{parts[1]}T{parts[2]}Z")
    found = parse_time(text) if len(text) <= LONGEST else None
    return found if found is not None else _read_date(text)


def _read_date(text: str) -> int | None:
    if parts := _JAVASCRIPT.fullmatch(text):
        text = f"{parts[2]} {parts[1]} {parts[3]} {parts[4]} {parts[5]}"
    # Python reads more than dates here, so what has no clock in it is not even tried.
    if text.count(":") not in {1, 2}:
        return None
    try:
        return parse_time(parsedate_to_datetime(text).isoformat())
    except (ValueError, OverflowError, TypeError, IndexError):
        return None

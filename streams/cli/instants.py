"""Instants as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from schemas.errors import GuardstreamError
from streams.core.parsing.times import parse_time

_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])(\s+ago)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def parse_instant(text: str, now_ms: int) -> int:
    """Return epoch ms of `30m`, `2h ago` (before ``now_ms``), or of a date or RFC 3339 time (no zone: UTC)."""
    if ago := _AGO.fullmatch(text.strip()):
        return now_ms - int(float(ago[1]) * _SECONDS[ago[2]] * 1_000)
    day = f"{text.strip()}T00:00:00Z" if _DAY.fullmatch(text.strip()) else text
    if (moment := parse_time(day)) is None:
        message = f"{text!r} is no time: write how long ago (30m, 2h, 7d) or when (2026-11-24T07:00:00Z)"
        raise GuardstreamError(message)
    return moment


def parse_coming(text: str, now_ms: int) -> int:
    """Return epoch ms of `30m`, `2h`, `7d` from ``now_ms`` on, or of a date or RFC 3339 time (no zone: UTC)."""
    try:
        moment = parse_instant(text, now_ms)
    except GuardstreamError:
        message = f"{text!r} is no time: write in how long (5m, 2h, 7d) or when (2026-11-24T07:00:00Z)"
        raise GuardstreamError(message) from None
    ago = _AGO.fullmatch(text.strip())
    return 2 * now_ms - moment if ago and not ago[3] else moment


def epoch_ms(value: object) -> int | None:
    """Return epoch ms of an RFC 3339 text in a message; None where it is something else."""
    return parse_time(value) if isinstance(value, str) else None


def clock(ms: int) -> str:
    """Print epoch ms as RFC 3339 in UTC to the second."""
    return datetime.fromtimestamp(ms / 1_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def span(seconds: float) -> str:
    """Print a duration in its largest fitting unit: `42 s`, `5 min`, `3 h`, `9 days`."""
    for size, unit in ((172_800, 86_400), (7_200, 3_600), (120, 60)):
        if seconds >= size:
            return f"{seconds / unit:.0f} {dict(zip((86_400, 3_600, 60), ('days', 'h', 'min'), strict=True))[unit]}"
    return f"{seconds:.0f} s"

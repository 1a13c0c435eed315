"""Instants as AWS writes them."""

from __future__ import annotations

from datetime import UTC, datetime


def seconds(ms: int) -> str:
    """RFC 3339 in UTC to the second, as EventBridge's ``time`` and a record's ``eventTime``; ``ms`` since the epoch."""
    return f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def millis(ms: int) -> str:
    """RFC 3339 in UTC to the millisecond, as a finding's ``updatedAt``; ``ms`` since the epoch."""
    return f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"

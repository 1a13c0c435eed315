"""Time as one source partition knows it: the record clock, the watermark, and what is late.

The record clock is the running maximum of the records' Kafka timestamps; the watermark is that clock less the source's
allowed delay. Event times never move either, so one event dated 2099 does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass

MINUTE = 60_000
DAY = 86_400_000


@dataclass(slots=True)
class RecordClock:
    """One source partition's clock, in epoch milliseconds; 0 before the first record."""

    now: int = 0

    def advance(self, timestamp: int) -> bool:
        """Take in a record's timestamp, or an instant at which nothing was unread; True if the clock moved."""
        if timestamp > self.now:
            self.now = timestamp
            return True
        return False


def first_open_minute(clock: int, delay: int) -> int:
    """The first minute (since the epoch) whose pane is not yet closed by the watermark; earlier ones are late."""
    return (clock - delay) // MINUTE


def arrival_day(minute: int, clock: int, retention: int) -> int:
    """0, or the day of arrival (since the epoch) for a pane so old that its row may be gone.

    A row is kept until ``retention`` milliseconds after its hour by every partition's clock. Counts that arrive after
    that get a row of their own, so that they never meet an erased one.
    """
    hour_end = (minute // 60 + 1) * 60 * MINUTE
    return clock // DAY if clock > hour_end + retention else 0

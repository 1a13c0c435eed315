"""One row: for a measure and group, the sixty minute counts of one hour.

A row is a function of the log of one partition of `partial-counts`, and carries the offset of the last message in
it (its *fence*). So of two copies of a row the one with the higher fence is right, whoever wrote it, and a message is
never added twice.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import orjson

from streams.core.windows.aggregates import combine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.measure import Aggregate
    from streams.core.windows.partials import Group

Located = tuple[int, str, int, int, int, str]
"""(minute, topic, partition, offset, index in the message, event id): where an event that was counted stands."""

EVIDENCE_A_ROW = 20
"""References kept for one hour of one rule's group."""


class Held:
    """What a measure that is no plain count has in one hour: amounts by minute, or minutes by mark."""

    __slots__ = ("full", "late", "on_time")

    def __init__(self) -> None:
        self.on_time: dict[int, Any] = {}
        self.late: dict[int, Any] = {}
        self.full = False
        """There were more distinct values than are kept."""

    def value(self, aggregate: Aggregate, minute: int) -> int | float:
        """The sum, maximum or number of distinct values of one minute, late ones included."""
        if aggregate == "unique":
            bit = 1 << minute
            return len({mark for held in (self.on_time, self.late) for mark, minutes in held.items() if minutes & bit})
        return combine(aggregate, [held[minute] for held in (self.on_time, self.late) if minute in held])

    def encode(self) -> list[Any]:
        """As JSON can hold it."""
        return [_flat(self.on_time), _flat(self.late), self.full]

    @classmethod
    def decode(cls, value: list[Any]) -> Held:
        """The inverse of ``encode``."""
        held = cls()
        on_time, late, held.full = value
        held.on_time, held.late = _paired(on_time), _paired(late)
        return held


class Row:
    """Counts of one measure and ``group`` in one hour (hours since the epoch).

    ``arrived`` is 0, or the day of arrival for counts that came after the hour's own row may have been erased.
    """

    __slots__ = ("arrived", "born", "changed", "copies", "counts", "evidence", "fence", "group", "held", "hour", "late")

    def __init__(self, group: Group, hour: int, arrived: int, born: int = -1) -> None:
        self.group = group
        self.hour = hour
        self.arrived = arrived
        self.fence = -1
        self.born = born
        """The offset of the first message in it."""
        self.changed = 0
        """Minutes of the hour to tell about at the next flush, a bit each."""
        self.copies: tuple[bytes, ...] = ()
        """Epochs of earlier owners under which the changelog has copies."""
        self.counts = array("I", bytes(240))
        """On-time counts, one a minute."""
        self.late: dict[int, int] | None = None
        """Late counts by minute of the hour."""
        self.evidence: list[Located] | None = None
        self.held: Held | None = None

    def total(self, minute: int) -> int:
        """All that was counted for a minute of the hour, late counts included."""
        return self.counts[minute] + (self.late.get(minute, 0) if self.late else 0)

    def take_changed(self) -> Iterator[int]:
        """The minutes of the hour that have changed since this was asked last, in order."""
        changed, self.changed = self.changed, 0
        while changed:
            lowest = changed & -changed
            yield lowest.bit_length() - 1
            changed ^= lowest

    def encode(self) -> bytes:
        """As JSON: fence, the sixty on-time counts, late counts as a flat list of minute, count."""
        value: dict[str, Any] = {"fence": self.fence, "born": self.born, "counts": self.counts.tolist()}
        if self.late:
            value["late"] = _flat(self.late)
        if self.evidence:
            value["evidence"] = self.evidence
        if self.held:
            value["held"] = self.held.encode()
        return orjson.dumps(value)

    def restore(self, value: dict[str, Any]) -> None:
        """Take over what ``encode`` wrote, already parsed."""
        self.fence, self.born = value["fence"], value["born"]
        self.counts = array("I", value["counts"])
        self.late = _paired(value["late"]) if "late" in value else None
        self.held = Held.decode(value["held"]) if "held" in value else None
        evidence = value.get("evidence")
        self.evidence = [tuple(reference) for reference in evidence] if evidence else None


def _flat(pairs: dict[int, Any]) -> list[Any]:
    return [number for pair in pairs.items() for number in pair]


def _paired(flat: list[Any]) -> dict[int, Any]:
    return dict(zip(flat[::2], flat[1::2], strict=True))

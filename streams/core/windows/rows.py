"""The rows that stage 2 keeps: for each measure and group, the sixty minute counts of one hour.

A row is a function of the log of one partition of `partial-counts`, and carries the offset of the last message in
it (its *fence*). So of two copies of a row the one with the higher fence is right, whoever wrote it, and a message is
never added twice.
"""

from __future__ import annotations

from array import array
from sys import intern
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from streams.core.windows.partials import Counts, Group

Located = tuple[int, str, int, int, int, str]
"""(minute, topic, partition, offset, index in the message, event id): where an event that was counted stands."""

EVIDENCE_A_ROW = 20
"""References kept for one hour of one rule's group."""


class Row:
    """Counts of one measure and group in one hour (hours since the epoch).

    ``arrived`` is 0, or the day of arrival for counts that came after the hour's own row may have been erased.
    """

    __slots__ = ("arrived", "changed", "copies", "counts", "evidence", "fence", "hour", "late")

    def __init__(self, hour: int, arrived: int) -> None:
        self.hour = hour
        self.arrived = arrived
        self.fence = -1
        self.changed = 0
        """Minutes of the hour to tell about at the next flush, a bit each."""
        self.copies: tuple[bytes, ...] = ()
        """Epochs of earlier owners under which the changelog has copies."""
        self.counts = array("I", bytes(240))
        """On-time counts, one a minute."""
        self.late: dict[int, int] | None = None
        """Late counts by minute of the hour."""
        self.evidence: list[Located] | None = None

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
        value: dict[str, Any] = {"fence": self.fence, "counts": self.counts.tolist()}
        if self.late:
            value["late"] = [number for pair in self.late.items() for number in pair]
        if self.evidence:
            value["evidence"] = self.evidence
        return orjson.dumps(value)

    def restore(self, value: dict[str, Any]) -> None:
        """Take over what ``encode`` wrote, already parsed."""
        self.fence = value["fence"]
        self.counts = array("I", value["counts"])
        flat = value.get("late", ())
        self.late = dict(zip(flat[::2], flat[1::2], strict=True)) if flat else None
        evidence = value.get("evidence")
        self.evidence = [tuple(reference) for reference in evidence] if evidence else None


class Series:
    """All rows of one partition of groups, by measure and group."""

    def __init__(self) -> None:
        self.measures: dict[str, dict[Group, list[Row]]] = {}
        self.size = 0
        """How many rows there are."""

    def row(self, measure: str, group: Group, hour: int, arrived: int) -> Row:
        """The row, made where there is none."""
        groups = self.measures.setdefault(measure, {})
        rows = groups.get(group)
        if rows is None:
            # Groups are kept for long, and their values come again in other groups.
            rows = groups[tuple([intern(value) if value.__class__ is str else value for value in group])] = []
        for row in reversed(rows):
            if row.hour == hour and row.arrived == arrived:
                return row
        row = Row(hour, arrived)
        rows.append(row)
        self.size += 1
        return row

    def merge(self, measure: str, group: Group, counts: Counts, source: tuple[str, int], fence: int) -> Iterable[Row]:
        """Add counts of a source partition, from the message at offset ``fence``.

        Returns the rows that it touches; they know which of their minutes. A row that has the message already stays as
        it is: its copy was safe before a crash, but what was to be told of its panes may not have been.
        """
        if len(counts.on_time) == 1 and not counts.late and not counts.evidence:
            # So are nearly all in a steady stream.
            minute, count = counts.on_time[0]
            row = self.row(measure, group, minute // 60, 0)
            if row.fence < fence:
                row.counts[minute % 60] += count
                row.fence = fence
            row.changed |= 1 << minute % 60
            return (row,)
        return self._merge(measure, group, counts, source, fence)

    def _merge(self, measure: str, group: Group, counts: Counts, source: tuple[str, int], fence: int) -> Iterable[Row]:
        touched: dict[tuple[int, int], Row] = {}

        def row_of(minute: int, arrived: int) -> Row | None:
            """The row to add to; None where it has the message, and only its panes may have to be told again."""
            key = (minute // 60, arrived)
            row = touched.get(key)
            if row is None:
                row = touched[key] = self.row(measure, group, *key)
            row.changed |= 1 << minute % 60
            return row if row.fence < fence else None

        for minute, count in counts.on_time:
            if (row := row_of(minute, 0)) is not None:
                row.counts[minute % 60] += count
        for minute, count, arrived in counts.late:
            if (row := row_of(minute, arrived)) is not None:
                row.late = row.late or {}
                row.late[minute % 60] = row.late.get(minute % 60, 0) + count
        for minute, *place in counts.evidence:
            row = touched.get((minute // 60, 0))
            if row is not None and row.fence < fence:
                _keep(row, (minute, *source, *place))
        for row in touched.values():
            row.fence = max(row.fence, fence)
        return touched.values()

    def on_time(self, measure: str, group: Group, first: int, end: int) -> int:
        """The sum of on-time counts over minutes ``[first, end)`` since the epoch."""
        total = 0
        for row in self.measures.get(measure, {}).get(group, ()):
            base = row.hour * 60
            if row.arrived == 0 and base < end and base + 60 > first:
                total += sum(row.counts[max(first - base, 0) : max(0, min(end - base, 60))])
        return total

    def evidence(self, measure: str, group: Group, first: int, end: int) -> list[Located]:
        """References kept for minutes ``[first, end)``."""
        return [
            reference
            for row in self.measures.get(measure, {}).get(group, ())
            for reference in row.evidence or ()
            if first <= reference[0] < end
        ]

    def groups(self, measure: str) -> list[Group]:
        """Groups of a measure that have rows."""
        return list(self.measures.get(measure, ()))

    def drop(self, measure: str, group: Group, row: Row) -> None:
        """Forget a row."""
        groups = self.measures[measure]
        rows = groups[group]
        rows.remove(row)
        self.size -= 1
        if not rows:
            del groups[group]


def _keep(row: Row, located: Any) -> None:
    if row.evidence is None:
        row.evidence = []
    if len(row.evidence) < EVIDENCE_A_ROW:
        row.evidence.append(located)

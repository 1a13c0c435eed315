"""All rows that stage 2 keeps for one partition of groups."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Any

from streams.core.windows.aggregates import add_amount, add_mark, aggregate_of, combine
from streams.core.windows.overflow import bucket_of, is_bucket
from streams.core.windows.row import EVIDENCE_A_ROW, Held, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from streams.core.windows.partials import Counts, Group
    from streams.core.windows.row import Located

MOST_GROUPS = 20_000
"""Groups of one measure in one hour of one partition, before others share buckets."""


class Series:
    """All rows of one partition of groups, by measure and group."""

    def __init__(self, most_groups: int = MOST_GROUPS) -> None:
        self.measures: dict[str, dict[Group, list[Row]]] = {}
        self.size = 0
        """How many rows there are."""
        self.most_groups = most_groups
        self.overflowed = 0
        """How often counts of a group had to go into a bucket since the start; for people."""
        self._population: dict[tuple[str, int, int], int] = {}
        """(measure, hour, arrived) -> rows that take part in the limit."""
        self._ahead: set[Row] = set()
        """Rows restored with messages that are still to come again: until then they don't take part."""
        self._buckets: dict[str, int] = {}
        """How many rows of buckets a measure has, where it has any."""
        self._filling: tuple[int, set[Row]] = (-1, set())
        """Buckets that take what the message at this offset brings; it may bring them several groups."""

    def row(self, measure: str, group: Group, hour: int, arrived: int, fence: int = -1) -> Row:
        """The row, made where there is none and there is room, else that of the group's bucket.

        Whether there is room depends on the log alone: on the rows born by messages up to the one at ``fence``.
        """
        groups = self.measures.setdefault(measure, {})
        rows = groups.get(group)
        if rows is not None:
            for row in reversed(rows):
                if row.hour == hour and row.arrived == arrived:
                    if self._ahead and row in self._ahead:
                        self._ahead.discard(row)
                        self._settle(measure, row)
                    return row
        if is_bucket(group):
            self._buckets[measure] = self._buckets.get(measure, 0) + 1
        else:
            population = self._population.get((measure, hour, arrived), 0)
            if population >= self.most_groups and group:
                self.overflowed += 1
                return self.row(measure, bucket_of(group), hour, arrived, fence)
            self._population[measure, hour, arrived] = population + 1
        if rows is None:
            # Groups are kept for long, and their values come again in other groups.
            group = tuple([intern(value) if value.__class__ is str else value for value in group])
            rows = groups[group] = []
        else:
            group = rows[0].group
        row = Row(group, hour, arrived, fence)
        rows.append(row)
        self.size += 1
        return row

    def _settle(self, measure: str, row: Row) -> None:
        if not is_bucket(row.group):
            key = (measure, row.hour, row.arrived)
            self._population[key] = self._population.get(key, 0) + 1

    def restored_to(self, fence: int) -> None:
        """Say that all rows are placed, and that messages after ``fence`` will come again."""
        self._population.clear()
        self._ahead.clear()
        for measure, groups in self.measures.items():
            for rows in groups.values():
                for row in rows:
                    if row.born > fence:
                        self._ahead.add(row)
                    else:
                        self._settle(measure, row)

    def merge(self, measure: str, group: Group, counts: Counts, source: tuple[str, int], fence: int) -> Iterable[Row]:
        """Add counts of a source partition, from the message at offset ``fence``.

        Returns the rows that it touches; they know which of their minutes. A row that has the message already stays as
        it is: its copy was safe before a crash, but what was to be told of its panes may not have been.
        """
        if len(counts.on_time) == 1 and not (counts.late or counts.evidence or counts.amounts):
            # So are nearly all in a steady stream.
            minute, count = counts.on_time[0]
            row = self.row(measure, group, minute // 60, 0, fence)
            if self._takes(row, fence):
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
                row = touched[key] = self.row(measure, group, *key, fence)
            row.changed |= 1 << minute % 60
            return row if self._takes(row, fence) else None

        for minute, count in counts.on_time:
            if (row := row_of(minute, 0)) is not None:
                row.counts[minute % 60] += count
        for minute, count, arrived in counts.late:
            if (row := row_of(minute, arrived)) is not None:
                row.late = row.late or {}
                row.late[minute % 60] = row.late.get(minute % 60, 0) + count
        for minute, amount, arrived in counts.amounts:
            if (row := row_of(minute, max(arrived, 0))) is not None:
                _hold(row, measure, minute % 60, amount, late=arrived >= 0)
        self._refer(touched, counts, source, fence)
        for row in touched.values():
            row.fence = max(row.fence, fence)
        return touched.values()

    def _refer(
        self, touched: Mapping[tuple[int, int], Row], counts: Counts, source: tuple[str, int], fence: int
    ) -> None:
        for minute, *place in counts.evidence:
            row = touched.get((minute // 60, 0))
            if row is not None and self._takes(row, fence):
                _keep(row, (minute, *source, *place))

    def _takes(self, row: Row, fence: int) -> bool:
        """Whether the row takes what the message at ``fence`` brings: it does not have it yet."""
        if row.fence < fence:
            if self.overflowed and is_bucket(row.group):
                if self._filling[0] != fence:
                    self._filling = (fence, set())
                self._filling[1].add(row)
            return True
        return row.fence == fence == self._filling[0] and row in self._filling[1]

    def rows(self, measure: str, group: Group, first: int, end: int, *, late: bool = False) -> Iterator[Row]:
        """Rows of a group with minutes in ``[first, end)``; those of late arrivals only where ``late``."""
        for row in self.measures.get(measure, {}).get(group, ()):
            if (late or row.arrived == 0) and row.hour * 60 < end and row.hour * 60 + 60 > first:
                yield row

    def on_time(self, measure: str, group: Group, first: int, end: int) -> int:
        """The sum of on-time counts over minutes ``[first, end)`` since the epoch."""
        total = 0
        for row in self.measures.get(measure, {}).get(group, ()):
            base = row.hour * 60
            if row.arrived == 0 and base < end and base + 60 > first:
                total += sum(row.counts[max(first - base, 0) : max(0, min(end - base, 60))])
        return total

    def total(self, measure: str, group: Group, first: int, end: int) -> int:
        """As ``on_time``, late counts included."""
        total = self.on_time(measure, group, first, end)
        for row in self.rows(measure, group, first, end, late=True):
            for minute, count in (row.late or {}).items():
                if first <= row.hour * 60 + minute < end:
                    total += count
        return total

    def amount(self, measure: str, group: Group, first: int, end: int, *, late: bool = False) -> int | float:
        """The sum, maximum or number of distinct values over minutes ``[first, end)``; ``late`` ones only if asked."""
        aggregate = aggregate_of(measure)
        if aggregate == "count":
            return (self.total if late else self.on_time)(measure, group, first, end)
        found: set[int] = set()
        amounts: list[int | float] = []
        for row in self.rows(measure, group, first, end, late=late):
            if row.held is None:
                continue
            base = row.hour * 60
            low, high = max(first - base, 0), min(end - base, 60)
            mask = (1 << high) - (1 << low)
            for held in (row.held.on_time, row.held.late) if late else (row.held.on_time,):
                if aggregate == "unique":
                    found.update(mark for mark, minutes in held.items() if minutes & mask)
                else:
                    amounts += [amount for minute, amount in held.items() if low <= minute < high]
        return len(found) if aggregate == "unique" else combine(aggregate, amounts)

    def certain(self, measure: str, group: Group, first: int, end: int, *, late: bool = False) -> bool:
        """Whether all that was counted for the group in these minutes is known to be the group's own.

        It is not where an hour had no room for the group, and its bucket counted something in these minutes, nor where
        there were more distinct values than are kept.
        """
        if aggregate_of(measure) == "unique" and any(
            row.held is not None and row.held.full for row in self.rows(measure, group, first, end)
        ):
            return False
        if not group or measure not in self._buckets:
            return True
        if is_bucket(group):
            return False
        hours = {row.hour for row in self.rows(measure, group, first, end) if row not in self._ahead}
        count = self.total if late else self.on_time
        bucket = bucket_of(group)
        return not any(
            row.hour not in hours and count(measure, bucket, max(first, row.hour * 60), min(end, row.hour * 60 + 60))
            for row in self.rows(measure, bucket, first, end, late=late)
        )

    def is_crowded(self, measure: str) -> bool:
        """Whether some hour of the measure has more groups than are kept apart."""
        return measure in self._buckets

    def evidence(self, measure: str, group: Group, first: int, end: int) -> list[Located]:
        """References kept for minutes ``[first, end)``."""
        return [
            reference
            for row in self.measures.get(measure, {}).get(group, ())
            for reference in row.evidence or ()
            if first <= reference[0] < end
        ]

    def groups(self, measure: str, first: int, end: int) -> list[Group]:
        """Groups of a measure that have rows with minutes in ``[first, end)``.

        Rows that messages to come will have made are none yet: what is judged does not depend on when a worker died.
        """
        ahead = self._ahead
        low, high = first // 60, (end - 1) // 60
        found = []
        for group, rows in self.measures.get(measure, {}).items():
            for row in reversed(rows):
                if low <= row.hour <= high and not (ahead and row in ahead):
                    found.append(group)
                    break
        return found

    def drop(self, measure: str, row: Row) -> None:
        """Forget a row."""
        groups = self.measures[measure]
        rows = groups[row.group]
        rows.remove(row)
        self.size -= 1
        if is_bucket(row.group):
            self._buckets[measure] -= 1
            if not self._buckets[measure]:
                del self._buckets[measure]
        elif row not in self._ahead:
            key = (measure, row.hour, row.arrived)
            left = self._population.pop(key, 1) - 1
            if left:
                self._population[key] = left
        self._ahead.discard(row)
        if not rows:
            del groups[row.group]


def _hold(row: Row, measure: str, minute: int, amount: Any, *, late: bool) -> None:
    if row.held is None:
        row.held = Held()
    held = row.held.late if late else row.held.on_time
    aggregate = aggregate_of(measure)
    if aggregate != "unique":
        add_amount(held, minute, amount, aggregate)
    elif not add_mark(held, minute, amount):
        row.held.full = True


def _keep(row: Row, located: Any) -> None:
    if row.evidence is None:
        row.evidence = []
    if len(row.evidence) < EVIDENCE_A_ROW:
        row.evidence.append(located)

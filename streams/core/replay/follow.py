"""History judged again just as it was judged: flush by flush, in the order that `partial-counts` has them.

Each partition of `partial-counts` says in which order stage 2 heard of which flush of which source partition, and how
far the clocks were then. The counts themselves are made anew from the source, by whichever rules are asked for.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from streams.core.replay.simulation import RecordBatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from streams.core.replay.simulation import Counted, Record, Simulation
    from streams.core.windows.partials import Partial

Source = tuple[str, int]
"""(topic, partition)"""
MOST_RECORDS = 20_000
"""Records of a gap that are counted at one go."""


class Entry(NamedTuple):
    """One message of `partial-counts`, without its counts."""

    topic: str
    partition: int
    start: int
    end: int
    opened: int
    clock: int
    sent: int

    @property
    def source(self) -> Source:
        """The source partition that it is about."""
        return self.topic, self.partition


class Follower:
    """Leads a simulation through the logs of all partitions of groups.

    ``logs`` has an iterator of entries for each partition of groups, ``records`` gives the records of a source
    partition from one offset to another (exclusive). ``ahead`` is how many entries of each log are looked at to find
    where each source partition begins, ``ends`` up to which offsets (exclusive) records are judged that no log has yet.
    """

    def __init__(
        self,
        simulation: Simulation,
        logs: Sequence[Iterator[Entry]],
        records: Callable[[Source, int, int], Sequence[Record]],
        ahead: int = 20_000,
        ends: Mapping[Source, int] | None = None,
    ) -> None:
        self._ends = ends or {}
        self._simulation = simulation
        self._records = records
        self._logs = list(logs)
        self._heads: list[deque[Entry]] = [deque() for _ in logs]
        self._at: dict[Source, int] = {}
        self._waiting: dict[tuple[int, Source], deque[Counted]] = {}
        for target in range(len(self._logs)):
            self._look_ahead(target, ahead)
        for heads in self._heads:
            for entry in heads:
                self._at[entry.source] = min(entry.start, self._at.get(entry.source, entry.start))

    def _look_ahead(self, target: int, number: int) -> None:
        heads = self._heads[target]
        while len(heads) < number and (entry := next(self._logs[target], None)) is not None:
            heads.append(entry)

    def run(self) -> Iterator[list[bytes]]:
        """The alerts of one step after the other, as JSON; a step may bring none."""
        while any(self._heads):
            moved = False
            for target in range(len(self._logs)):
                while (alerts := self._follow(target)) is not None:
                    moved = True
                    if alerts:
                        yield alerts
            if not moved:
                yield self._fill_gap()
        yield self._rest()

    def _rest(self) -> list[bytes]:
        """Judge what no log tells of any more: the newest records, and what only these rules count."""
        alerts: list[bytes] = []
        for source, end in self._ends.items():
            self._at.setdefault(source, end)
            while self._at[source] < end:
                alerts += self._count(source, min(end, self._at[source] + MOST_RECORDS))
        for (target, _), waiting in self._waiting.items():
            while waiting:
                alerts += self._simulation.deliver(target, waiting.popleft().partials[target])
        return alerts

    def _follow(self, target: int) -> list[bytes] | None:
        """Take the next entry of one log; None where another log has to go on first, or there is none."""
        heads = self._heads[target]
        if not heads:
            return None
        entry = heads[0]
        at = self._at.setdefault(entry.source, entry.start)
        if entry.start > at:
            return None
        alerts: list[bytes] = []
        if entry.end > at or entry.start == entry.end == at:
            alerts += self._count(entry.source, entry.end, entry.clock)
        heads.popleft()
        self._look_ahead(target, 1)
        return alerts + self._deliver(target, entry)

    def _count(self, source: Source, end: int, clock: int = 0) -> list[bytes]:
        """Count one flush of a source partition, for all partitions of groups; the alerts that come at once."""
        at = self._at[source]
        records = self._records(source, at, end) if end > at else ()
        counted = self._simulation.count(RecordBatch(*source, records), end, clock)
        self._at[source] = end
        for target in counted.partials:
            self._waiting.setdefault((target, source), deque()).append(counted)
        return counted.alerts

    def _deliver(self, target: int, entry: Entry) -> list[bytes]:
        """Give a partition of groups what was counted up to an entry, and then the entry itself."""
        alerts: list[bytes] = []
        waiting = self._waiting.get((target, entry.source), deque())
        while waiting and waiting[0].header.end <= entry.end:
            counted = waiting.popleft()
            partial = counted.partials[target]
            if counted.header.end == entry.end and entry.end > entry.start:
                return alerts + self._simulation.deliver(target, self._as_logged(partial, entry))
            # By these rules it counts something here that it did not by those of then.
            alerts += self._simulation.deliver(target, replace(partial, sent=entry.sent))
        empty = self._simulation.empty(entry.source, entry.start, entry.end)
        return alerts + self._simulation.deliver(target, self._as_logged(empty, entry))

    def _as_logged(self, partial: Partial, entry: Entry) -> Partial:
        return replace(
            partial, start=entry.start, end=entry.end, opened=entry.opened, clock=entry.clock, sent=entry.sent
        )

    def _fill_gap(self) -> list[bytes]:
        """Count what no log tells of: records that no rule of then counted anything of."""
        entry = min((heads[0] for heads in self._heads if heads), key=lambda entry: entry.sent)
        return self._count(entry.source, min(entry.start, self._at[entry.source] + MOST_RECORDS))

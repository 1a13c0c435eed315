"""Stage 1 for one source topic: the state of each partition between two flushes, shared by both source agents."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.boundary import Boundary
from streams.core.source.process import process
from streams.core.windows.clock import RecordClock, first_open_minute
from streams.core.windows.partials import Partial
from streams.core.windows.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.topics import Topics
    from streams.core.source.effects import Effects
    from streams.core.source.process import SourceContext
    from streams.transport.batch import Batch
    from streams.transport.consumer import Committed
    from streams.transport.flusher import Position
    from streams.transport.producer import Outbox


@dataclass(slots=True)
class Flush:
    """A closed range of one partition, on its way: counts of the offsets ``[start, end)``."""

    header: Partial
    tally: Tally


@dataclass(slots=True)
class SourcePartition:
    """One partition. ``boundary`` is what is durable; ``pinned`` the end of a flush that a predecessor had begun."""

    boundary: Boundary
    processed: int
    clock: RecordClock
    pinned: int | None
    tally: Tally = field(default_factory=Tally)
    opened: int = 0
    flush: Flush | None = None
    committed: Position | None = None
    last_batch: float = field(default_factory=time.monotonic)
    advanced: bool = False
    announced_minute: int = -1


class SourceStage:
    """Counts and emits for one source topic; keeps nothing that a successor could not recompute."""

    def __init__(self, topic: str, topics: Topics, context: SourceContext, outbox: Outbox, partitions: int) -> None:
        self.topic = topic
        self.context = context
        self.partitions: dict[int, SourcePartition] = {}
        self._topics = topics
        self._outbox = outbox
        self._group_partitions = partitions
        self.source_partitions = partitions

    def know_partitions(self, count: int) -> None:
        """Learn how many partitions the topic has: a watermark needs all of them."""
        self.source_partitions = count

    async def open(self, partition: int, committed: Committed, earliest: int) -> int:
        """Begin at the last boundary; a flush that was under way is repeated to its very end."""
        if committed.offset is None:
            boundary = Boundary(earliest, earliest, 0)
        else:
            boundary = Boundary.read(committed.offset, committed.metadata)
        pinned = boundary.end if boundary.end > boundary.start else None
        state = SourcePartition(boundary, boundary.start, RecordClock(boundary.clock), pinned)
        if committed.offset is not None:
            state.committed = (committed.offset, committed.metadata)
        self.partitions[partition] = state
        return boundary.start

    def close(self) -> None:
        """Forget all partitions."""
        self.partitions.clear()

    def cut(self, batch: Batch) -> tuple[Batch, Batch | None]:
        """A batch up to the end of a repeated flush, and the rest, which has to wait for that flush."""
        state = self.partitions.get(batch.partition)
        pinned = state.pinned if state else None
        if pinned is None or batch.end <= pinned:
            return batch, None
        return batch.until(pinned), batch.from_offset(pinned)

    def process(self, batch: Batch) -> Effects | None:
        """Process consecutive records, and send what they bring at once; None where the partition is not ours."""
        state = self.partitions.get(batch.partition)
        if state is None or state.processed != batch.start:
            return None
        if not state.opened and batch.records:
            state.opened = max(state.clock.now, batch.records[0].timestamp)
        effects = process(batch, state.clock, state.tally, self.context)
        state.processed = batch.end
        state.last_batch = time.monotonic()
        self._emit(effects)
        return effects

    def _emit(self, effects: Effects) -> None:
        topics = self._topics
        for topic, messages in (
            (topics.enriched_findings, effects.enriched_findings),
            (topics.enriched_cloudtrail, effects.enriched_cloudtrail),
            (topics.alerts, effects.alerts),
            (topics.dry_run_alerts, effects.dry_run_alerts),
        ):
            if messages:
                self._outbox.send_all(topic, messages)
        for letter in effects.dead_letters:
            self._outbox.send_with_headers(topics.dead_letters, letter.key, letter.value, letter.headers)
        self._outbox.poll()

    def begin(self) -> Mapping[int, Position]:
        """Close every partition that has something new."""
        positions = {}
        for number, state in self.partitions.items():
            if state.flush is None:
                self._close_range(number, state)
            end = state.flush.header.end if state.flush else state.pinned or state.boundary.start
            clock = state.boundary.clock
            if state.flush and state.flush.header.end == state.flush.header.start:
                clock = state.flush.header.clock
            position = (state.boundary.start, Boundary(state.boundary.start, end, clock).metadata())
            if position != state.committed and (state.flush or state.boundary.start or state.committed):
                positions[number] = position
        return positions

    def _close_range(self, number: int, state: SourcePartition) -> None:
        start, end = state.boundary.start, state.processed
        if state.pinned is not None and end < state.pinned:
            return
        if end == start and not state.advanced:
            return
        header = Partial(
            self.topic, number, self.source_partitions, start, end, state.opened or state.clock.now, state.clock.now
        )
        state.flush = Flush(header, state.tally)
        state.tally, state.opened, state.advanced, state.pinned = Tally(), 0, False, None

    def committed(self, positions: Mapping[int, Position]) -> None:
        """Note that positions are committed."""
        for number, position in positions.items():
            self.partitions[number].committed = position

    def send(self) -> None:
        """Send the counts of closed ranges; every group partition hears of a clock that reached another minute."""
        for state in self.partitions.values():
            if state.flush is None:
                continue
            header = state.flush.header
            partials = state.flush.tally.partials(
                header, self._group_partitions, self.context.retention, self.context.placement()
            )
            minute = self._minute(header.clock)
            targets = range(self._group_partitions) if minute != state.announced_minute else partials
            for target in targets:
                value = partials.get(target, header).encode()
                self._outbox.send(self._topics.partial_counts, None, value, target)
            state.announced_minute = minute

    def _minute(self, clock: int) -> int:
        # Both the clock and the watermark matter; they change minutes together where the delay is whole minutes.
        return first_open_minute(clock, 0) + first_open_minute(clock, self.context.delay)

    def checkpoint(self) -> None:
        """Nothing: the next commit says that the range is counted."""

    def done(self) -> None:
        """Move the boundary."""
        for state in self.partitions.values():
            if state.flush is not None:
                header = state.flush.header
                state.boundary = Boundary(header.end, header.end, header.clock)
                state.flush = None

    def idle(self, before: float) -> Sequence[int]:
        """Partitions in which nothing has come since ``before`` and whose clock is not of this minute."""
        this_minute = int(time.time() * 1000) // 60_000
        return [
            number
            for number, state in self.partitions.items()
            if state.last_batch < before
            and state.flush is None
            and state.processed == state.boundary.start
            and state.clock.now // 60_000 < this_minute
        ]

    def position(self, partition: int) -> int | None:
        """The offset up to which a partition was processed."""
        state = self.partitions.get(partition)
        return state.processed if state else None

    def advance(self, partition: int, instant: int) -> None:
        """Move the clock of a partition that has nothing unread."""
        state = self.partitions[partition]
        if state.clock.advance(instant):
            # At once, so that records which come before the next flush begin a range of their own: what is committed
            # with it is the clock that they are judged by.
            state.advanced = True
            self._close_range(partition, state)

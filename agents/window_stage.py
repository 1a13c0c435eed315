"""Stage 2's state for each partition of groups, written out at every flush."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from schemas.errors import GuardstreamError, Where
from streams.core.conditions.step import Share
from streams.core.windows.changelog import CHECKPOINT, encode_memory, memory_tail, restore, row_tail
from streams.core.windows.counts import pane_message, ratio_message
from streams.core.windows.rows import MOST_GROUPS
from streams.core.windows.tally import EVERYWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from schemas.topics import Topics
    from streams.core.rules.plan import Counted
    from streams.core.rules.timeline import Revision, Timeline
    from streams.core.windows.memories import MemoryKey
    from streams.core.windows.partials import Group
    from streams.core.windows.row import Row
    from streams.core.windows.state import WindowState
    from streams.transport.consumer import Committed
    from streams.transport.flusher import Position
    from streams.transport.producer import Outbox


class StateLost(GuardstreamError):  # noqa: N818 - says what happened, like the other errors here
    """Offsets say that messages were processed whose counts the changelog does not have."""


class Changelog(Protocol):
    """Reads a whole partition of a compacted topic."""

    def read(self, topic: str, partition: int) -> Iterable[tuple[bytes, bytes | None]]:
        """Key and value of every record up to the end, in order; may block."""
        ...


Ratio = tuple[str, str, dict[str, str | None], tuple[int, int], dict[str, Any]]
"""(rule, definition, group, span in minutes, measured)"""


@dataclass(slots=True)
class WindowPartition:
    """One partition of groups. ``durable`` is the fence of the last acknowledged checkpoint."""

    number: int
    share: Share
    epoch: bytes
    state: WindowState
    durable: int
    copies: dict[bytes, tuple[bytes, ...]]
    """Epochs under which earlier owners left copies of memories and checkpoints, by the key without its epoch."""
    committed: Position | None = None
    ratios: list[Ratio] = field(default_factory=list)
    sent: dict[str, Any] | None = None
    forgotten: list[MemoryKey] = field(default_factory=list)
    """Memories that the flush under way writes as forgotten."""
    superseded: dict[bytes, None] = field(default_factory=dict)
    """Keys of records to erase, once what takes their place is acknowledged."""
    swept_hour: int = -1


class WindowStage:
    """The rows of all partitions of groups that this worker owns."""

    def __init__(  # noqa: PLR0913 - all that the stage is put together from, once, in wiring
        self,
        topics: Topics,
        timeline: Timeline,
        outbox: Outbox,
        changelog: Changelog,
        *,
        partitions: int,
        retention: int,
        most_groups: int = MOST_GROUPS,
    ) -> None:
        self.topic = topics.partial_counts
        self.partitions: dict[int, WindowPartition] = {}
        self._topics = topics
        self._outbox = outbox
        self._changelog = changelog
        self._count = partitions
        # One is read while another is put together; more at once would only take more memory.
        self._restoring = asyncio.Semaphore(2)
        self._retention = retention
        self._most_groups = most_groups
        self._timeline = timeline
        self._measures: dict[str, Counted] = {}
        self._known_revision: Revision | None = None

    def know_partitions(self, count: int) -> None:
        """Nothing to do: how many there are is a setting, and checked at start."""

    async def open(self, partition: int, committed: Committed, earliest: int) -> int:
        """Restore the partition's rows, and go on after the checkpoint."""
        async with self._restoring:
            records = self._changelog.read(self._topics.rows, partition)
            restored = await asyncio.to_thread(restore, records, self._most_groups)
        if not restored.has_checkpoint and committed.offset:
            message = (
                f"offset {committed.offset} is committed, but {self._topics.rows} has no checkpoint: the changelog was "
                f"deleted or truncated. Restore it, or start anew with another GUARDSTREAM_APP_ID and topic prefix"
            )
            raise StateLost(message, Where(topic=self.topic, partition=partition))
        state = restored.state
        owned = WindowPartition(
            partition,
            Share(partition, self._count),
            uuid.uuid4().hex[:8].encode(),
            state,
            state.fence,
            restored.copies,
        )
        if committed.offset is not None:
            owned.committed = (committed.offset, committed.metadata)
        self.partitions[partition] = owned
        return state.fence + 1 if restored.has_checkpoint else earliest

    def close(self) -> None:
        """Forget all partitions."""
        self.partitions.clear()

    def begin(self) -> Mapping[int, Position]:
        """The positions of checkpoints that are durable; also for a partition that has something to write.

        The commit tells whether this worker still is a member: if not, nothing of its rows is written.
        """
        positions = {}
        for number, owned in self.partitions.items():
            position = (owned.durable + 1, "")
            if owned.state.fence > owned.durable or (owned.durable >= 0 and position != owned.committed):
                positions[number] = position
        return positions

    def committed(self, positions: Mapping[int, Position]) -> None:
        """Note that positions are committed."""
        for number, position in positions.items():
            self.partitions[number].committed = position

    def send(self) -> None:
        """Send changed rows, panes, memories and ratios."""
        for owned in self.partitions.values():
            if owned.state.fence > owned.durable:
                self._send_changes(owned)

    def _send_changes(self, owned: WindowPartition) -> None:
        state = owned.state
        rows, state.changed_rows = state.changed_rows, {}
        memories = state.memories.take_changed()
        owned.sent = state.checkpoint()
        for (measure, group, hour, arrived), row in rows.items():
            tail = row_tail(measure, group, hour, arrived)
            self._write(owned, tail, row.encode(), row.copies)
            row.copies = ()
            self._tell_panes(owned, measure, group, row)
        owned.forgotten = [key for key in memories if state.memories.get(*key) is None]
        for key, before in memories.items():
            value = encode_memory(state.fence, state.memories.get(*key), owned.durable, before)
            tail = memory_tail(*key)
            self._write(owned, tail, value, owned.copies.pop(tail, ()))
        for rule, definition, named, span, measured in owned.ratios:
            message = ratio_message(rule, definition, named, span, measured, state.fence)
            self._outbox.send(self._topics.window_counts, *message, owned.number)
        owned.ratios.clear()
        self._sweep(owned)

    def _tell_panes(self, owned: WindowPartition, measure: str, group: Group, row: Row) -> None:
        name, keys, everywhere = self._told(measure, group)
        changed = row.take_changed()
        if everywhere and not owned.share.holds(group):
            return
        for minute in changed:
            message = pane_message(name, measure, keys, group, row, minute)
            self._outbox.send(self._topics.window_counts, *message, owned.number)

    def _told(self, measure: str, group: Group) -> tuple[str, Sequence[str], bool]:
        """A measure's name, the names of its keys, and whether every partition has it."""
        newest = self._timeline.revisions[-1]
        if newest is not self._known_revision:
            self._known_revision = newest
            self._measures = {
                name: counted
                for revision in self._timeline.revisions
                for name, counted in revision.plan.counted.items()
            }
        counted = self._measures.get(measure)
        if counted is None:
            return measure, [str(place) for place in range(len(group))], False
        return counted.name, [key.name for key in counted.group_by], newest.plan.placement.get(measure) == EVERYWHERE

    def _write(self, owned: WindowPartition, tail: bytes, value: bytes, copies: tuple[bytes, ...]) -> None:
        """Write a record under our epoch; its ``copies`` under others are erased once it is acknowledged."""
        key = owned.epoch + tail
        owned.superseded.pop(key, None)
        owned.superseded.update(dict.fromkeys(epoch + tail for epoch in copies))
        self._outbox.send(self._topics.rows, key, value, owned.number)

    def _erase(self, owned: WindowPartition, tail: bytes, copies: tuple[bytes, ...]) -> None:
        owned.superseded.update(dict.fromkeys(epoch + tail for epoch in (owned.epoch, *copies)))

    def _sweep(self, owned: WindowPartition) -> None:
        """Erase what is too old, once an hour of the slowest clock."""
        clocks = [clock for sources in owned.state.sources.values() if (clock := sources.clock()) is not None]
        hour = min(clocks, default=0) // 3_600_000
        if hour == owned.swept_hour:
            return
        owned.swept_hour = hour
        kept: dict[str, int] = {}
        for revision in self._timeline.revisions:
            for name, age in revision.plan.retention.items():
                kept[name] = max(age, kept.get(name, 0))
        for measure, group, row in owned.state.expired(kept, self._retention, owned.durable):
            owned.state.series.drop(measure, row)
            self._erase(owned, row_tail(measure, group, row.hour, row.arrived), row.copies)

    def checkpoint(self) -> None:
        """Send what says that all before is acknowledged; older copies are erased after their successors are safe."""
        for owned in self.partitions.values():
            if owned.sent is None:
                continue
            self._write(owned, CHECKPOINT, orjson.dumps(owned.sent), owned.copies.pop(CHECKPOINT, ()))
            for key in owned.superseded:
                self._outbox.send(self._topics.rows, key, None, owned.number)
            owned.superseded.clear()

    def done(self) -> None:
        """Note what is durable."""
        for owned in self.partitions.values():
            if owned.sent is not None:
                owned.durable = owned.sent["fence"]
                owned.sent = None
                # That something is forgotten is durable now, and then need not be said.
                for key in owned.forgotten:
                    if key not in owned.state.memories.changed:
                        tail = memory_tail(*key)
                        self._erase(owned, tail, owned.copies.pop(tail, ()))
                owned.forgotten = []

    def idle(self, before: float) -> Sequence[int]:  # noqa: ARG002 - stage 2 has no clock of its own
        """None: stage 2 takes its time from stage 1's messages."""
        return ()

    def position(self, partition: int) -> int | None:
        """The offset up to which a partition was processed."""
        owned = self.partitions.get(partition)
        return owned.state.fence + 1 if owned else None

    def advance(self, partition: int, instant: int) -> None:
        """Nothing to do."""

    def note_ratio(self, owned: WindowPartition, rule: str, group: Group, keys: Sequence[str], ratio: Any) -> None:
        """Remember a ratio for the next flush; ``ratio`` is (definition, span, measured)."""
        definition, span, measured = ratio
        owned.ratios.append((rule, definition, dict(zip(keys, group, strict=True)), span, measured))

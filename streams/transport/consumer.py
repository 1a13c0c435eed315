"""Faust's aiokafka consumer, handing an agent all records of one partition that one fetch brought, as one event.

Stock Faust spends 120 microseconds an event before an agent's first line, and keeps offsets in a way that loses events
when workers are killed. This subclass keeps Faust's API and takes both over: a fetch becomes a few batches, and where
each partition starts, and what was committed, is decided by the ``Ledger`` that the application installs.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from aiokafka.consumer import fetcher
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import ack_lock
from mode.utils.futures import notify

from streams.transport.batch import Batch, split
from streams.transport.fetching import ConsumerThread, RawRecords

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faust.types import Message

LONGEST_STALL = 15.0
"""Seconds for which a fetched batch may wait for its turn."""

SCHEME = "guardstream"
"""The URL scheme under which the transport is registered with Faust."""


@dataclass(frozen=True, slots=True)
class Committed:
    """What the group last committed for a partition; ``offset`` is None before the first commit."""

    offset: int | None
    metadata: str


class Ledger(Protocol):
    """Who decides where partitions start, and is told when they come and go."""

    batch_records: int
    batch_bytes: int
    consumer: BatchConsumer
    """Set by the consumer when it is made."""

    def know_partitions(self, counts: Mapping[str, int]) -> None:
        """Learn how many partitions each topic has."""
        ...

    async def end_session(self) -> None:
        """Stop processing and sending; return when nothing is under way any more."""
        ...

    async def starts(self, committed: Mapping[TP, Committed], earliest: Mapping[TP, int]) -> Mapping[TP, int]:
        """Begin a session over exactly these partitions; the offset at which each begins."""
        ...

    async def before_revocation(self) -> None:
        """Write out what can be written before the partitions go to others."""
        ...


class BatchConsumer(driver.Consumer):
    """A consumer whose every message is a ``Batch``, checked for contiguity, committed only by the ledger."""

    ledger: Ledger

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fetcher.PartitionRecords = RawRecords
        self.ledger = self.app.ledger  # type: ignore[attr-defined]  # Our own App has it.
        self.ledger.consumer = self
        self.next_fetched: dict[TP, int] = {}
        self.next_processed: dict[TP, int] = {}
        self.holes = 0
        self._seeking = asyncio.Lock()
        self._to_seek: dict[TP, int] = {}
        self._sought_for: dict[TP, int] = {}
        self._last_progress: dict[TP, tuple[int, float]] = {}

    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Mapping[TP, list[Any]]:  # noqa: ASYNC109 - Faust's signature
        # Faust has one fetch at a time, so no seek is carried out during a fetch, and a fetch begins where it should:
        # what its records leave out then was removed by compaction. A seek that is asked for meanwhile voids the fetch.
        await self._carry_out_seeks()
        records = await super()._getmany(active_partitions, timeout)
        return {
            TP(*tp): self._messages(TP(*tp), fetched)
            for tp, fetched in records.items()
            if fetched and TP(*tp) not in self._to_seek and TP(*tp) in self.next_fetched
        }

    def _messages(self, tp: TP, records: list[Any]) -> list[Any]:
        batches = split(tp, records, self.next_fetched[tp], self.ledger.batch_records, self.ledger.batch_bytes)
        self.next_fetched[tp] = batches[-1].end
        return [_Carrier(batch) for batch in batches]

    async def perform_seek(self) -> None:
        """Start every assigned partition where the ledger says, forgetting all that was under way."""
        # Faust seeks after a rebalance, the flusher after a failed send; one after the other gives whole sessions.
        async with self._seeking:
            await self._perform_seek()

    async def _perform_seek(self) -> None:
        # A flush under way may still commit; what is committed is read after it.
        self.next_processed.clear()
        await self.ledger.end_session()
        partitions = self.assignment()
        committed = await self._thread.call_thread(self._fetch_committed, partitions)
        earliest = {TP(*tp): offset for tp, offset in (await self.earliest_offsets(*partitions)).items()}
        topics = {tp.topic for tp in partitions}
        self.ledger.know_partitions({topic: count for topic in topics if (count := self.topic_partitions(topic))})
        starts = await self.ledger.starts(committed, earliest)
        self.next_fetched.clear()
        self._sought_for.clear()
        self._to_seek.clear()
        for tp, offset in starts.items():
            self._restart_at(tp, offset)
            self.next_processed[tp] = offset

    def _restart_at(self, tp: TP, offset: int) -> None:
        self._to_seek[tp] = offset
        self.next_fetched[tp] = offset
        self._read_offset[tp] = None

    async def _carry_out_seeks(self) -> None:
        if self._to_seek:
            wanted, self._to_seek = self._to_seek, {}
            await self._thread.call_thread(self._seek_all, wanted)

    async def _seek_all(self, wanted: Mapping[TP, int]) -> None:
        consumer = self._thread._ensure_consumer()  # noqa: SLF001
        for tp, offset in wanted.items():
            # A partition that has gone to others meanwhile needs no seek.
            with suppress(IllegalStateError):
                consumer.seek(TopicPartition(*tp), offset)

    async def _fetch_committed(self, partitions: set[TP]) -> dict[TP, Committed]:
        # aiokafka's public `committed` leaves the metadata out.
        coordinator = self._thread._ensure_consumer()._coordinator  # noqa: SLF001
        found = await coordinator.fetch_committed_offsets([TopicPartition(*tp) for tp in partitions])
        committed = {TP(*tp): value for tp, value in found.items()}
        return {
            tp: Committed(value.offset, value.metadata)
            if (value := committed.get(tp)) is not None and value.offset >= 0
            else Committed(None, "")
            for tp in partitions
        }

    def accept(self, batch: Batch) -> Batch | None:
        """The part of ``batch`` that comes next in its partition, or None where nothing of it does.

        A batch that begins later than expected is a hole (Faust dropped something in between): the partition is read
        again from where processing stands.
        """
        tp = TP(batch.topic, batch.partition)
        expected = self.next_processed.get(tp)
        if expected is None or batch.end <= expected:
            return None
        if batch.start > expected:
            if self._sought_for.get(tp) != expected:
                self._sought_for[tp] = expected
                self.holes += 1
                self._restart_at(tp, expected)
            return None
        self._sought_for.pop(tp, None)
        return batch if batch.start == expected else batch.from_offset(expected)

    def mend_stalls(self) -> None:
        """Read again what was fetched and never came: Faust may drop batches in between, and a hole be the last."""
        now = time.monotonic()
        for tp, expected in list(self.next_processed.items()):
            known, since = self._last_progress.get(tp, (-1, now))
            if known != expected or self.next_fetched.get(tp, expected) <= expected:
                self._last_progress[tp] = (expected, now)
            elif now - since > LONGEST_STALL:
                self.log.warning("%s: offset %s was fetched but never came; reading it again", tp, expected)
                self._last_progress[tp] = (expected, now)
                self._restart_at(tp, expected)

    def processed(self, batch: Batch) -> None:
        """Note that all of ``batch`` was processed."""
        self.next_processed[TP(batch.topic, batch.partition)] = batch.end

    async def commit_positions(self, positions: Mapping[TP, tuple[int, str]]) -> bool:
        """Commit offsets with their metadata, as this member of this generation; False where it is no longer one."""
        return bool(await self._thread.call_thread(self._commit_positions, dict(positions)))

    async def _commit_positions(self, positions: Mapping[TP, tuple[int, str]]) -> bool:
        offsets = {TopicPartition(*tp): OffsetAndMetadata(*position) for tp, position in positions.items()}
        try:
            await self._thread._ensure_consumer().commit(offsets)  # noqa: SLF001
        except (CommitFailedError, IllegalStateError) as error:
            self.log.info("Not committed, partitions have gone to others: %s", error)
            return False
        except KafkaError as error:
            if not error.retriable:
                raise
            self.log.warning("Not committed, will try again: %r", error)
            return False
        now = time.monotonic()
        self._thread.tp_last_committed_at.update(dict.fromkeys(positions, now))
        self._committed_offset.update({tp: offset for tp, (offset, _) in positions.items()})
        return True

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Let the ledger finish, then forget the partitions."""
        await super().on_partitions_revoked(revoked)
        if not self.app.should_stop:
            await self.ledger.before_revocation()
        self.next_processed.clear()

    async def on_stop(self) -> None:
        """Let the ledger finish before the consumer leaves the group."""
        await self.ledger.before_revocation()
        self.next_processed.clear()
        await super().on_stop()

    def ack(self, message: Message) -> bool:
        """Mark a batch's message as done; offsets are the ledger's business."""
        with ack_lock:
            if message.acked:
                return False
            message.acked = True
            self._unacked_messages.discard(message)
            notify(self._waiting_for_ack)
            return True

    async def commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:  # noqa: ARG002, FBT001, FBT002
        """Do nothing: Faust commits at moments of its own, the ledger at its barriers."""
        return False

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Ignore gaps between the offsets of batches, which Faust takes for messages that it missed."""

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Leave out Faust's watch for stalled partitions, which counts messages; the metrics show lag instead."""


class _Carrier:
    """What Faust takes for one Kafka record, and carries a batch."""

    __slots__ = ("offset", "partition", "timestamp", "timestamp_type", "topic", "value")
    key = None
    headers = ()
    checksum = None
    serialized_key_size = 0
    serialized_value_size = 0

    def __init__(self, batch: Batch) -> None:
        last = batch.records[-1]
        self.topic = batch.topic
        self.partition = batch.partition
        self.offset = last.offset
        self.timestamp = last.timestamp
        self.timestamp_type = last.timestamp_type
        self.value = batch


class Transport(driver.Transport):
    """Faust's aiokafka transport with the batching consumer."""

    Consumer = BatchConsumer

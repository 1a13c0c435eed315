"""What the topics still have of the past: source records by offset, and the flushes by which they were judged."""

from __future__ import annotations

import logging
import time
from collections import deque
from typing import TYPE_CHECKING, Any

import orjson
from confluent_kafka import Consumer, KafkaException, TopicPartition

from schemas.errors import GuardstreamError, Where
from streams.adapters.kafka_security import confluent_options
from streams.core.replay.follow import Entry
from streams.core.replay.simulation import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from streams.settings import Settings

PATIENCE = 30.0
"""Seconds for which the broker may say nothing."""
_AT_ONCE = 5_000
_POLL = 0.2


class PartitionReader:
    """Reads one partition forward by a consumer of its own, outside of any group, up to where it ends at the start."""

    def __init__(self, settings: Settings, topic: str, partition: int) -> None:
        self.topic = topic
        self.partition = partition
        options = {
            **confluent_options(settings),
            "group.id": "guardstream-replay",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": 20,
            "queued.max.messages.kbytes": 16_384,
        }
        self._consumer = Consumer(options, logger=logging.getLogger("guardstream.replay"))
        self._at = TopicPartition(topic, partition)
        try:
            self.first, self.end = self._consumer.get_watermark_offsets(self._at, timeout=PATIENCE)
        except KafkaException as error:
            message = f"the topic can't be read: {error.args[0].str()}"
            raise GuardstreamError(message, Where(topic=topic, partition=partition)) from error
        self._held: deque[Any] = deque()
        self._position = -1

    def offset_at(self, instant: int) -> int:
        """The first offset whose record is not older than an instant (epoch ms)."""
        [found] = self._consumer.offsets_for_times(
            [TopicPartition(self.topic, self.partition, instant)], timeout=PATIENCE
        )
        return found.offset if found.offset >= 0 else self.end

    def begins(self) -> int | None:
        """When its oldest message was sent, epoch ms; None where it is empty."""
        oldest = self.read(self.first, self.first + 1)
        return oldest[0].timestamp()[1] if oldest else None

    def read(self, start: int, end: int) -> list[Any]:
        """The messages from one offset to another (exclusive); those that have expired are left out."""
        start = max(start, self.first)
        end = min(end, self.end)
        if start >= end:
            return []
        # What lies far ahead is gone to at once; reading all that is before it would take long.
        near = self._position - len(self._held) <= start <= self._position + _AT_ONCE
        if self._position < 0 or not near:
            self._held.clear()
            self._consumer.assign([TopicPartition(self.topic, self.partition, start)])
            self._position = start
        self._fill(end)
        found = []
        while self._held and self._held[0].offset() < end:
            message = self._held.popleft()
            if message.offset() >= start:
                found.append(message)
        return found

    def _fill(self, end: int) -> None:
        heard = time.monotonic()
        while self._position < end:
            # Of more than there are it would wait for the rest until the time is over.
            messages = self._consumer.consume(min(end - self._position, _AT_ONCE), timeout=_POLL)
            for message in messages:
                error = message.error()
                if error is None:
                    self._held.append(message)
                elif not error.retriable():
                    raise GuardstreamError(f"it can't be read: {error.str()}", Where(self.topic, self.partition))
            [here] = self._consumer.position([self._at])
            # Compaction and transactions leave holes, also at the end.
            self._position = max(self._position, here.offset)
            if messages:
                heard = time.monotonic()
            elif time.monotonic() - heard > PATIENCE:
                message_text = f"the broker sent nothing for {PATIENCE:.0f} s"
                raise GuardstreamError(message_text, Where(topic=self.topic, partition=self.partition))

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()


def reach_of(readers: Iterable[PartitionReader]) -> int | None:
    """Since when nothing has expired from any of the partitions, epoch ms; None where they never had anything.

    A partition that begins at offset 0 has all that it ever had; if all do, it is when the oldest of them began.
    """
    begun = [(reader.first, at) for reader in readers if (at := reader.begins()) is not None]
    expired = [at for first, at in begun if first]
    return max(expired) if expired else min((at for _, at in begun), default=None)


class History:
    """The ``inputs`` and the logs of flushes, opened for reading, of a ``span`` of time (epoch ms).

    ``progress`` hears of each number of records read.
    """

    def __init__(
        self,
        settings: Settings,
        inputs: Collection[str],
        span: tuple[int | None, int | None] = (None, None),
        progress: Callable[[int], None] | None = None,
    ) -> None:
        topics = settings.topics()
        self.of = {topic: partitions_of(settings, topic) for topic in inputs}
        self._sources = {
            (topic, number): PartitionReader(settings, topic, number)
            for topic, count in self.of.items()
            for number in range(count)
        }
        self._logs = [PartitionReader(settings, topics.partial_counts, number) for number in range(settings.partitions)]
        self._since, self._until = span
        self._progress = progress or (lambda _number: None)
        self.expired = 0
        """Records that the flushes tell of, and the sources have no more."""

    @property
    def total(self) -> int:
        """About how many records there are to read."""
        return sum(
            reader.end - (reader.first if self._since is None else reader.offset_at(self._since))
            for reader in self._sources.values()
        )

    def reach(self) -> int | None:
        """Since when nothing has expired, epoch ms, of what is read here; None where nothing was ever written."""
        return reach_of([*self._sources.values(), *self._logs])

    @property
    def ends(self) -> dict[tuple[str, int], int]:
        """Where each source partition ended when it was opened; nothing where an end of time is asked for."""
        if self._until is not None:
            return {}
        return {source: reader.end for source, reader in self._sources.items()}

    def logs(self) -> list[Iterator[Entry]]:
        """The entries of each partition of groups, in order."""
        return [self._entries(reader) for reader in self._logs]

    def _entries(self, reader: PartitionReader) -> Iterator[Entry]:
        at = reader.first if self._since is None else reader.offset_at(self._since)
        while at < reader.end:
            for message in reader.read(at, at + _AT_ONCE):
                entry = _entry(message)
                # A partition of the source may have lagged behind others: what is past the end is left out one by one.
                if entry.topic in self.of and (self._until is None or entry.clock <= self._until):
                    yield entry
            at += _AT_ONCE

    def records(self, source: tuple[str, int], start: int, end: int) -> Sequence[Record]:
        """The records of a source partition from one offset to another (exclusive)."""
        reader = self._sources[source]
        self.expired += max(0, min(end, reader.first) - start)
        messages = reader.read(start, end)
        self._progress(len(messages))
        return [Record(one.offset(), one.timestamp()[1], one.key(), one.value()) for one in messages]

    def close(self) -> None:
        """Leave the broker."""
        for reader in (*self._sources.values(), *self._logs):
            reader.close()


def partitions_of(settings: Settings, topic: str) -> int:
    """How many partitions a topic has; raises GuardstreamError where there is no topic, or no broker answers."""
    consumer = Consumer({**confluent_options(settings), "group.id": "guardstream-replay"})
    try:
        found = consumer.list_topics(topic, timeout=PATIENCE).topics[topic]
    except KafkaException as error:
        message = f"no Kafka broker answers at {settings.bootstrap_servers}: {error.args[0].str()}"
        raise GuardstreamError(message) from error
    finally:
        consumer.close()
    if found.error is not None or not found.partitions:
        message = "this topic does not exist. Create all topics with `guardstream topics create`."
        raise GuardstreamError(message, Where(topic=topic))
    return len(found.partitions)


def _entry(message: Any) -> Entry:
    value = orjson.loads(message.value())
    topic, partition, _ = value["source"]
    start, end = value["range"]
    opened, clock = value["clock"]
    return Entry(topic, partition, start, end, opened, clock, message.timestamp()[1])

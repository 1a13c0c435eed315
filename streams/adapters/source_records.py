"""The records of one input that arrived in a span of time, partition by partition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.adapters.history import PartitionReader, partitions_of, reach_of
from streams.core.replay.simulation import Record, RecordBatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.settings import Settings

_AT_ONCE = 2_000


class SourceRecords:
    """What a ``topic`` has from one instant until another (epoch ms); close it when all is read."""

    def __init__(self, settings: Settings, topic: str, span: tuple[int, int]) -> None:
        self.topic = topic
        self.of = partitions_of(settings, topic)
        self._readers = [PartitionReader(settings, topic, number) for number in range(self.of)]
        since, until = span
        begun = reach_of([reader for reader in self._readers if reader.first])
        self.known_from = since if begun is None else max(since, begun)
        """Since when nothing has expired from any partition, epoch ms, and at most what was asked for."""
        self._bounds = [(reader.offset_at(since), reader.offset_at(until)) for reader in self._readers]

    @property
    def total(self) -> int:
        """How many records there are to read."""
        return sum(end - start for start, end in self._bounds)

    def batches(self) -> Iterator[RecordBatch]:
        """All records, a partition after the other, each in order."""
        for reader, (start, end) in zip(self._readers, self._bounds, strict=True):
            for begin in range(start, end, _AT_ONCE):
                messages = reader.read(begin, min(begin + _AT_ONCE, end))
                records = [Record(one.offset(), one.timestamp()[1], one.key(), one.value()) for one in messages]
                if records:
                    yield RecordBatch(self.topic, reader.partition, records)

    def close(self) -> None:
        """Leave the broker."""
        for reader in self._readers:
            reader.close()

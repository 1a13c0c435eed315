"""The unit that an agent processes: consecutive records of one partition."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import dropwhile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Batch:
    """Records ``[start, end)`` of one partition.

    ``start`` is where the fetch was expected to begin, not the first record's offset: compaction and transaction
    markers leave holes that are none. ``records`` are aiokafka's (``offset``, ``timestamp`` in ms, ``key``, ``value``).
    """

    topic: str
    partition: int
    start: int
    end: int
    records: Sequence[Any]

    def from_offset(self, offset: int) -> Batch:
        """The part of the batch that begins at ``offset``."""
        rest = list(dropwhile(lambda record: record.offset < offset, self.records))
        return Batch(self.topic, self.partition, offset, self.end, rest)

    def until(self, offset: int) -> Batch:
        """The part of the batch that ends before ``offset``."""
        head = [record for record in self.records if record.offset < offset]
        return Batch(self.topic, self.partition, self.start, offset, head)


def split(tp: tuple[str, int], records: Sequence[Any], start: int, most: int, most_bytes: int) -> list[Batch]:
    """Cut one fetch of one partition into batches of at most ``most`` records and about ``most_bytes`` bytes."""
    topic, partition = tp
    batches: list[Batch] = []
    pending: list[Any] = []
    size = 0
    for record in records:
        pending.append(record)
        size += len(record.value or b"")
        if len(pending) >= most or size >= most_bytes:
            batches.append(Batch(topic, partition, start, record.offset + 1, pending))
            start, pending, size = record.offset + 1, [], 0
    if pending:
        batches.append(Batch(topic, partition, start, pending[-1].offset + 1, pending))
    return batches

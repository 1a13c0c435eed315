"""Which part of a batch comes next, decided by offsets alone; the connection behind it is a hand-written fake."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from faust.types import TP

from streams.transport.batch import Batch
from streams.transport.consumer import BatchConsumer
from tests.agents.fakes import Record

HERE = TP("t", 0)


class FakeThread:
    """Writes down where the consumer was told to read."""

    def __init__(self) -> None:
        self.sought: list[tuple[str, int, int]] = []

    def seek(self, tp: tuple[str, int], offset: int) -> None:
        self.sought.append((*tp, offset))


class Consumer(BatchConsumer):
    """A consumer that processed everything before offset 10 of one partition, and is connected to nothing."""

    def __init__(self) -> None:
        self.thread = FakeThread()
        self._thread: Any = self.thread
        self.next_processed = {HERE: 10}
        self.next_fetched = {}
        self.holes = 0
        self._sought_for = {}
        self._seeks = Counter()
        self._read_offset = {}


def batch(start: int, end: int, topic: str = "t") -> Batch:
    return Batch(topic, 0, start, end, [Record(offset, 0, None) for offset in range(start, end)])


@pytest.fixture
def consumer() -> Consumer:
    return Consumer()


def accept(consumer: Consumer, *batches: Batch) -> list[Batch | None]:
    async def scene() -> list[Batch | None]:
        return [await consumer.accept(one) for one in batches]

    return asyncio.run(scene())


def test_the_batch_that_comes_next_is_taken_whole(consumer: Consumer) -> None:
    assert accept(consumer, batch(10, 15)) == [batch(10, 15)]
    consumer.processed(batch(10, 15))
    assert consumer.next_processed == {HERE: 15}


def test_what_was_processed_is_not_taken_again_and_the_rest_of_a_batch_is(consumer: Consumer) -> None:
    assert accept(consumer, batch(5, 10), batch(5, 12)) == [None, batch(10, 12)]
    assert consumer.holes == 0


def test_a_hole_makes_the_partition_be_read_again_once_however_many_batches_lie_behind_it(consumer: Consumer) -> None:
    assert accept(consumer, batch(12, 15), batch(15, 20)) == [None, None]
    assert consumer.holes == 1
    assert consumer.thread.sought == [("t", 0, 10)]
    assert consumer.next_fetched == {HERE: 10}
    assert accept(consumer, batch(10, 12)) == [batch(10, 12)]
    assert accept(consumer, batch(12, 15)) == [None]
    assert consumer.holes == 2


def test_a_batch_of_a_partition_that_has_gone_is_dropped(consumer: Consumer) -> None:
    assert accept(consumer, batch(0, 5, topic="other")) == [None]
    assert consumer.thread.sought == []

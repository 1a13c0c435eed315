"""Which part of a batch comes next, decided by offsets alone; the connection behind it is a hand-written fake."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import pytest
from faust.types import TP

from streams.transport.batch import Batch
from streams.transport.consumer import LONGEST_STALL, BatchConsumer
from tests.agents.fakes import Record

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

HERE = TP("t", 0)


class FakeClient:
    """Notes where it was told to read."""

    def __init__(self) -> None:
        self.sought: list[tuple[str, int, int]] = []

    def seek(self, tp: tuple[str, int], offset: int) -> None:
        self.sought.append((*tp, offset))


class FakeThread:
    """Runs at once what the consumer wants run in its thread; a fetch brings what ``fetched`` returns."""

    def __init__(self) -> None:
        self.client = FakeClient()
        self.fetched: Callable[[], list[Record]] = list

    def _ensure_consumer(self) -> FakeClient:
        return self.client

    async def call_thread(self, function: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
        return await function(*arguments)

    async def getmany(self, _partitions: Any, _timeout: float) -> dict[TP, list[Record]]:
        await asyncio.sleep(0)
        return {HERE: self.fetched()}


class FakeLedger:
    """How large batches may be."""

    batch_records = 100
    batch_bytes = 10_000


class Consumer(BatchConsumer):
    """A consumer that processed everything before offset 10 of one partition, and is connected to nothing."""

    def __init__(self) -> None:
        self.thread = FakeThread()
        self._thread: Any = self.thread
        self.ledger: Any = FakeLedger()
        self.log: Any = logging.getLogger("fake")
        self.next_processed = {HERE: 10}
        self.next_fetched = {}
        self.holes = 0
        self._sought_for = {}
        self._to_seek = {}
        self._read_offset = {}
        self._last_progress = {}

    def fetch(self) -> list[tuple[int, int]]:
        """Fetch once; the ranges of the batches that came."""
        carriers = asyncio.run(self._getmany(None, 0)).get(HERE, [])
        return [(one.value.start, one.value.end) for one in carriers]


def batch(start: int, end: int, topic: str = "t") -> Batch:
    return Batch(topic, 0, start, end, records(start, end))


def records(start: int, end: int) -> list[Record]:
    return [Record(offset, 0, None) for offset in range(start, end)]


@pytest.fixture
def consumer() -> Consumer:
    return Consumer()


def accept(consumer: Consumer, *batches: Batch) -> list[Batch | None]:
    return [consumer.accept(one) for one in batches]


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
    assert consumer.next_fetched == {HERE: 10}
    consumer.thread.fetched = lambda: records(10, 12)
    assert consumer.fetch() == [(10, 12)]
    assert consumer.thread.client.sought == [("t", 0, 10)]
    assert accept(consumer, batch(10, 12)) == [batch(10, 12)]
    assert accept(consumer, batch(12, 15)) == [None]
    assert consumer.holes == 2


def test_a_fetch_during_which_a_seek_was_asked_for_is_void_and_the_next_begins_where_it_should(
    consumer: Consumer,
) -> None:
    consumer.next_fetched = {HERE: 20}

    def meanwhile() -> list[Record]:
        assert accept(consumer, batch(15, 20)) == [None]
        return records(20, 25)

    consumer.thread.fetched = meanwhile
    assert consumer.fetch() == []
    consumer.thread.fetched = lambda: records(10, 13)
    assert consumer.fetch() == [(10, 13)]
    assert consumer.thread.client.sought == [("t", 0, 10)]


def test_what_compaction_removed_is_no_hole(consumer: Consumer) -> None:
    consumer.next_fetched = {HERE: 10}
    consumer.thread.fetched = lambda: records(14, 16)
    assert consumer.fetch() == [(10, 16)]
    assert consumer.next_fetched == {HERE: 16}


def test_what_was_fetched_and_never_came_is_read_again_after_a_while(
    consumer: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("streams.transport.consumer.time.monotonic", lambda: now)
    consumer.next_fetched = {HERE: 20}
    consumer.mend_stalls()
    now += LONGEST_STALL - 1
    consumer.mend_stalls()
    assert consumer.next_fetched == {HERE: 20}
    now += 2
    consumer.mend_stalls()
    assert consumer.next_fetched == {HERE: 10}
    consumer.thread.fetched = lambda: records(10, 20)
    assert consumer.fetch() == [(10, 20)]


def test_a_batch_of_a_partition_that_has_gone_is_dropped(consumer: Consumer) -> None:
    assert accept(consumer, batch(0, 5, topic="other")) == [None]
    assert consumer.thread.client.sought == []

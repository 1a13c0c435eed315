"""A stage, a consumer and an outbox that write down what is asked of them, and a flusher in their midst."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any, cast

from faust.types import TP

from streams.transport.consumer import Committed
from streams.transport.flusher import Flusher
from streams.transport.producer import SendFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from streams.transport.flusher import Position

Log = list[Any]


class FakeOutbox:
    """Acknowledges a cycle at once, unless told to fail or to do something meanwhile."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.cycles = 0
        self.fails_in: int | None = None
        self.meanwhile: Callable[[], None] | None = None

    def turn(self) -> int:
        self.cycles += 1
        return self.cycles

    async def settled(self, cycle: int) -> None:
        self.log.append("settled")
        await asyncio.sleep(0)
        if self.meanwhile is not None:
            self.meanwhile()
        if cycle == self.fails_in:
            raise SendFailed("not acknowledged")

    def abandon(self) -> None:
        self.log.append("abandon")


class FakeConsumer:
    """Takes commits, unless told otherwise."""

    log = logging.getLogger("fake")

    def __init__(self, log: Log) -> None:
        self.calls = log
        self.takes = True
        self.ends: dict[TP, int] = {}
        self.meanwhile: Callable[[], None] | None = None
        self.flusher: Flusher

    async def commit_positions(self, positions: Mapping[TP, Position]) -> bool:
        self.calls.append(("commit", dict(positions)))
        await asyncio.sleep(0)
        if self.meanwhile is not None:
            self.meanwhile()
        return self.takes

    async def perform_seek(self) -> None:
        self.calls.append("seek")
        await self.flusher.starts({TP("a", 0): Committed(7, "m"), TP("unknown", 0): Committed(None, "")}, {})

    async def highwaters(self, *partitions: TP) -> dict[TP, int]:
        self.calls.append("ask")
        await asyncio.sleep(0)
        if self.meanwhile is not None:
            self.meanwhile()
        return {tp: self.ends[tp] for tp in partitions}


class FakeStage:
    """One topic with one partition."""

    def __init__(self, topic: str, log: Log, position: Position | None = None) -> None:
        self.topic = topic
        self.log = log
        self.next = position
        self.opened: list[tuple[int, Committed, int]] = []
        self.at: int | None = 5
        self.advanced: list[tuple[int, int]] = []
        self.idle_since: list[int] = []

    def know_partitions(self, count: int) -> None:
        self.log.append((f"{self.topic} has", count))

    async def open(self, partition: int, committed: Committed, earliest: int) -> int:
        self.opened.append((partition, committed, earliest))
        await asyncio.sleep(0)
        return committed.offset if committed.offset is not None else earliest

    def close(self) -> None:
        self.log.append(f"{self.topic} close")

    def begin(self) -> Mapping[int, Position]:
        self.log.append(f"{self.topic} begin")
        return {} if self.next is None else {0: self.next}

    def committed(self, positions: Mapping[int, Position]) -> None:
        self.log.append((f"{self.topic} committed", dict(positions)))

    def send(self) -> None:
        self.log.append(f"{self.topic} send")

    def checkpoint(self) -> None:
        self.log.append(f"{self.topic} checkpoint")

    def done(self) -> None:
        self.log.append(f"{self.topic} done")

    def idle(self, before: float) -> Sequence[int]:
        assert before < time.monotonic()
        return self.idle_since

    def position(self, partition: int) -> int | None:
        return self.at if partition == 0 else None

    def advance(self, partition: int, instant: int) -> None:
        self.advanced.append((partition, instant))


class World:
    """A flusher in a session over one partition of each of two topics."""

    def __init__(self, *, first: Position | None = (5, "five")) -> None:
        self.log: Log = []
        self.a, self.b = FakeStage("a", self.log, first), FakeStage("b", self.log)
        self.outbox, self.consumer = FakeOutbox(self.log), FakeConsumer(self.log)
        self.flusher = Flusher([self.a, self.b], cast("Any", self.outbox), batch_records=10, batch_bytes=10)
        self.flusher.consumer = cast("Any", self.consumer)
        self.consumer.flusher = self.flusher

    async def start(self) -> Mapping[TP, int]:
        committed = {TP("a", 0): Committed(3, "x"), TP("b", 0): Committed(None, ""), TP("c", 0): Committed(1, "")}
        starts = await self.flusher.starts(committed, {TP("b", 0): 2})
        self.log.clear()
        return starts

    def lose(self) -> None:
        """Partitions go to others."""
        self.flusher._end_session()  # noqa: SLF001 - as `before_revocation` does, at a moment that only a race finds
        self.log.clear()

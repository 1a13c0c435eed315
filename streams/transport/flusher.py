"""The barrier: boundaries are committed, then outputs are sent, then acknowledged, then the state that includes them.

Every cycle does the same four things for all partitions at once:

1. commit where the flush under way ends (a worker that is no longer a member of its group learns so here, and
   sends nothing);
2. send counts and rows;
3. wait for every acknowledgement, also of what agents sent at once (alerts, enriched events, dead letters);
4. send and settle checkpoints, which say that all before them is durable.

So whatever a crash leaves behind, a successor finds either the end of a flush, or a boundary up to which it repeats
one.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Protocol

from faust.types import TP

from streams.transport.producer import SendFailed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streams.transport.consumer import BatchConsumer, Committed
    from streams.transport.producer import Outbox

Position = tuple[int, str]
"""An offset to commit, and its metadata."""


class Stage(Protocol):
    """What the flusher needs of an agent's state, for all partitions of one topic."""

    topic: str

    def know_partitions(self, count: int) -> None:
        """Learn how many partitions the topic has."""
        ...

    async def open(self, partition: int, committed: Committed, earliest: int) -> int:
        """Take over a partition; the offset at which it begins."""
        ...

    def close(self) -> None:
        """Forget all partitions."""
        ...

    def begin(self) -> Mapping[int, Position]:
        """Close what was processed so far; the positions to commit before it is sent, where they have changed."""
        ...

    def committed(self, positions: Mapping[int, Position]) -> None:
        """Note that positions are committed."""
        ...

    def send(self) -> None:
        """Send what ``begin`` closed."""
        ...

    def checkpoint(self) -> None:
        """All that was sent is acknowledged: send what says so."""
        ...

    def done(self) -> None:
        """The checkpoint is acknowledged."""
        ...

    def idle(self, before: float) -> Sequence[int]:
        """Partitions in which nothing has come since ``before`` (monotonic seconds) and nothing is under way."""
        ...

    def position(self, partition: int) -> int | None:
        """The offset up to which a partition was processed; None where it is not ours."""
        ...

    def advance(self, partition: int, instant: int) -> None:
        """Nothing was unread in the partition at ``instant`` (epoch ms)."""
        ...


class Flusher:
    """The ledger of the batching consumer, and the clockwork of all stages."""

    def __init__(self, stages: Sequence[Stage], outbox: Outbox, *, batch_records: int, batch_bytes: int) -> None:
        self.stages = {stage.topic: stage for stage in stages}
        self.outbox = outbox
        self.batch_records = batch_records
        self.batch_bytes = batch_bytes
        self.consumer: BatchConsumer
        self.last_seconds = 0.0
        self.may_process = asyncio.Event()
        """Cleared while a barrier waits."""
        self.may_process.set()
        self._session = 0
        self._open = False
        self._failed = False
        self._lock = asyncio.Lock()

    def know_partitions(self, counts: Mapping[str, int]) -> None:
        """Tell the stages how many partitions their topics have: inputs are the user's own, and may have any number."""
        for topic, count in counts.items():
            if topic in self.stages:
                self.stages[topic].know_partitions(count)

    async def starts(self, committed: Mapping[TP, Committed], earliest: Mapping[TP, int]) -> Mapping[TP, int]:
        """Begin a session over exactly these partitions."""
        self._end_session()
        session = self._session
        ours = [tp for tp in committed if tp.topic in self.stages]
        offsets = await asyncio.gather(
            *(self.stages[tp.topic].open(tp.partition, committed[tp], earliest.get(tp, 0)) for tp in ours)
        )
        self._open = session == self._session
        return dict(zip(ours, offsets, strict=True))

    async def before_revocation(self) -> None:
        """Finish what was processed, if that takes no longer than a few seconds, and end the session."""
        if self._open:
            try:
                await asyncio.wait_for(self._finish(), timeout=5)
            except TimeoutError:
                self.consumer.log.warning("Partitions go before all was flushed; their next owner repeats the rest")
        self._end_session()

    async def end_session(self) -> None:
        """Stop processing and sending; return when nothing is under way any more."""
        self._end_session()
        async with self._lock:
            pass

    def _end_session(self) -> None:
        self._session += 1
        self._open = False
        for stage in self.stages.values():
            stage.close()

    async def _finish(self) -> None:
        # The second cycle commits what the first one made durable.
        if await self.flush():
            await self.flush()

    def fail(self, error: SendFailed) -> None:
        """Give the session up: nothing is processed or sent until ``recover`` begins another."""
        self.consumer.log.warning("Giving up what is under way, and starting over from the last boundary: %s", error)
        self._end_session()
        self._failed = True

    async def recover(self) -> bool:
        """Begin anew from what is durable, as a successor after a crash would; True where that was needed."""
        if not self._failed:
            return False
        async with self._lock:
            self.outbox.abandon()
            self._failed = False
        await self.consumer.perform_seek()
        return True

    async def flush(self) -> bool:
        """Run one cycle; False where partitions went to others meanwhile, or the broker did not take the commit."""
        async with self._lock:
            began = time.perf_counter()
            session = self._session
            try:
                done = self._open and await self._cycle(session)
            except SendFailed as error:
                # Of a session that has ended meanwhile nothing is wanted any more.
                done = False
                if session == self._session:
                    self.fail(error)
            self.last_seconds = time.perf_counter() - began
            return done

    async def _cycle(self, session: int) -> bool:
        stages = list(self.stages.values())
        begun = {stage.topic: stage.begin() for stage in stages}
        positions = {
            TP(topic, number): position for topic, found in begun.items() for number, position in found.items()
        }
        if positions:
            if not await self.consumer.commit_positions(positions) or session != self._session:
                return False
            for stage in stages:
                stage.committed(begun[stage.topic])
        # Agents wait meanwhile, so that what is not acknowledged is what was sent before.
        self.may_process.clear()
        try:
            return await self._settle(stages, session)
        finally:
            self.may_process.set()

    async def _settle(self, stages: Sequence[Stage], session: int) -> bool:
        for stage in stages:
            stage.send()
        await self.outbox.settled(self.outbox.turn())
        if session != self._session:
            return False
        for stage in stages:
            stage.checkpoint()
        await self.outbox.settled(self.outbox.turn())
        if session != self._session:
            return False
        for stage in stages:
            stage.done()
        return True

    async def advance_idle(self, idle_after: float) -> None:
        """Move the clocks of partitions in which the broker says, now, that nothing is unread."""
        session = self._session
        before = time.monotonic() - idle_after
        candidates = {
            TP(stage.topic, number): stage.position(number)
            for stage in self.stages.values()
            for number in stage.idle(before)
        }
        if not candidates or not self._open:
            return
        # The instant is taken before the broker is asked, so the answer is from later than what is claimed.
        instant = int(time.time() * 1000)
        ends = await self.consumer.highwaters(*candidates)
        if session != self._session:
            return
        for tp, end in ends.items():
            stage = self.stages[tp.topic]
            if end == candidates[TP(*tp)] == stage.position(tp.partition):
                stage.advance(tp.partition, instant)

"""How a batch is processed around the stages: in order, up to what a predecessor began, and no further after a bug."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from agents.run import Worker, run_source, run_windows
from streams.adapters.metrics import Metrics
from streams.core.source.effects import DeadLetter, Effects
from streams.transport.producer import SendFailed
from tests.agents.fakes import Record, batch_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from streams.transport.batch import Batch


class FakeFlusher:
    """Flusher and consumer in one: takes every batch."""

    def __init__(self) -> None:
        self.consumer = self
        self.next_processed = {"here": 1}
        self.done: list[tuple[int, int]] = []
        self.flushes = 0
        self.flushed = True
        self.failed: list[SendFailed] = []
        self.may_process = asyncio.Event()
        self.may_process.set()

    def accept(self, batch: Batch) -> Batch | None:
        return batch

    def processed(self, batch: Batch) -> None:
        self.done.append((batch.start, batch.end))

    async def flush(self) -> bool:
        self.flushes += 1
        return self.flushed

    def fail(self, error: SendFailed) -> None:
        self.failed.append(error)


class FakeApp:
    """Remembers why it was stopped."""

    log = logging.getLogger("fake")

    def __init__(self) -> None:
        self.crashes: list[BaseException] = []

    async def crash(self, error: BaseException) -> None:
        self.crashes.append(error)


class FakeStage:
    """A source stage with a flush of a predecessor up to ``pinned``."""

    topic = "in"

    def __init__(self, pinned: int | None = None, effects: Effects | None = None) -> None:
        self.pinned = pinned
        self.effects: Effects | None = effects or Effects()
        self.raises: Exception | None = None

    def cut(self, batch: Batch) -> tuple[Batch, Batch | None]:
        pinned, self.pinned = self.pinned, None
        return (batch, None) if pinned is None else (batch.until(pinned), batch.from_offset(pinned))

    def process(self, batch: Batch) -> Effects | None:  # noqa: ARG002 - the stage's signature
        if self.raises is not None:
            raise self.raises
        return self.effects


class FakeRules:
    async def sure(self) -> None:
        """The rules in force are known."""


class World:
    def __init__(self) -> None:
        self.flusher, self.app, self.metrics = FakeFlusher(), FakeApp(), Metrics()
        self.worker = Worker(cast("Any", self.app), cast("Any", self.flusher), self.metrics, cast("Any", FakeRules()))

    def run(self, stage: FakeStage) -> None:
        asyncio.run(run_source(BATCH, cast("Any", stage), self.worker))


BATCH = batch_of([Record(offset, 0, None) for offset in range(4, 9)])


def test_a_batch_is_processed_up_to_the_end_of_the_flush_that_was_begun_then_flushed_then_the_rest() -> None:
    world = World()
    world.run(FakeStage(pinned=6))
    assert world.flusher.done == [(4, 6), (6, 9)]
    assert world.flusher.flushes == 1


def test_no_batch_is_processed_while_a_barrier_waits_and_it_is_once_that_has_ended() -> None:
    async def scene(run: Callable[[Worker], Coroutine[Any, Any, None]]) -> None:
        world = World()
        world.flusher.may_process.clear()
        waiting = asyncio.create_task(run(world.worker))
        for _ in range(5):
            await asyncio.sleep(0)
        assert world.flusher.done == []
        world.flusher.may_process.set()
        await waiting
        assert world.flusher.done == [(4, 9)]

    windows = cast("Any", SimpleNamespace(process=lambda batch: None))  # noqa: ARG005 - the stage's signature
    asyncio.run(scene(lambda worker: run_source(BATCH, cast("Any", FakeStage()), worker)))
    asyncio.run(scene(lambda worker: run_windows(BATCH, windows, worker)))


def test_where_that_flush_does_not_succeed_the_rest_waits() -> None:
    world = World()
    world.flusher.flushed = False
    world.run(FakeStage(pinned=6))
    assert world.flusher.done == [(4, 6)]


def test_a_batch_that_the_stage_does_not_take_is_not_noted_as_processed() -> None:
    world = World()
    stage = FakeStage()
    stage.effects = None
    world.run(stage)
    assert world.flusher.done == []


def test_a_failed_send_gives_the_session_up_and_keeps_the_worker() -> None:
    world = World()
    stage = FakeStage()
    stage.raises = SendFailed("no")
    world.run(stage)
    assert (world.flusher.failed, world.app.crashes) == ([stage.raises], [])


def test_a_bug_stops_the_worker_with_nothing_processed_after_it() -> None:
    world = World()
    stage = FakeStage()
    stage.raises = ValueError("a bug")
    world.run(stage)
    assert world.app.crashes == [stage.raises]
    assert world.flusher.next_processed == {}
    assert world.flusher.done == []


def test_what_a_batch_brought_is_measured() -> None:
    world = World()
    effects = Effects(dead_letters=[DeadLetter(None, None, [])], late=2)
    effects.kinds["finding"] = 3
    effects.rules["r"] = 4
    world.run(FakeStage(effects=effects))
    text = world.metrics.render().decode()
    for line in (
        'guardstream_events_total{kind="finding",topic="in"} 3.0',
        'guardstream_alerts_total{rule="r"} 4.0',
        'guardstream_late_events_total{topic="in"} 2.0',
        'guardstream_dead_letters_total{topic="in"} 1.0',
    ):
        assert line in text


def test_stage_2_stops_on_a_bug_too_and_notes_what_it_processed() -> None:
    world = World()
    taken: list[Batch] = []
    asyncio.run(run_windows(BATCH, cast("Any", SimpleNamespace(process=taken.append)), world.worker))
    assert (taken, world.flusher.done) == ([BATCH], [(4, 9)])

    def fail(batch: Batch) -> None:
        raise ValueError(batch)

    asyncio.run(run_windows(BATCH, cast("Any", SimpleNamespace(process=fail)), world.worker))
    assert len(world.app.crashes) == 1
    assert world.flusher.done == [(4, 9)]

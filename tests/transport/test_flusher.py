"""The barrier, with hand-written stages, consumer and outbox that write down what is asked of them."""

from __future__ import annotations

import asyncio
import time

from faust.types import TP

from streams.transport.consumer import Committed
from tests.transport.fakes import World

WHOLE_CYCLE = [
    "a begin", "b begin", ("commit", {TP("a", 0): (5, "five")}), ("a committed", {0: (5, "five")}), ("b committed", {}),
    "a send", "b send", "settled", "a checkpoint", "b checkpoint", "settled", "a done", "b done",
]  # fmt: skip


def test_a_cycle_commits_then_sends_then_settles_then_checkpoints() -> None:
    async def scene() -> None:
        world = World()
        await world.start()
        assert await world.flusher.flush()
        assert world.log == WHOLE_CYCLE

    asyncio.run(scene())


def test_a_session_opens_the_partitions_of_known_topics_where_each_stage_says() -> None:
    async def scene() -> None:
        world = World()
        assert await world.start() == {TP("a", 0): 3, TP("b", 0): 2}
        assert world.a.opened == [(0, Committed(3, "x"), 0)]
        assert world.b.opened == [(0, Committed(None, ""), 2)]

    asyncio.run(scene())


def test_agents_wait_from_the_commit_until_the_cycle_is_settled_however_it_ends() -> None:
    async def scene(fails_in: int | None) -> None:
        world = World()
        await world.start()
        may: list[bool] = []
        world.consumer.meanwhile = world.outbox.meanwhile = lambda: may.append(world.flusher.may_process.is_set())
        world.outbox.fails_in = fails_in
        assert await world.flusher.flush() is (fails_in is None)
        assert may == ([True, False, False] if fails_in != 1 else [True, False])
        assert world.flusher.may_process.is_set()

    for fails_in in (None, 1, 2):
        asyncio.run(scene(fails_in))


def test_a_session_that_is_ended_ends_after_the_flush_under_way_which_then_writes_nothing_more() -> None:
    async def scene() -> None:
        world = World()
        await world.start()
        flushing = asyncio.create_task(world.flusher.flush())
        await asyncio.sleep(0)
        await world.flusher.end_session()
        assert flushing.done()
        assert not flushing.result()
        assert world.log == [*WHOLE_CYCLE[:3], "a close", "b close"]
        assert not await world.flusher.flush()

    asyncio.run(scene())


def test_each_stage_learns_how_many_partitions_its_own_topic_has() -> None:
    async def scene() -> None:
        world = World()
        world.flusher.know_partitions({"a": 12, "unknown": 5})
        assert world.log == [("a has", 12)]

    asyncio.run(scene())


def test_without_a_new_boundary_nothing_is_committed_but_all_is_sent() -> None:
    async def scene() -> None:
        world = World(first=None)
        await world.start()
        assert await world.flusher.flush()
        assert world.log == [step for step in WHOLE_CYCLE if not isinstance(step, tuple)]

    asyncio.run(scene())


def test_before_a_session_began_nothing_is_flushed() -> None:
    async def scene() -> None:
        world = World()
        assert not await world.flusher.flush()
        assert world.log == []

    asyncio.run(scene())


def test_a_refused_commit_sends_nothing_and_the_next_cycle_tries_again() -> None:
    async def scene() -> None:
        world = World()
        await world.start()
        world.consumer.takes = False
        assert not await world.flusher.flush()
        assert world.log == WHOLE_CYCLE[:3]
        world.log.clear()
        world.consumer.takes = True
        assert await world.flusher.flush()
        assert world.log == WHOLE_CYCLE

    asyncio.run(scene())


def test_a_session_that_ends_during_the_commit_sends_nothing() -> None:
    async def scene() -> None:
        world = World()
        await world.start()
        world.consumer.meanwhile = world.lose
        assert not await world.flusher.flush()
        assert world.log == []

    asyncio.run(scene())


def test_a_session_that_ends_while_waiting_for_acknowledgements_writes_no_checkpoint() -> None:
    async def scene() -> None:
        world = World()
        await world.start()
        world.outbox.meanwhile = world.lose
        assert not await world.flusher.flush()
        assert world.log == []

    asyncio.run(scene())


def test_a_checkpoint_that_was_not_acknowledged_in_the_session_is_not_done() -> None:
    async def scene() -> None:
        world = World()
        await world.start()

        def lose_in_the_second() -> None:
            if world.outbox.cycles == 2:
                world.lose()

        world.outbox.meanwhile = lose_in_the_second
        assert not await world.flusher.flush()
        assert world.log == []

    asyncio.run(scene())


def test_a_send_that_fails_gives_the_session_up_and_recovery_begins_another() -> None:
    async def scene() -> None:
        world = World()
        await world.start()
        assert not await world.flusher.recover()
        world.outbox.fails_in = 1
        assert not await world.flusher.flush()
        assert world.log[-3:] == ["settled", "a close", "b close"]
        world.log.clear()
        assert not await world.flusher.flush()
        assert world.log == []
        assert await world.flusher.recover()
        assert world.log == ["abandon", "seek", "a close", "b close"]
        assert world.a.opened[-1] == (0, Committed(7, "m"), 0)
        assert not await world.flusher.recover()
        assert await world.flusher.flush()

    asyncio.run(scene())


def test_a_send_that_fails_in_a_session_that_is_over_says_nothing_of_the_next() -> None:
    async def scene() -> None:
        world = World()
        await world.start()
        world.outbox.fails_in = 1
        world.outbox.meanwhile = world.lose
        assert not await world.flusher.flush()
        assert not await world.flusher.recover()

    asyncio.run(scene())


def test_cycles_never_overlap() -> None:
    async def scene() -> None:
        world = World()
        await world.start()
        first, second = await asyncio.gather(world.flusher.flush(), world.flusher.flush())
        assert first
        assert second
        assert world.log == WHOLE_CYCLE * 2

    asyncio.run(scene())


def test_before_partitions_go_all_is_flushed_and_its_end_committed() -> None:
    async def scene() -> None:
        world = World()
        await world.start()
        await world.flusher.before_revocation()
        assert world.log == [*WHOLE_CYCLE * 2, "a close", "b close"]
        world.log.clear()
        await world.flusher.before_revocation()
        assert world.log == ["a close", "b close"]
        assert not await world.flusher.flush()

    asyncio.run(scene())


def test_an_idle_partition_advances_to_an_instant_before_the_broker_was_asked() -> None:
    async def scene() -> None:
        world = World()
        await world.start()
        world.a.idle_since = [0]
        world.consumer.ends = {TP("a", 0): 5}
        before = int(time.time() * 1000)
        world.consumer.meanwhile = lambda: asked.append(int(time.time() * 1000))
        asked: list[int] = []
        await world.flusher.advance_idle(1.0)
        [(partition, instant)] = world.a.advanced
        assert partition == 0
        assert before <= instant <= asked[0]

    asyncio.run(scene())


def test_a_partition_with_something_unread_or_read_meanwhile_does_not_advance() -> None:
    async def scene() -> None:
        world = World()
        await world.start()
        world.a.idle_since = [0]
        world.consumer.ends = {TP("a", 0): 6}
        await world.flusher.advance_idle(1.0)

        def read_one() -> None:
            world.a.at = 6

        world.consumer.meanwhile = read_one
        await world.flusher.advance_idle(1.0)
        assert world.a.advanced == []

    asyncio.run(scene())


def test_no_clock_advances_in_a_session_that_is_over_and_nobody_is_asked_for_nothing() -> None:
    async def scene() -> None:
        world = World()
        await world.start()
        await world.flusher.advance_idle(1.0)
        assert world.log == []
        world.a.idle_since = [0]
        world.consumer.ends = {TP("a", 0): 5}
        world.consumer.meanwhile = world.lose
        await world.flusher.advance_idle(1.0)
        assert world.a.advanced == []

    asyncio.run(scene())

"""Stage 1 of one topic: what it commits, what it sends, and how a flush is made again after a crash."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, cast

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.boundary import Boundary
from agents.source import SourceStage
from schemas.topics import Topics
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from streams.core.source.process import SourceContext
from streams.core.windows.clock import MINUTE
from streams.core.windows.partials import Partial
from streams.transport.consumer import Committed
from tests.agents.fakes import FakeOutbox, Record, batch_of
from tests.core.parsing.samples import detail, envelope
from tests.core.source.worlds import DELAY, NOW, RETENTION, measure, rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.transport.batch import Batch

TOPICS = Topics(prefix="g.")
PLAN = make_plan(
    [rule("r", "severity:>8.5")],
    [measure("all", samples=True), measure("by-account", samples=True, **{"group-by": ["account"]})],
)
GROUPS = 3
NOTHING = Committed(None, "")


class World:
    """One stage, its outbox, and a partition that it owns."""

    def __init__(self) -> None:
        self.outbox = FakeOutbox()
        context = SourceContext(
            Timeline(PLAN, {}), accounts={}, delay=DELAY, retention=RETENTION, enrich_records="none"
        )
        self.stage = SourceStage("in", TOPICS, context, cast("Any", self.outbox), GROUPS)

    def open(self, committed: Committed = NOTHING, earliest: int = 0) -> int:
        return asyncio.run(self.stage.open(0, committed, earliest))

    def cycle(self) -> list[Partial]:
        """One flush cycle; the counts that it sent."""
        positions = self.stage.begin()
        self.stage.committed(positions)
        self.outbox.take()
        self.stage.send()
        self.stage.checkpoint()
        self.stage.done()
        return [Partial.decode(sent.value or b"") for sent in self.outbox.to(TOPICS.partial_counts)]

    def ranges(self) -> set[tuple[int, int]]:
        return {(partial.start, partial.end) for partial in self.cycle()}


def finding(number: int = 0, severity: float = 5) -> bytes:
    return orjson.dumps(envelope(detail=detail(accountId=f"{number % 3:012}", severity=severity, id=f"f{number}")))


def records(first: int, last: int, **changes: Any) -> list[Record]:
    return [Record(offset, NOW + offset, finding(offset, **changes)) for offset in range(first, last)]


def batch(first: int, last: int) -> Batch:
    return batch_of(records(first, last), first)


def totals(partials: Sequence[Partial]) -> int:
    [everything] = [counted.id for counted in PLAN.counted.values() if counted.name == "all"]
    return sum(count for partial in partials for _, count in partial.counts.get(everything, {}).get((), _NONE).on_time)


class _Nothing:
    on_time: tuple[tuple[int, int], ...] = ()


_NONE: Any = _Nothing()


def test_a_partition_without_a_commit_begins_at_its_earliest_record() -> None:
    assert World().open(earliest=17) == 17
    assert World().open(Committed(40, ""), earliest=17) == 40


def test_a_flush_says_first_where_it_will_end_and_then_sends_what_it_counted() -> None:
    world = World()
    world.open()
    world.stage.process(batch(0, 4))
    positions = world.stage.begin()
    assert positions == {0: (0, Boundary(0, 4, 0).metadata())}
    assert world.outbox.to(TOPICS.partial_counts) == []
    world.stage.committed(positions)
    world.stage.send()
    sent = [Partial.decode(one.value or b"") for one in world.outbox.to(TOPICS.partial_counts)]
    assert {(one.topic, one.partition, one.start, one.end, one.opened, one.clock) for one in sent} == {
        ("in", 0, 0, 4, NOW, NOW + 3)
    }
    assert totals(sent) == 4
    world.stage.done()
    assert world.stage.begin() == {0: (4, Boundary(4, 4, NOW + 3).metadata())}


def test_what_comes_while_a_flush_is_under_way_belongs_to_the_next() -> None:
    world = World()
    world.open()
    world.stage.process(batch(0, 4))
    world.stage.begin()
    world.stage.process(batch(4, 6))
    # The commit was refused, say: the very same flush is tried again.
    assert world.stage.begin() == {0: (0, Boundary(0, 4, 0).metadata())}
    assert world.ranges() == {(0, 4)}
    assert world.ranges() == {(4, 6)}


def test_every_group_partition_hears_of_a_new_minute_and_else_only_those_with_counts() -> None:
    world = World()
    world.open()
    world.stage.process(batch_of([Record(0, NOW, b"{}")]))
    assert len(world.cycle()) == GROUPS
    world.stage.process(batch_of([Record(1, NOW + 1, b"{}")]))
    assert world.cycle() == []
    world.stage.process(batch_of([Record(2, NOW + 2, finding())]))
    assert 1 <= len(world.cycle()) <= 2
    world.stage.process(batch_of([Record(3, NOW + MINUTE, b"{}")]))
    assert len(world.cycle()) == GROUPS


def test_nothing_new_means_nothing_to_commit_or_send() -> None:
    world = World()
    world.open()
    assert world.stage.begin() == {}
    assert world.cycle() == []
    world.stage.process(batch(0, 2))
    world.cycle()
    world.cycle()
    assert world.stage.begin() == {}


def test_a_flush_that_a_predecessor_began_is_made_again_to_its_very_end_before_anything_is_added() -> None:
    world = World()
    assert world.open(Committed(4, Boundary(4, 9, NOW).metadata())) == 4
    head, rest = world.stage.cut(batch(4, 7))
    assert rest is None
    world.stage.process(head)
    # Too early: the end stays committed, and nothing is sent.
    assert world.stage.begin() == {}
    assert world.cycle() == []
    head, rest = world.stage.cut(batch(7, 12))
    assert (head.end, rest and rest.start) == (9, 9)
    world.stage.process(head)
    assert world.stage.begin() == {}
    assert world.ranges() == {(4, 9)}
    assert rest is not None
    assert world.stage.cut(rest) == (rest, None)
    world.stage.process(rest)
    assert world.ranges() == {(9, 12)}


def test_a_batch_that_begins_where_a_repeated_flush_ends_waits_for_that_flush() -> None:
    world = World()
    world.open(Committed(4, Boundary(4, 9, NOW).metadata()))
    world.stage.process(batch(4, 9))
    head, rest = world.stage.cut(batch(9, 12))
    assert (head.start, head.end, list(head.records), rest and rest.start) == (9, 9, [], 9)
    assert world.stage.process(head) is not None
    assert world.ranges() == {(4, 9)}


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 19), max_size=3), st.lists(st.integers(1, 19), max_size=4), st.integers(1, 20))
def test_a_successor_sends_the_same_messages_byte_for_byte_however_its_fetches_are_cut(
    cuts: list[int], others: list[int], end: int
) -> None:
    values = [Record(n, NOW + 7_000 * n, finding(n, severity=n % 10)) for n in range(20)]

    first = World()
    first.open()
    first.stage.process(batch_of(values[:end], 0))
    positions = first.stage.begin()
    first.outbox.take()
    first.stage.send()
    sent = first.outbox.to(TOPICS.partial_counts)
    offset, metadata = positions[0]
    for places in (cuts, others):
        second = World()
        assert second.open(Committed(offset, metadata)) == offset
        kept = sorted({place for place in places if place < end} | {end})
        for start, stop in zip([0, *kept[:-1]], kept, strict=True):
            part, _ = second.stage.cut(batch_of(values[start:stop], start))
            second.stage.process(part)
        assert second.stage.begin() == {}
        second.outbox.take()
        second.stage.send()
        assert second.outbox.to(TOPICS.partial_counts) == sent


def test_alerts_enriched_findings_and_dead_letters_are_sent_at_once() -> None:
    world = World()
    world.open()
    effects = world.stage.process(batch_of([Record(0, NOW, finding(severity=9)), Record(1, NOW, b"{")]))
    assert effects is not None
    [alert] = world.outbox.to(TOPICS.alerts)
    assert alert.key == orjson.loads(alert.value or b"")["alert_id"].encode()
    assert len(world.outbox.to(TOPICS.enriched_findings)) == 1
    [letter] = world.outbox.to(TOPICS.dead_letters)
    assert (letter.key, letter.value) == (b"key", b"{")
    assert dict(world.outbox.headers[0])["offset"] == b"1"


def test_a_batch_of_a_partition_that_is_not_ours_or_not_next_is_left_alone() -> None:
    world = World()
    assert world.stage.process(batch(0, 2)) is None
    world.open()
    assert world.stage.process(batch(2, 4)) is None
    world.stage.process(batch(0, 2))
    world.stage.close()
    assert world.stage.process(batch(2, 4)) is None
    assert world.stage.position(0) is None
    assert world.outbox.to(TOPICS.partial_counts) == []


def test_an_idle_partition_sends_its_clock_alone_and_commits_it() -> None:
    world = World()
    world.open()
    world.stage.process(batch(0, 2))
    assert world.stage.idle(time.monotonic() + 1) == []
    world.cycle()
    world.cycle()
    assert world.stage.idle(time.monotonic() - 60) == []
    assert world.stage.idle(time.monotonic() + 1) == [0]
    assert world.stage.position(0) == 2
    later = NOW + 5 * MINUTE
    world.stage.advance(0, later)
    assert world.stage.begin() == {0: (2, Boundary(2, 2, later).metadata())}
    sent = world.cycle()
    assert {(one.start, one.end, one.clock) for one in sent} == {(2, 2, later)}
    assert len(sent) == GROUPS
    assert world.stage.begin() == {}


def test_records_after_an_idle_advance_make_a_range_of_their_own_judged_by_a_clock_that_is_committed_before() -> None:
    world = World()
    world.open()
    world.stage.process(batch(0, 2))
    world.cycle()
    later = NOW + 60 * MINUTE
    world.stage.advance(0, later)
    effects = world.stage.process(batch(2, 4))
    assert effects is not None
    assert effects.late == 2
    assert world.stage.begin() == {0: (2, Boundary(2, 2, later).metadata())}
    first = world.cycle()
    assert {(one.start, one.end, one.clock, totals([one])) for one in first} == {(2, 2, later, 0)}
    assert world.stage.begin() == {0: (2, Boundary(2, 4, later).metadata())}
    second = world.cycle()
    assert {(one.start, one.end, one.opened, one.clock) for one in second} == {(2, 4, later, later)}


def test_an_input_may_have_another_number_of_partitions_than_the_outputs_and_every_message_says_which() -> None:
    world = World()
    world.stage.know_partitions(12)
    world.open()
    world.stage.process(batch(0, 2))
    sent = world.cycle()
    assert len(sent) == GROUPS
    assert {one.of for one in sent} == {12}


def test_a_clock_that_was_committed_is_the_successors_clock_so_lateness_is_judged_alike() -> None:
    world = World()
    world.open(Committed(2, Boundary(2, 2, NOW + 60 * MINUTE).metadata()))
    effects = world.stage.process(batch(2, 3))
    assert effects is not None
    assert effects.late == 1


def test_a_partition_of_this_minute_is_not_idle_however_long_nothing_came() -> None:
    world = World()
    world.open()
    world.stage.advance(0, int(time.time() * 1000) + 60_000)
    world.cycle()
    assert world.stage.idle(time.monotonic() + 1) == []

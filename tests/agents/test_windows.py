"""Stage 2 of one partition of groups, from messages to rows, alerts and counts, through crashes at any point."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.anomaly import judge_unusual
from agents.window_stage import StateLost, WindowStage
from agents.windows import Windows, watermark_ms
from schemas.topics import Topics
from streams.core.rules.plan import make_plan
from streams.core.windows.changelog import CHECKPOINT
from streams.core.windows.clock import MINUTE
from streams.core.windows.partials import Counts, Partial
from streams.transport.consumer import Committed
from tests.agents.fakes import FakeOutbox, MemoryChangelog, Record, batch_of
from tests.core.source.worlds import measure, rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.window_stage import WindowPartition
    from tests.agents.fakes import Sent

TOPICS = Topics(findings="in", prefix="g.")
DELAY = 2 * MINUTE
RETENTION = 48 * 60 * MINUTE
FIRST = 28_000_020
MORE = {"type": "more_than", "threshold": 2, "window": "3m"}
PLAN = make_plan(
    [
        rule("many", "*", condition=MORE, **{"group-by": ["account"]}),
        rule("share", "*", condition={"type": "ratio", "of": "type:x", "threshold": 0.5, "window": "3m"}),
        rule("silent", "*", condition={"type": "less_than", "threshold": 1, "window": "3m"}),
    ],
    [measure("by-account", **{"group-by": ["account"]})],
)
IDS = {counted.name: counted.id for counted in PLAN.counted.values()}
NOTHING = Committed(None, "")


class Owner:
    """One worker that owns partition 0 of 1."""

    def __init__(self, changelog: MemoryChangelog) -> None:
        self.outbox, self.changelog = FakeOutbox(), changelog
        outbox = cast("Any", self.outbox)
        self.stage = WindowStage(TOPICS, PLAN, outbox, changelog, partitions=1, retention=RETENTION)
        self.windows = Windows(self.stage, PLAN, TOPICS, outbox, {"in": DELAY, TOPICS.cloudtrail: DELAY}, judge_unusual)

    def open(self, committed: Committed = NOTHING, earliest: int = 0) -> int:
        return asyncio.run(self.stage.open(0, committed, earliest))

    @property
    def owned(self) -> WindowPartition:
        return self.stage.partitions[0]

    def process(self, log: Sequence[bytes], start: int, end: int) -> None:
        if end > start:
            taken = [Record(offset, 0, log[offset]) for offset in range(start, end)]
            self.windows.process(batch_of(taken, start, topic=TOPICS.partial_counts))

    def send(self) -> None:
        self.stage.committed(self.stage.begin())
        self.stage.send()

    def flush(self) -> None:
        """A whole cycle, all of it acknowledged."""
        self.send()
        self.stage.checkpoint()
        self.stage.done()
        self.changelog.append(self.outbox.to(TOPICS.rows))


def message(place: int, minute: int, counts: dict[str, int], late: int = 0) -> bytes:
    """What is counted for each account in minute ``FIRST + minute``, sent when the watermark has left it."""
    clock = (FIRST + minute + 1) * MINUTE + DELAY
    held: dict[str, Any] = {IDS["by-account"]: {}, IDS["silent"]: {}}
    for account, count in counts.items():
        held[IDS["by-account"]][(account,)] = Counts([(FIRST + minute, count)], [(FIRST, late, 0)] if late else [])
    if total := sum(counts.values()):
        held[IDS["silent"]][()] = Counts([(clock // MINUTE, total)])
        held[IDS["share"]] = {(): Counts([(FIRST + minute, total)], [], [(FIRST + minute, place, 0, f"e{place}")])}
        held[IDS["share-of"]] = {(): Counts([(FIRST + minute, 3)])}
    return Partial("in", 0, 1, place, place + 1, clock - MINUTE if place else clock, clock, held).encode()


def alerts(sent: Sequence[Sent]) -> list[dict[str, Any]]:
    return [orjson.loads(one.value or b"") for one in sent if one.topic == TOPICS.alerts]


logs = st.lists(st.fixed_dictionaries({"1": st.integers(0, 3), "2": st.integers(0, 3)}), min_size=1, max_size=14).map(
    lambda minutes: [message(place, place, counts, late=place % 2) for place, counts in enumerate(minutes)]
)


def undisturbed(log: Sequence[bytes]) -> Owner:
    owner = Owner(MemoryChangelog())
    owner.open()
    owner.process(log, 0, len(log))
    return owner


def test_rows_go_out_before_the_checkpoint_and_the_offset_is_committed_after_it() -> None:
    log = [message(0, 0, {"1": 3}), message(1, 1, {"1": 1})]
    owner = Owner(MemoryChangelog())
    assert owner.open() == 0
    owner.process(log, 0, 2)
    assert owner.stage.begin() == {0: (0, "")}
    owner.send()
    keys = [(one.key or b"")[8:] for one in owner.outbox.to(TOPICS.rows)]
    assert keys
    assert CHECKPOINT not in keys
    owner.stage.checkpoint()
    assert (owner.outbox.to(TOPICS.rows)[-1].key or b"")[8:] == CHECKPOINT
    assert owner.owned.durable == -1
    owner.stage.done()
    assert owner.stage.begin() == {0: (2, "")}
    owner.stage.committed(owner.stage.begin())
    assert owner.stage.begin() == {}
    owner.outbox.take()
    owner.send()
    owner.stage.checkpoint()
    assert owner.outbox.take() == []


def test_a_successor_goes_on_after_the_checkpoint_whatever_was_committed() -> None:
    log = [message(place, place, {"1": 1}) for place in range(4)]
    changelog = MemoryChangelog()
    owner = Owner(changelog)
    owner.open()
    owner.process(log, 0, 3)
    owner.flush()
    for committed in (NOTHING, Committed(0, ""), Committed(3, "")):
        successor = Owner(changelog)
        assert successor.open(committed) == 3
        assert successor.owned.state.checkpoint() == owner.owned.state.checkpoint()
        assert successor.owned.epoch != owner.owned.epoch


def test_offsets_without_the_rows_that_they_promise_refuse_to_start() -> None:
    with pytest.raises(StateLost, match=r"offset 7 is committed, but g\.window-rows has no checkpoint"):
        Owner(MemoryChangelog()).open(Committed(7, ""))
    assert Owner(MemoryChangelog()).open(Committed(0, ""), earliest=4) == 4


def test_a_pane_is_sent_whole_with_the_measures_name_and_a_version() -> None:
    owner = undisturbed([message(0, 0, {"1": 2}), message(1, 0, {"1": 3}, late=4)])
    owner.send()
    sent = [orjson.loads(one.value or b"") for one in owner.outbox.to(TOPICS.window_counts)]
    [pane] = [one for one in sent if one["measure"] == "by-account"]
    assert (pane["count"], pane["late"], pane["version"], pane["group"]) == (9, 4, 1, {"account": "1"})


def test_ratios_are_sent_once_with_both_counts() -> None:
    owner = undisturbed([message(place, place, {"1": 2}) for place in range(6)])
    owner.send()
    sent = [orjson.loads(one.value or b"") for one in owner.outbox.to(TOPICS.window_counts)]
    ratios = [one for one in sent if one["measure"] == "share" and "numerator" in one]
    assert [(one["numerator"], one["denominator"]) for one in ratios] == [(6, 9), (6, 9)]
    owner.outbox.take()
    owner.stage.checkpoint()
    owner.stage.done()
    owner.send()
    assert owner.outbox.to(TOPICS.window_counts) == []


def test_copies_by_earlier_owners_are_erased_after_the_checkpoint_that_replaces_them() -> None:
    log = [message(place, place, {"1": 1}) for place in range(4)]
    changelog = MemoryChangelog()
    for end in (2, 4):
        owner = Owner(changelog)
        owner.process(log, owner.open(), end)
        owner.flush()
    living = {key for key, value in dict(changelog.records[0]).items() if value is not None}
    assert {key[:8] for key in living} == {owner.owned.epoch}
    places = [place for place, (_, value) in enumerate(changelog.records[0]) if value is None]
    checkpoints = [place for place, (key, value) in enumerate(changelog.records[0]) if key[8:] == CHECKPOINT and value]
    assert places
    assert min(places) > max(checkpoints)


def test_rows_whose_time_is_over_are_erased_from_memory_and_changelog() -> None:
    log = [message(0, 0, {"1": 1}), message(1, 1, {}), message(2, 4 * 24 * 60, {}), message(3, 4 * 24 * 60 + 61, {})]
    changelog = MemoryChangelog()
    owner = Owner(changelog)
    owner.open()
    for place in range(4):
        owner.process(log, place, place + 1)
        owner.flush()
    assert not any(owner.owned.state.series.measures.values())
    living = [key[8:] for key, value in dict(changelog.records[0]).items() if value is not None]
    assert not [tail for tail in living if tail.startswith(b'["row"')]


def test_another_topics_messages_and_partitions_that_are_not_ours_are_left_alone() -> None:
    owner = Owner(MemoryChangelog())
    owner.process([message(0, 0, {"1": 9})], 0, 1)
    assert owner.outbox.sent == []
    assert owner.stage.begin() == {}
    assert owner.stage.position(0) is None
    owner.open()
    assert owner.stage.position(0) == 0
    owner.stage.close()
    assert owner.stage.partitions == {}


def test_the_watermark_is_that_of_the_slowest_source_partition() -> None:
    owner = undisturbed([message(0, 5, {})])
    assert watermark_ms(owner.owned, "in", DELAY) == (FIRST + 6) * MINUTE
    assert watermark_ms(owner.owned, TOPICS.cloudtrail, DELAY) is None


def test_messages_that_come_while_a_flush_is_under_way_are_not_part_of_its_checkpoint() -> None:
    log = [message(place, place, {"1": 3 * (place == 6)}) for place in range(9)]
    changelog = MemoryChangelog()
    owner = Owner(changelog)
    owner.open()
    owner.process(log, 0, 5)
    owner.send()
    owner.process(log, 5, 9)
    owner.stage.checkpoint()
    changelog.append(owner.outbox.to(TOPICS.rows))
    # The worker dies, and what it sent after the checkpoint is lost: the successor has to send it again.
    successor = Owner(changelog)
    assert successor.open() == 5
    successor.process(log, 5, 9)
    told, wanted = (
        [story(alert) for alert in alerts(sent) if alert["rule"]["id"] == "many"]
        for sent in (successor.outbox.sent, undisturbed(log).outbox.sent)
    )
    assert wanted
    assert told == wanted


crashes = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 12), st.booleans()), max_size=3)


@settings(deadline=None, max_examples=150)
@given(logs, crashes)
def test_whatever_crashes_every_alert_comes_with_the_id_that_it_has_without_them_and_rows_are_the_same(
    log: list[bytes], lives: list[tuple[int, int, int, bool]]
) -> None:
    changelog = MemoryChangelog()
    delivered: list[dict[str, Any]] = []
    at = 0
    for safe, risky, kept, alerts_arrive in lives:
        owner = Owner(changelog)
        at = owner.open()
        owner.process(log, at, min(at + safe, len(log)))
        owner.flush()
        delivered += alerts(owner.outbox.take())
        owner.process(log, min(at + safe, len(log)), min(at + safe + risky, len(log)))
        owner.send()
        sent = owner.outbox.take()
        # The worker dies: some rows are written, alerts that nobody acknowledged may be lost.
        changelog.append([one for one in sent if one.topic == TOPICS.rows][:kept])
        delivered += alerts(sent) if alerts_arrive else []
    last = Owner(changelog)
    last.process(log, last.open(), len(log))
    last.flush()
    delivered += alerts(last.outbox.sent)
    expected = undisturbed(log)
    wanted = alerts(expected.outbox.sent)
    assert {story(alert) for alert in delivered} == {story(alert) for alert in wanted}
    assert rows(last) == rows(expected)
    assert last.owned.state.episodes.keys() == expected.owned.state.episodes.keys()


def story(alert: dict[str, Any]) -> tuple[str, str, str | None]:
    return alert["alert_id"], alert["status"], alert["ends_at"]


def rows(owner: Owner) -> dict[Any, bytes]:
    return {
        (name, group, row.hour, row.arrived): row.encode()
        for name, groups in owner.owned.state.series.measures.items()
        for group, held in groups.items()
        for row in held
    }

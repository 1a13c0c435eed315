"""What stage 2 writes to its changelog and when, what it erases, and where a successor goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from agents.window_stage import StateLost
from streams.core.windows.changelog import CHECKPOINT
from streams.transport.consumer import Committed
from tests.agents.fakes import MemoryChangelog
from tests.agents.owner import NOTHING, TOPICS, Owner, alerts, message, story, undisturbed

if TYPE_CHECKING:
    from collections.abc import Sequence


def living(changelog: MemoryChangelog, kind: str) -> list[bytes]:
    """Keys, without their epochs, of records that a compacted topic still has."""
    tails = [key[8:] for key, value in dict(changelog.records[0]).items() if value is not None]
    return [tail for tail in tails if tail.startswith(f'["{kind}"'.encode())]


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


MANY = b'["memory","many/more_than",["1"]]'


def run(log: Sequence[bytes], *cycles: int) -> tuple[Owner, MemoryChangelog]:
    """A worker that flushes after each of these numbers of messages, all of it acknowledged."""
    changelog = MemoryChangelog()
    owner = Owner(changelog)
    at = owner.open()
    for end in cycles:
        owner.process(log, at, end)
        owner.flush()
        owner.outbox.take()
        at = end
    return owner, changelog


def firing(owner: Owner) -> bool:
    return "alert" in (owner.owned.state.memories.get("many/more_than", ("1",)) or {})


def test_a_resolved_episode_is_erased_once_its_resolution_is_durable() -> None:
    log = [message(place, place, {"1": 3 * (place == 6)}) for place in range(12)]
    log += [message(place, place + 1440, {}) for place in (12, 13)]
    owner, changelog = run(log, 8)
    assert firing(owner)
    owner.process(log, 8, 12)
    owner.flush()
    owner.outbox.take()
    # Written is that it is over; nothing is erased before that is safe.
    assert not firing(owner)
    assert MANY in living(changelog, "memory")
    # A day later it can't be amended any more, and is forgotten.
    owner.process(log, 12, 13)
    owner.flush()
    assert MANY in living(changelog, "memory")
    owner.process(log, 13, 14)
    owner.flush()
    assert MANY not in living(changelog, "memory")


def test_an_episode_that_fires_again_before_its_resolution_is_erased_stays() -> None:
    log = [message(place, place, {"1": 3 * (place in {6, 12})}) for place in range(14)]
    owner, changelog = run(log, 8)
    assert firing(owner)
    owner.process(log, 8, 12)
    assert not firing(owner)
    # It fires again between the flush of its resolution and that flush's acknowledgement.
    owner.send()
    owner.process(log, 12, 14)
    owner.stage.checkpoint()
    owner.stage.done()
    changelog.append(owner.outbox.to(TOPICS.rows))
    owner.outbox.take()
    owner.flush()
    owner.outbox.take()
    assert firing(owner)
    assert MANY in living(changelog, "memory")
    successor = Owner(changelog)
    successor.open()
    assert dict(successor.owned.state.memories) == dict(owner.owned.state.memories)


def test_a_successor_tells_the_panes_of_rows_that_were_safe_again_with_the_same_counts() -> None:
    log = [message(place, place, {"1": 2, "2": place}) for place in range(4)]
    changelog = MemoryChangelog()
    owner = Owner(changelog)
    owner.open()
    owner.process(log, 0, 4)
    owner.send()
    changelog.append(owner.outbox.to(TOPICS.rows))
    # The worker dies: its rows are written, its checkpoint and its panes are not.
    successor = Owner(changelog)
    assert successor.open() == 0
    successor.process(log, 0, 4)
    successor.send()
    assert panes(successor) == panes(owner) != []


def panes(owner: Owner) -> list[tuple[Any, ...]]:
    values = [orjson.loads(one.value or b"") for one in owner.outbox.to(TOPICS.window_counts)]
    return sorted((one["measure"], str(one["group"]), one["start"], one["count"]) for one in values if "count" in one)

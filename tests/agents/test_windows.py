"""Stage 2 of one partition of groups, from messages to rows, alerts and counts, through crashes at any point."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.windows import watermark_ms
from streams.core.windows.clock import MINUTE
from tests.agents.fakes import MemoryChangelog
from tests.agents.owner import DELAY, FIRST, TOPICS, Owner, alerts, message, story, undisturbed

logs = st.lists(st.fixed_dictionaries({"1": st.integers(0, 3), "2": st.integers(0, 3)}), min_size=1, max_size=14).map(
    lambda minutes: [message(place, place, counts, late=place % 2) for place, counts in enumerate(minutes)]
)


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
    assert dict(last.owned.state.memories) == dict(expected.owned.state.memories)


def rows(owner: Owner) -> dict[Any, bytes]:
    return {
        (name, group, row.hour, row.arrived): row.encode()
        for name, groups in owner.owned.state.series.measures.items()
        for group, held in groups.items()
        for row in held
    }

"""Judging history again along the logs of stage 1, which were cut, repeated and shared in any way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.core.replay.follow import Entry, Follower
from streams.core.replay.simulation import Simulation
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from tests.core.replay.happenings import DELAY
from tests.core.replay.kinds import CONDITIONS, rules
from tests.core.replay.logs import DELAYS, TOPIC, Sent
from tests.core.replay.streams import TOPICS, streams, written

if TYPE_CHECKING:
    from schemas.rule import Rule

kinds = st.sampled_from(list(CONDITIONS))
cut_sizes = st.lists(st.integers(1, 5), max_size=4)


def timeline_of(*given: Rule) -> Timeline:
    return Timeline(make_plan(given, ()), {"findings": DELAY, "cloudtrail": DELAY})


def simulation(timeline: Timeline, sent: Sent) -> Simulation:
    return Simulation(timeline, TOPICS, DELAYS, partitions=len(sent.logs), of={TOPIC: sent.sources})


def judged(timeline: Timeline, sent: Sent) -> list[dict[str, Any]]:
    """The alerts of stage 2 as it reads the logs."""
    stage = simulation(timeline, sent)
    found = [
        value for target, log in enumerate(sent.logs) for one in log for value in stage.deliver(target, one.partial())
    ]
    return [orjson.loads(value) for value in found]


def followed(timeline: Timeline, sent: Sent, ahead: int = 20_000, *, to_the_end: bool = False) -> list[dict[str, Any]]:
    """The alerts of a replay along the logs, or with those of the records that no log has yet."""
    entries = [
        [
            Entry(partial.topic, partial.partition, partial.start, partial.end, partial.opened, partial.clock, one.sent)
            for one in log
            for partial in (one.partial(),)
        ]
        for log in sent.logs
    ]
    follower = Follower(
        simulation(timeline, sent),
        [iter(log) for log in entries],
        lambda source, start, end: sent.records[source[1]][start:end],
        ahead,
        {(TOPIC, number): len(records) for number, records in sent.records.items()} if to_the_end else None,
    )
    return [orjson.loads(value) for step in follower.run() for value in step]


def by_group(alerts: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for alert in alerts:
        found.setdefault(alert["fingerprint"], []).append({**alert, "evidence": None})
    return found


@settings(derandomize=True, deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_replay_along_the_logs_tells_what_was_told(data: st.DataObject) -> None:
    rule = written(data.draw(kinds.flatmap(rules)))
    sources, steps = data.draw(streams())
    again = data.draw(st.sets(st.integers(0, 30), max_size=4))
    sent = Sent(timeline_of(rule), sources, steps, data.draw(st.integers(1, 3)), data.draw(cut_sizes), again)
    wanted = judged(timeline_of(rule), sent)
    found = followed(timeline_of(rule), sent, data.draw(st.sampled_from([1, 20_000])))
    if rule.condition.type == "immediate" and rule.condition.repeat == "every":
        # They come from stage 1, at once.
        assert wanted == []
        return
    assert by_group(found) == by_group(wanted)


@settings(derandomize=True, deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_other_rules_are_judged_as_if_they_had_been_there(data: st.DataObject) -> None:
    before = written(data.draw(kinds.flatmap(rules)) | {"id": "before", "query": "region:r2"})
    rule = written(data.draw(kinds.flatmap(rules)))
    sources, steps = data.draw(streams())
    cuts, partitions = data.draw(cut_sizes), data.draw(st.integers(1, 3))
    logged = Sent(timeline_of(before), sources, steps, partitions, cuts, set())
    wanted = judged(timeline_of(rule), Sent(timeline_of(rule), sources, steps, partitions, cuts, set()))
    found = followed(timeline_of(rule), logged, to_the_end=True)
    if rule.condition.type == "immediate":
        # Which event of a group is the first follows from the order in which partitions were heard, which
        # no log has where nothing was counted then: that a group alerts is the same, but not by which event.
        if rule.condition.repeat == "once":
            assert by_group(found).keys() == by_group(wanted).keys()
        return

    def told(alerts: list[dict[str, Any]]) -> dict[str, list[tuple[str, str, str | None]]]:
        # What came late is seen when some message comes, and the logs may have another one.
        return {
            name: [(one["alert_id"], one["status"], one["ends_at"]) for one in group if one["status"] != "amended"]
            for name, group in by_group(alerts).items()
            if any(one["status"] != "amended" for one in group)
        }

    assert told(found) == told(wanted)

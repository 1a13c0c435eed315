"""Tags are put into alerts as they are sent, and nothing else of alerts and counts changes."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.alert import Alert
from schemas.tag import LifecycleTag
from schemas.topics import Topics
from streams.core.alerts.tagged import with_tags
from streams.core.parsing.times import parse_time, to_rfc3339
from streams.core.replay.compare import compare
from streams.core.replay.rule_tests import DELAYS
from streams.core.replay.simulation import Record, RecordBatch, Simulation
from streams.core.replay.timing import at_time
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from streams.core.tags.near import TagTimes
from tests.core.replay.cases import CALL, rule_of

MINUTE = 60_000
START = 1_772_442_000_000
TOPICS = Topics()
WITHIN = 30 * MINUTE
RULES = [
    rule_of({"type": "immediate"}, id="at-once", title='"tags":[],"related":[]'),
    rule_of({"type": "immediate", "repeat": "once"}, id="first-alone", **{"group-by": ["account"]}),
    rule_of({"type": "more_than", "threshold": 2, "window": "5m"}, id="burst"),
]


def tag(minute: int, name: str) -> LifecycleTag:
    return LifecycleTag(id=name, name=f'{name} "1" \'ä', started_at=to_rfc3339(START + minute * MINUTE))


def judge(minutes: list[int], tags: list[LifecycleTag] | None) -> tuple[list[dict[str, Any]], list[bytes]]:
    """The alerts of calls at these minutes, and the counts that went from stage to stage."""
    times = None
    if tags is not None:
        times = TagTimes(WITHIN)
        for one in tags:
            times.put(one)
    delays = {topic: DELAYS[source] for topic, source in TOPICS.sources().items()}
    simulation = Simulation(Timeline(make_plan(RULES, ()), DELAYS), TOPICS, delays, tags=times)
    alerts = simulation.advance(TOPICS.cloudtrail, 0, START)
    counts = []
    for offset, minute in enumerate(sorted(minutes)):
        at = START + minute * MINUTE
        value = orjson.dumps({**at_time(CALL, at), "eventID": str(offset)})
        counted = simulation.count(RecordBatch(TOPICS.cloudtrail, 0, [Record(offset, at, None, value)]), offset + 1)
        counts += [partial.encode() for partial in counted.partials.values()]
        alerts += counted.alerts
        for target, partial in counted.partials.items():
            alerts += simulation.deliver(target, partial)
    alerts += simulation.advance(TOPICS.cloudtrail, 0, START + 300 * MINUTE)
    return [orjson.loads(alert) for alert in alerts], counts


def test_alerts_of_each_sort_carry_the_names_of_what_began_before_them() -> None:
    alerts, _ = judge([10, 10, 10], [tag(-21, "before"), tag(5, "near"), tag(9, "nearer"), tag(50, "after")])
    assert {alert["rule"]["id"] for alert in alerts} == {"at-once", "first-alone", "burst"}
    for alert in alerts:
        Alert.model_validate(alert)
        assert alert["tags"] == ['nearer "1" \'ä', 'near "1" \'ä']


def test_only_the_alerts_own_list_is_filled() -> None:
    value = b'{"rule":{"title":"\\"tags\\":[],"},"tags":[],"related":[],"evidence":{"first":{"tags":[],"x":1}}}'
    filled = orjson.loads(with_tags(value, b'["a"]'))
    assert (filled["tags"], filled["evidence"]["first"]["tags"]) == (["a"], [])
    assert filled["rule"]["title"] == '"tags":[],'


minutes = st.lists(st.integers(0, 90), max_size=12)
tags = st.dictionaries(st.sampled_from("abcdef"), st.integers(-40, 100), max_size=5)


@settings(max_examples=60)
@given(minutes, tags)
def test_ids_counts_and_all_else_are_the_same_with_tags_and_without(called: list[int], began: dict[str, int]) -> None:
    known = [tag(minute, name) for name, minute in began.items()]
    (plain, counts), (filled, counts_with) = judge(called, None), judge(called, known)
    assert counts == counts_with
    assert [{**alert, "tags": []} for alert in filled] == plain
    for alert in filled:
        at = parse_time(alert["starts_at"]) or 0
        near = {one.name for one in known if 0 <= at - (parse_time(one.started_at) or 0) <= WITHIN}
        assert set(alert["tags"]) == near
    # A replay may know of other tags than workers did, and is no other for it.
    differs = compare(plain, filled)
    assert (differs.added, differs.removed, differs.changed) == ([], [], [])

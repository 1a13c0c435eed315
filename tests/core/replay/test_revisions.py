"""Rules that change while events come: each event and window is judged by the revision of its time."""

from __future__ import annotations

from typing import Any

import orjson

from schemas.topics import Topics
from streams.core.replay.rule_tests import DELAYS
from streams.core.replay.simulation import Record, RecordBatch, Simulation
from streams.core.replay.timing import at_time
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from tests.core.replay.cases import CALL, rule_of

MINUTE = 60_000
START = 1_772_442_000_000
"""2026-03-02T09:00:00Z."""
TOPICS = Topics()
AT_ONCE = {"type": "immediate"}
MORE = {"type": "more_than", "threshold": 2, "window": "5m"}


class World:
    """A simulation whose rules change at 09:10."""

    def __init__(self, before: list[Any], after: list[Any]) -> None:
        self.timeline = Timeline(make_plan(before, ()), DELAYS)
        self.timeline.add(START + 10 * MINUTE, make_plan(after, ()), "second")
        delays = {topic: DELAYS[source] for topic, source in TOPICS.sources().items()}
        self.simulation = Simulation(self.timeline, TOPICS, delays)
        self.offset = 0
        self.alerts: list[dict[str, Any]] = []
        self.advance(0)

    def call(self, minute: float, arrives: float | None = None) -> None:
        arrived = START + int((minute if arrives is None else arrives) * MINUTE)
        value = orjson.dumps({**at_time(CALL, START + int(minute * MINUTE)), "eventID": str(self.offset)})
        batch = RecordBatch(TOPICS.cloudtrail, 0, [Record(self.offset, arrived, None, value)])
        self.alerts += map(orjson.loads, self.simulation.take(batch))
        self.offset += 1

    def advance(self, minute: float) -> None:
        at = START + int(minute * MINUTE)
        self.alerts += map(orjson.loads, self.simulation.advance(TOPICS.cloudtrail, 0, at))

    def told(self) -> list[tuple[str, str, str]]:
        return [
            (alert["rule"]["id"], alert["status"], (alert["ends_at"] or alert["starts_at"])[11:16])
            for alert in self.alerts
        ]


def test_an_event_is_judged_by_the_rules_of_its_own_time_also_when_it_comes_later() -> None:
    world = World([rule_of(AT_ONCE, id="before")], [rule_of(AT_ONCE, id="after")])
    world.call(5)
    world.call(10)
    world.call(9.9, arrives=12)
    assert [(rule, at) for rule, _, at in world.told()] == [
        ("before", "09:05"),
        ("after", "09:10"),
        ("before", "09:09"),
    ]


def test_the_alert_of_a_rule_that_was_removed_is_resolved_when_the_removal_holds() -> None:
    world = World([rule_of({**MORE, "window": "1h"}, id="gone")], [])
    for _ in range(3):
        world.call(5)
    world.advance(60)
    assert world.told() == [("gone", "firing", "09:06"), ("gone", "resolved", "09:11")]
    assert "the rule was removed" in world.alerts[1]["summary"]
    assert len(world.simulation.states[0].memories) == 0


def test_a_rule_with_another_threshold_keeps_its_counts_and_its_open_alert() -> None:
    world = World([rule_of(MORE)], [rule_of({**MORE, "threshold": 3})])
    for minute in (6, 7, 8, 11):
        world.call(minute)
    world.advance(60)
    # From 09:10 on more than three are asked for; minutes 6 to 10 have three, 7 to 11 have three as well.
    assert world.told() == [("r", "firing", "09:09"), ("r", "resolved", "09:11")]
    world = World([rule_of(MORE)], [rule_of({**MORE, "threshold": 1})])
    for minute in (8, 11):
        world.call(minute)
    world.advance(60)
    assert world.told() == [("r", "firing", "09:12"), ("r", "resolved", "09:14")]


def test_silence_is_judged_by_a_new_rule_only_once_it_has_watched_a_whole_window() -> None:
    silent = {"type": "less_than", "threshold": 1, "window": "10m"}
    world = World([], [rule_of(silent, id="silent")])
    world.advance(60)
    # It is judged by arrival, and for the first 15 minutes events may come that were not asked about.
    assert world.told() == [("silent", "firing", "09:35")]


def test_a_removed_rule_that_counted_repetitions_forgets_its_groups() -> None:
    once = rule_of({"type": "immediate", "repeat": "once"}, id="once", **{"group-by": ["account"]})
    world = World([once], [])
    world.call(5)
    world.call(6)
    assert len(world.alerts) == 1
    world.advance(60)
    assert len(world.simulation.states[0].memories) == 0

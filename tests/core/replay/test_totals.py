"""What a replay has seen, beside alerts."""

from __future__ import annotations

import orjson

from schemas.topics import Topics
from streams.core.replay.simulation import Record, RecordBatch, Simulation
from streams.core.replay.timing import at_time
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from tests.core.replay.cases import CALL
from tests.core.rules.rule_files import rule_set, rule_text

MINUTE = 60_000
BEGINS = 1_772_449_200_000


def test_events_that_came_after_an_instant_and_happened_before_it_are_counted() -> None:
    rules = rule_set(rule_text(query="event_name:ConsoleLogin")).rules
    topics = Topics()
    delays = {topics.cloudtrail: 15 * MINUTE, topics.findings: 10 * MINUTE}
    timeline = Timeline(make_plan(rules, ()), {"cloudtrail": 15 * MINUTE, "findings": 10 * MINUTE})
    simulation = Simulation(timeline, topics, delays, begins=BEGINS)
    # In minutes from the instant on: when they came, and when they happened.
    for offset, (came, happened) in enumerate([(-60, -120), (60, -60), (61, 10), (62, 62)]):
        value = orjson.dumps(at_time(CALL, BEGINS + happened * MINUTE))
        record = Record(offset, BEGINS + came * MINUTE, None, value)
        simulation.take(RecordBatch(topics.cloudtrail, 0, [record]))
    assert (simulation.totals.late, simulation.totals.earlier) == (3, 1)

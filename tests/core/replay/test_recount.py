from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.topics import Topics
from streams.core.parsing.times import parse_time
from streams.core.replay.recount import Recount, span_of
from streams.core.replay.simulation import Record, RecordBatch, Simulation
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from streams.core.windows.clock import MINUTE
from tests.core.replay.cases import CALL, rule_of

if TYPE_CHECKING:
    from schemas.rule import Rule

TOPICS = Topics()
START = 1_772_442_000_000 // MINUTE * MINUTE
DELAY = 2 * MINUTE
ACCOUNTS = ("111122223333", "444455556666")
GROUP = {"group-by": ["account"]}
RULES = [
    rule_of({"type": "more_than", "threshold": 1, "window": "3m"}, **GROUP),
    rule_of({"type": "more_than", "threshold": 1, "window": "3m", "for": "1m"}, **GROUP),
    rule_of({"type": "more_than", "threshold": 1, "window": "4m", "windows": "tumbling"}, **GROUP),
    rule_of({"type": "more_than", "threshold": 1, "window": "5m", "aggregate": "unique", "field": "event_id"}),
    rule_of({"type": "less_than", "threshold": 1, "window": "3m"}),
    rule_of({"type": "less_than", "threshold": 2, "window": "2m", "judged-on": "event_time"}),
    rule_of({"type": "ratio", "of": "*", "threshold": 0.4, "minimum": 2, "window": "4m"}, query="event_name:Get*"),
]  # fmt: skip
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(0, 30 * 60),
        st.integers(0, 400),
        st.sampled_from(ACCOUNTS),
        st.sampled_from(["GetObject", "ConsoleLogin"]),
    ),
    max_size=60,
)


def records(events: list[tuple[int, int, int, str, str]]) -> dict[int, list[Record]]:
    """By partition: each event happened some seconds after the start, and arrived some seconds later."""
    arrived: dict[int, list[Record]] = {0: [], 1: []}
    for number, (partition, second, later, account, name) in enumerate(sorted(events, key=lambda one: one[1] + one[2])):
        event = {
            **CALL,
            "eventTime": START // 1000 + second,
            "eventID": f"e-{number}",
            "recipientAccountId": account,
            "eventName": name,
        }
        at = START + (second + later) * 1000
        arrived[partition].append(Record(len(arrived[partition]), at, None, orjson.dumps(event)))
    return arrived


def raised(rule: Rule, arrived: dict[int, list[Record]]) -> list[dict[str, Any]]:
    """What the whole job raises, record by record in the order of their arrival."""
    timeline = Timeline(make_plan([rule], ()), {"cloudtrail": DELAY})
    job = Simulation(timeline, TOPICS, {TOPICS.cloudtrail: DELAY}, of={TOPICS.cloudtrail: 2})
    found = [*job.advance(TOPICS.cloudtrail, 0, START), *job.advance(TOPICS.cloudtrail, 1, START)]
    in_order = sorted(
        ((record, partition) for partition, records in arrived.items() for record in records),
        key=lambda one: one[0].timestamp,
    )
    for record, partition in in_order:
        for other in arrived:
            found += job.advance(TOPICS.cloudtrail, other, record.timestamp)
        found += job.take(RecordBatch(TOPICS.cloudtrail, partition, [record]))
    for partition in arrived:
        found += job.advance(TOPICS.cloudtrail, partition, START + 60 * MINUTE)
    return [orjson.loads(alert) for alert in found]


def recount(rule: Rule, arrived: dict[int, list[Record]], known_from: int = START) -> Recount:
    made = Recount(rule, TOPICS, DELAY, accounts={}, of=2, known_from=known_from)
    for partition, found in arrived.items():
        if found:
            made.take(RecordBatch(TOPICS.cloudtrail, partition, found))
    return made


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.condition.shown()))
@settings(max_examples=40, deadline=None)
@given(events=EVENTS)
def test_every_alert_that_fired_comes_out_the_same_when_its_window_is_counted_again(
    rule: Rule, events: list[tuple[int, int, int, str, str]]
) -> None:
    arrived = records(events)
    made = recount(rule, arrived)
    for alert in raised(rule, arrived):
        if alert["status"] != "firing":
            continue
        end = (parse_time(alert["window"]["end"]) or 0) // MINUTE
        again = made.result(tuple(alert["group"].values()), end)
        assert again.verdict
        assert again.verdict.holds
        assert again.verdict.measured == alert["measured"]


def test_minutes_tell_what_came_late_apart() -> None:
    rule = RULES[0]
    arrived = records([(0, 10, 0, ACCOUNTS[0], "A"), (0, 20, 300, ACCOUNTS[0], "A"), (1, 70, 0, ACCOUNTS[0], "A")])
    again = recount(rule, arrived).result((ACCOUNTS[0],), START // MINUTE + 3)
    assert [(pane.on_time, pane.late) for pane in again.panes] == [(1, 1), (1, 0), (0, 0)]
    assert again.verdict
    assert again.with_late
    assert (again.verdict.measured["count"], again.with_late.measured["count"]) == (2, 3)


def test_a_window_that_begins_before_what_is_known_is_not_complete() -> None:
    made = recount(RULES[0], {0: []}, START)
    first = START // MINUTE + 1
    assert [made.result(("x",), end).complete for end in (first + 2, first + 3)] == [False, True]


def test_what_is_read_covers_all_that_a_rule_looks_back_to_and_what_comes_late() -> None:
    since, until = span_of(
        rule_of({"type": "time_relative", "threshold": 2, "window": "1h", "before": "1d"}), 10_000, 9
    )
    assert since <= (10_000 - 25 * 60 - 1) * MINUTE
    assert until > 10_000 * MINUTE + 9


def test_a_value_is_new_unless_it_was_seen_before() -> None:
    rule = rule_of({"type": "new_value", "field": "event_name", "learn": "1h", "forget": "1h"}, **GROUP)
    arrived = records([(0, 10, 0, ACCOUNTS[0], "A"), (0, 130, 0, ACCOUNTS[0], "A"), (1, 130, 0, ACCOUNTS[1], "A")])
    made = recount(rule, arrived)
    verdicts = [made.result((account, "A"), START // MINUTE + 3).verdict for account in ACCOUNTS]
    assert [verdict and verdict.holds for verdict in verdicts] == [False, True]

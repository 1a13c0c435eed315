"""Random streams and rules for the oracle, and the engine's answer to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from hypothesis import strategies as st

from schemas.rule import Rule
from schemas.topics import Topics
from streams.core.parsing.times import parse_time, to_rfc3339
from streams.core.replay.simulation import Record, RecordBatch, Simulation
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from tests.core.replay.happenings import DELAY, MINUTE, START, Event, Step, Told

if TYPE_CHECKING:
    from collections.abc import Iterator

TOPICS = Topics()
DAY = 1440
LONGEST_APART = 5 * MINUTE

lags = st.one_of(
    st.integers(-30_000, 3 * MINUTE),
    st.integers(0, 10).map(lambda minutes: minutes * MINUTE),
    st.integers(-5 * MINUTE, 60 * MINUTE),
)
numbers = st.one_of(
    st.integers(-3, 12),
    st.sampled_from([0.1, 0.2, 0.3, 2.5, "0.7", "12", "x", -0.0, 1e15, 3_000_000_000, [1, 2.25], [4, "b"], None]),
)
fields = st.fixed_dictionaries(
    {
        "account": st.sampled_from(["1", "1", "1", "2", "3"]),
        "region": st.sampled_from(["r1", "r2"]),
        "code": st.sampled_from([None, "Denied"]),
        "who": st.sampled_from([None, "ann", "bob", 8, ["ann", "bob"], ["bob"]]),
        "size": numbers,
        "ip": st.sampled_from([f"198.51.100.{number}" for number in range(5)]),
    }
)
gaps = st.one_of(
    st.integers(0, 30_000),
    st.integers(0, 4).map(lambda minutes: minutes * MINUTE),
    st.integers(0, 25 * MINUTE),
    st.sampled_from([2 * 60 * MINUTE, 25 * 60 * MINUTE]),
)


@st.composite
def streams(draw: st.DrawFn, most_sources: int = 3, most_steps: int = 14) -> tuple[int, list[Step]]:
    """How many source partitions there are, and what happens in them; no partition stays behind for long."""
    sources = draw(st.integers(1, most_sources))
    steps = [Step(source) for source in range(sources)]
    at, clocks, jumps = 0, dict.fromkeys(range(sources), 0), 0
    for _ in range(draw(st.integers(1, most_steps))):
        gap = draw(gaps)
        jumps += gap > 60 * MINUTE
        at += gap if jumps < 3 or gap <= 60 * MINUTE else 0
        source = draw(st.integers(0, sources - 1))
        for other, clock in clocks.items():
            if at - clock > LONGEST_APART:
                steps.append(Step(other, (), at))
                clocks[other] = at
        events = []
        for _ in range(draw(st.integers(0, 4))):
            came = at + draw(st.integers(-20_000, 20_000))
            events.append(Event(came, came - draw(lags), draw(fields)))
        steps.append(Step(source, tuple(events), at))
        clocks[source] = at
    # In the end everything that can be judged is.
    for minute in range(0, draw(st.sampled_from([0, 30, 90])), 4):
        steps += [Step(source, (), at + minute * MINUTE) for source in range(sources)]
    return sources, steps


def written(rule: dict[str, Any]) -> Rule:
    """The same, read; a field's name says what it is, where a path is no name."""
    keys = [{"who": key} if key == "requestParameters.who" else key for key in rule["group-by"]]
    condition = dict(rule["condition"])
    if condition.get("repeat") == "every":
        condition.pop("renotify", None)  # Nothing is repeated where every event alerts.
    if isinstance(condition.get("expect"), dict):
        condition["expect"] = {("who" if "who" in key else key): value for key, value in condition["expect"].items()}
    return Rule.model_validate({**rule, "group-by": keys, "condition": condition})


def record_of(event: Event, number: int) -> bytes:
    """The event as CloudTrail delivers it."""
    fields = event.fields
    document: dict[str, Any] = {
        "eventVersion": "1.09", "eventSource": "s3.amazonaws.com", "eventName": "GetObject", "eventID": str(number),
        "eventTime": to_rfc3339(START + event.at), "awsRegion": fields["region"], "eventType": "AwsApiCall",
        "sourceIPAddress": fields["ip"], "recipientAccountId": fields["account"],
        "requestParameters": {key: fields[key] for key in ("who", "size") if fields[key] is not None},
        "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::1:user/x", "accountId": "1"},
    }  # fmt: skip
    if fields["code"]:
        document["errorCode"] = fields["code"]
    return orjson.dumps(document)


def pieces(steps: list[Step], cuts: list[int]) -> Iterator[Step]:
    """The steps with their events cut into other batches: neighbours of one partition joined, then cut at random."""
    joined: list[Step] = []
    for step in steps:
        before = joined[-1] if joined else None
        if before and before.events and step.events and before.source == step.source:
            joined[-1] = Step(step.source, before.events + step.events, step.until)
        else:
            joined.append(step)
    turn = 0
    for step in joined:
        events = step.events
        while events:
            size = cuts[turn % len(cuts)] if cuts else len(events)
            turn += 1
            yield Step(step.source, events[:size], step.until)
            events = events[size:]
        if not step.events:
            yield step


def run(
    rule: Rule, sources: int, steps: list[Step], *, partitions: int = 1, cuts: list[int] | None = None, **options: Any
) -> list[dict[str, Any]]:
    """The engine's alerts."""
    delays = {"findings": DELAY, "cloudtrail": DELAY}
    simulation = Simulation(
        Timeline(make_plan([rule], ()), delays),  # type: ignore[arg-type]  # The keys are those of sources.
        TOPICS,
        {TOPICS.cloudtrail: DELAY},
        partitions=partitions,
        of={TOPICS.cloudtrail: sources},
        **options,
    )
    offsets = dict.fromkeys(range(sources), 0)
    found: list[bytes] = []
    number = 0
    for step in steps if cuts is None else pieces(steps, cuts):
        if not step.events:
            found += simulation.advance(TOPICS.cloudtrail, step.source, START + step.until)
            continue
        records = []
        for event in step.events:
            records.append(Record(offsets[step.source], START + event.came, None, record_of(event, number)))
            offsets[step.source] += 1
            number += 1
        found += simulation.take(RecordBatch(TOPICS.cloudtrail, step.source, records))
    assert simulation.totals.refused == 0
    return [orjson.loads(alert) for alert in found]


def told_of(alert: dict[str, Any], kind: str) -> Told:
    """An alert as the oracle tells it."""
    starts, ends = parse_time(alert["starts_at"]) or 0, alert["ends_at"] and parse_time(alert["ends_at"])
    if kind != "immediate":
        starts //= MINUTE
    group = tuple(alert["group"].values())
    measured = alert["measured"]
    return Told(alert["status"], group, starts, ends and ends // MINUTE, alert["rule"]["level"], measured)

"""Run the tests in a rule's file: single events, counts, and events on a virtual clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from schemas.condition import Immediate, Windowed
from schemas.topics import Topics
from streams.core.conditions.rehearse import rehearse
from streams.core.parsing.times import parse_time, to_rfc3339
from streams.core.parsing.unwrap import unwrap
from streams.core.replay.simulation import Record, RecordBatch, Simulation
from streams.core.replay.timing import at_time, own_time
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from streams.core.rules.trial import run_event_test
from streams.core.windows.clock import DAY, MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schemas.measure import Source
    from schemas.rule import Rule
    from schemas.rule_test import RuleTest, TestEvent

DELAYS: dict[Source, int] = {"findings": 10 * MINUTE, "cloudtrail": 15 * MINUTE}
"""How long events may take to arrive, by source: as workers have it by default."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event of a test: when it arrives (epoch ms), and its bytes."""

    at: int
    value: bytes


def run_test(rule: Rule, test: RuleTest, files: Mapping[str, bytes] | None = None) -> str | None:
    """Run one test; the result says what went otherwise than expected, or is None.

    ``files`` are the contents of the files that tests name, by the name that is written.
    """
    if test.event is not None:
        return run_event_test(rule, test)
    if test.counts is not None:
        fires = rehearse(rule.condition, test.counts).holds
        wanted = test.expect == "fires"
        return None if fires == wanted else f"expected {test.expect}, but was {'fires' if fires else 'silent'}"
    try:
        alerts = simulate(rule.model_copy(update={"lists": rule.lists | test.lists}), test, files or {})
    except ValueError as error:
        return str(error)
    return _expected(test, alerts) if test.alerts is None else _compared(list(test.alerts), alerts)


def simulate(rule: Rule, test: RuleTest, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """The alerts of a test with events, in order; raises ValueError for an event that can't be used."""
    topics = Topics()
    delays = {topic: DELAYS[source] for topic, source in topics.sources().items()}
    simulation = Simulation(Timeline(make_plan([rule], ()), DELAYS), topics, delays)
    topic = next(topic for topic, source in topics.sources().items() if source == rule.source)
    arrivals = sorted(_arrivals(test, files), key=lambda arrival: arrival.at)
    start = int(test.start.timestamp() * 1000)
    if arrivals and all(event.at is None for event in test.events):
        start = min(start, arrivals[0].at) if test.until is not None else arrivals[0].at
    found = simulation.advance(topic, 0, start // MINUTE * MINUTE)
    clock = start
    for offset, arrival in enumerate(arrivals):
        found += _wait(simulation, topic, clock, arrival.at)
        clock = max(clock, arrival.at)
        found += simulation.take(RecordBatch(topic, 0, [Record(offset, arrival.at, None, arrival.value)]))
    if simulation.totals.refused:
        message = "an event of the test can't be read"
        raise ValueError(message)
    end = start + test.until * 1000 if test.until is not None else clock + _lasts(rule, delays[topic])
    found += _wait(simulation, topic, clock, end)
    return [orjson.loads(alert) for alert in found]


def _wait(simulation: Simulation, topic: str, since: int, until: int) -> list[bytes]:
    """Let time go by, a day at most at once."""
    found: list[bytes] = []
    while since < until:
        since = min(since + DAY, until)
        found += simulation.advance(topic, 0, since)
    return found


def _lasts(rule: Rule, delay: int) -> int:
    """How long after its last event a rule may still have something to say, in milliseconds."""
    condition = rule.condition
    minutes = 2
    if isinstance(condition, Windowed):
        minutes += condition.window + condition.for_ + condition.keep_firing_for
    return delay + minutes * MINUTE


def _arrivals(test: RuleTest, files: Mapping[str, bytes]) -> Iterator[Arrival]:
    start = int(test.start.timestamp() * 1000)
    for written in test.events:
        for document in _documents(written, files):
            for turn in range(written.times):
                if written.at is None:
                    at = own_time(document)
                else:
                    at = start + (written.at + turn * written.every) * 1000
                    document = at_time(document, at)  # noqa: PLW2901 - the same event, at another time
                arrives = at if written.arrives is None else start + (written.arrives + turn * written.every) * 1000
                yield Arrival(arrives, orjson.dumps(_numbered(document, turn)))


def _documents(written: TestEvent, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    if written.event is not None:
        return [_with(written.event, written.set)]
    if written.file not in files:
        message = f"the file {written.file} can't be read"
        raise ValueError(message)
    documents = []
    for line in _texts(files[str(written.file)]):
        for event in unwrap(line):
            if not hasattr(event, "document"):
                message = f"{written.file}: {event.detail}"
                raise ValueError(message)
            documents.append(_with(event.document, written.set))
    return documents


def _texts(data: bytes) -> list[bytes]:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return [line for line in data.splitlines() if line.strip()]
    return [data]


def _with(document: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The document with values put at dotted paths."""
    changed: dict[str, Any] = orjson.loads(orjson.dumps(document))
    for path, value in changes.items():
        here = changed
        *parents, last = path.split(".")
        for name in parents:
            here = here.setdefault(name, {})
        here[last] = value
    return changed


def _numbered(document: dict[str, Any], turn: int) -> dict[str, Any]:
    """A record that comes again is another record."""
    if turn and isinstance(document.get("eventID"), str):
        return {**document, "eventID": f"{document['eventID']}-{turn + 1}"}
    return document


def _expected(test: RuleTest, alerts: list[dict[str, Any]]) -> str | None:
    fired = [alert for alert in alerts if alert["status"] == "firing"]
    if bool(fired) != (test.expect == "fires"):
        return f"expected {test.expect}, but {_told(alerts)}"
    if test.level is not None and fired[0]["rule"]["level"] != test.level:
        return f"expected level {test.level}, but was {fired[0]['rule']['level']}"
    return None


def _compared(wanted: list[dict[str, Any]], alerts: list[dict[str, Any]]) -> str | None:
    for place, expected in enumerate(wanted):
        if place >= len(alerts):
            return f"alert {place + 1} is missing: {_told(alerts)}"
        difference = _differs(expected, alerts[place], "")
        if difference:
            return f"alert {place + 1}: {difference}"
    if len(alerts) > len(wanted):
        return f"expected {len(wanted)} alerts, but {_told(alerts)}"
    return None


def _differs(wanted: Any, found: Any, path: str) -> str | None:
    """Where something that is written differs from what there is; keys that are not written are not compared."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key, value in wanted.items():
            here = f"{path}.{key}" if path else str(key)
            difference = f"there is no {here}" if key not in found else _differs(value, found[key], here)
            if difference:
                return difference
        return None
    if isinstance(wanted, dt.datetime):
        wanted = to_rfc3339(int(wanted.timestamp() * 1000))
    if isinstance(wanted, str) and isinstance(found, str) and parse_time(wanted) == parse_time(found) is not None:
        return None
    return None if wanted == found else f"expected {path} to be {wanted!r}, but was {found!r}"


def _told(alerts: list[dict[str, Any]]) -> str:
    if not alerts:
        return "there was no alert"
    lines = [f"{alert['starts_at']} {alert['status']} {alert['summary']}" for alert in alerts[:10]]
    more = f"\n    and {len(alerts) - 10} more" if len(alerts) > 10 else ""  # noqa: PLR2004 - as many as are shown
    return "there were these alerts:\n    " + "\n    ".join(lines) + more


def is_tested(rule: Rule) -> tuple[bool, bool]:
    """Whether a rule has a test in which it fires (or counts), and one in which it does not."""
    fires = any(test.expect in {"fires", "counted"} or bool(test.alerts) for test in rule.tests)
    silent = any(test.expect in {"silent", "ignored"} or test.alerts == () for test in rule.tests)
    if not isinstance(rule.condition, Immediate):
        fires = any(test.expect == "fires" or bool(test.alerts) for test in rule.tests)
        silent = any(test.expect == "silent" or test.alerts == () for test in rule.tests)
    return fires, silent

"""Run the tests in a rule's file: single events, counts, and events on a virtual clock."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import TYPE_CHECKING, Any

import orjson

from schemas.condition import Immediate, Windowed
from schemas.tag import LifecycleTag
from schemas.topics import Topics
from streams.core.alerts.episode import level_of
from streams.core.conditions.rehearse import rehearse
from streams.core.parsing.times import parse_time, to_rfc3339
from streams.core.plural import counted
from streams.core.replay.arrivals import arrivals_of
from streams.core.replay.simulation import Record, RecordBatch, Simulation
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from streams.core.rules.trial import run_event_test
from streams.core.tags.near import TagTimes
from streams.core.windows.clock import DAY, MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.measure import Source
    from schemas.rule import Rule
    from schemas.rule_test import RuleTest
    from streams.core.conditions.verdict import Verdict

DELAYS: dict[Source, int] = {"findings": 10 * MINUTE, "cloudtrail": 15 * MINUTE}
"""How long events may take to arrive, by source: as workers have it by default."""


def run_test(rule: Rule, test: RuleTest, files: Mapping[str, bytes] | None = None) -> str | None:
    """Run one test; the result says what went otherwise than expected, or is None.

    ``files`` are the contents of the files that tests name, by the name that is written.
    """
    if test.event is not None:
        return run_event_test(rule, test)
    if test.counts is not None:
        return _counted(rule, test, rehearse(rule.condition, test.counts))
    try:
        alerts = simulate(rule.model_copy(update={"lists": rule.lists | test.lists}), test, files or {})
    except ValueError as error:
        return str(error)
    return _expected(test, alerts) if test.alerts is None else _compared(list(test.alerts), alerts)


def simulate(rule: Rule, test: RuleTest, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """The alerts of a test with events, in order; raises ValueError for an event that can't be used."""
    topics = Topics()
    delays = {topic: DELAYS[source] for topic, source in topics.sources().items()}
    simulation = Simulation(Timeline(make_plan([rule], ()), DELAYS), topics, delays, tags=_releases(test))
    topic = next(topic for topic, source in topics.sources().items() if source == rule.source)
    arrivals = sorted(arrivals_of(test, rule.source, files), key=lambda arrival: arrival.at)
    start = int(test.start.timestamp() * 1000)
    if arrivals and all(event.at is None for event in test.events):
        start = min(start, arrivals[0].at) if test.until is not None else arrivals[0].at
    found = simulation.advance(topic, 0, start // MINUTE * MINUTE)
    clock = start
    offset = 0
    # What comes within one minute is one flush, since nothing is judged meanwhile.
    for _, minute in groupby(arrivals, key=lambda arrival: arrival.at // MINUTE):
        records = [Record(offset + place, arrival.at, None, arrival.value) for place, arrival in enumerate(minute)]
        found += _wait(simulation, topic, clock, records[0].timestamp)
        found += simulation.take(RecordBatch(topic, 0, records))
        clock = max(clock, records[-1].timestamp)
        offset += len(records)
    if simulation.totals.refused:
        message = "an event of the test can't be read"
        raise ValueError(message)
    end = start + test.until * 1000 if test.until is not None else clock + _lasts(rule, delays[topic])
    found += _wait(simulation, topic, clock, end)
    return [orjson.loads(alert) for alert in found]


def _releases(test: RuleTest) -> TagTimes:
    """The releases of a test; those at once are ordered by their place in it."""
    times, start = TagTimes(0), int(test.start.timestamp() * 1000)
    for place, one in enumerate(test.releases):
        began = to_rfc3339(start + one.at * 1000)
        times.put(
            LifecycleTag(
                id=f"release-{place:04}",
                name=one.name,
                kind=one.kind,
                applications=one.application,
                environment=one.environment,
                started_at=began,
            )
        )
    return times


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


def _counted(rule: Rule, test: RuleTest, verdict: Verdict) -> str | None:
    if verdict.holds != (test.expect == "fires"):
        return f"expected {test.expect}, but was {'fires' if verdict.holds else 'silent'}"
    if test.level is not None and (level := level_of(rule, verdict)) != test.level:
        return f"expected level {test.level}, but was {level}"
    return None


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
            return f"alert {place + 1} is missing, {orjson.dumps(expected, default=str).decode()}: {_told(alerts)}"
        difference = _differs(expected, alerts[place], "")
        if difference:
            return f"alert {place + 1}: {difference}"
    if len(alerts) > len(wanted):
        return f"expected {counted(len(wanted), 'alert')}, but {_told(alerts)}"
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

"""Rules that are limited to the time since a release, through the whole job, and judged again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.alert import Alert
from schemas.event import Event, Kind
from schemas.rule_test import RuleTest
from schemas.tag import LifecycleTag
from streams.core.alerts.explain import EventVerdict, explain_event
from streams.core.alerts.uphold import Outcome, uphold_event
from streams.core.conditions.since_release import release_of
from streams.core.parsing.times import parse_time, to_rfc3339
from streams.core.replay.recount import Recount
from streams.core.replay.rule_tests import run_test, simulate
from streams.core.replay.simulation import Record, RecordBatch, Simulation
from streams.core.replay.timing import at_time
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from streams.core.tags.near import TagTimes
from streams.core.windows.clock import MINUTE
from tests.core.replay.cases import CALL, call, rule_of
from tests.core.replay.test_recount import DELAY, EVENTS, START, TOPICS, records

if TYPE_CHECKING:
    from schemas.rule import Rule

LIMIT: dict[str, Any] = {"since-release": {"within": "10m"}}
GROUP = {"group-by": ["account"]}
AT_ONCE = rule_of({"type": "immediate", **LIMIT}, **GROUP)
WINDOWED = [
    rule_of({"type": "more_than", "threshold": 1, "window": "5m", **LIMIT}, **GROUP),
    rule_of({"type": "more_than", "threshold": 0, "window": "3m", "for": "2m", **LIMIT}, **GROUP),
    rule_of({"type": "more_than", "threshold": 1, "window": "4m", "windows": "tumbling", **LIMIT}, **GROUP),
    rule_of({"type": "less_than", "threshold": 1, "window": "3m", **LIMIT}),
    rule_of({"type": "ratio", "of": "*", "threshold": 0.4, "window": "4m", **LIMIT}, query="event_name:G*"),
]  # fmt: skip


def alerts_of(rule: Rule, *events: dict[str, Any], releases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    written = {"name": "t", "events": list(events), "releases": releases, "alerts": []}
    found = simulate(rule, RuleTest.model_validate(written), {})
    for alert in found:
        Alert.model_validate(orjson.loads(orjson.dumps(alert)))
    return found


def test_an_event_alerts_from_the_start_of_a_release_until_its_time_is_over() -> None:
    events = [call(at) for at in ("59m59s", "1h", "1h9m59s", "1h10m")]
    found = alerts_of(AT_ONCE, *events, releases=[{"at": "1h", "name": 'shop "2"'}])
    assert [alert["starts_at"][11:19] for alert in found] == ["10:00:00", "10:09:59"]
    assert [alert["release"] for alert in found] == [
        {"id": "release-0000", "name": 'shop "2"', "started_at": "2026-03-02T10:00:00.000Z"}
    ] * 2
    assert alerts_of(AT_ONCE, *events, releases=[]) == []


def test_of_two_releases_the_newer_one_is_named_and_of_two_at_once_the_first() -> None:
    releases = [{"at": "1h", "name": "a"}, {"at": "1h5m", "name": "b"}, {"at": "1h5m", "name": "c"}]
    found = alerts_of(AT_ONCE, call("1h4m"), call("1h6m"), releases=releases)
    assert [alert["release"]["name"] for alert in found] == ["a", "b"]


def test_a_group_that_alerts_once_is_silent_before_the_release_and_alerts_in_its_time() -> None:
    rule = rule_of({"type": "immediate", "repeat": "once", **LIMIT}, **GROUP)
    found = alerts_of(rule, *map(call, ("50m", "1h1m", "1h2m")), releases=[{"at": "1h", "name": "a"}])
    assert [(alert["starts_at"][11:16], alert["release"]["name"]) for alert in found] == [("10:01", "a")]


def test_a_test_with_a_single_event_or_counts_leaves_the_limit_aside() -> None:
    single = RuleTest.model_validate({"name": "t", "event": CALL, "expect": "fires"})
    assert run_test(AT_ONCE, single) is None
    counted = RuleTest.model_validate({"name": "t", "counts": {"count": [1, 1]}, "expect": "fires"})
    assert run_test(WINDOWED[0], counted) is None


@pytest.mark.parametrize(
    ("condition", "test", "says"),
    [
        ({}, {"until": "1h", "releases": [{"at": "1m"}]}, "its condition has no since-release"),
        (LIMIT, {"event": CALL, "releases": [{"at": "1m"}]}, "need `events` or `until`"),
        ({"since-release": {"within": "0m"}}, {"until": "1h"}, "0m is outside 1m to 7d"),
        ({"since-release": {"within": "8d"}}, {"until": "1h"}, "8d is outside 1m to 7d"),
        ({"since-release": {"within": "6"}}, {"until": "1h"}, "no duration"),
        ({"since-release": {}}, {"until": "1h"}, "Field required"),
        ({"since-release": {"within": "1h", "kind": []}}, {"until": "1h"}, "at least 1 item"),
        ({"since-release": {"within": "1h", "apps": ["a"]}}, {"until": "1h"}, "Extra inputs"),
    ],
)
def test_what_makes_no_sense_is_refused(condition: dict[str, Any], test: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        rule_of({"type": "immediate", **condition}, tests=[{"name": "t", "expect": "silent", **test}])


def test_an_event_is_upheld_by_the_release_that_its_alert_names() -> None:
    [alert] = alerts_of(AT_ONCE, call("1h1m"), releases=[{"at": "1h", "name": "a"}])
    judged = explain_event(AT_ONCE, Event(Kind.CLOUDTRAIL, at_time(CALL, parse_time(alert["starts_at"]) or 0), 0), {})
    assert isinstance(judged, EventVerdict)
    earlier = {**alert["release"], "started_at": "2026-03-02T09:00:00Z"}
    told = [uphold_event({**alert, "release": one}, AT_ONCE, judged) for one in (alert["release"], earlier, None)]
    assert [one.outcome for one in told] == [Outcome.SAME, Outcome.DIFFERENT, Outcome.DIFFERENT]
    assert told[1].words.endswith("the event lies outside of the 10m since a began")
    assert told[2].words.endswith("it asks for a release, and the alert names none")


def tags_of(seconds: list[int]) -> TagTimes:
    times = TagTimes(0)
    for number in seconds:
        started = to_rfc3339(START + number * 1000)
        times.put(LifecycleTag(id=f"t{number}", name=f"t{number}", started_at=started))
    return times


def raised(rule: Rule, arrived: dict[int, list[Record]], tags: TagTimes) -> list[dict[str, Any]]:
    """What the whole job raises, a minute at a time, as all partitions' clocks go on."""
    timeline = Timeline(make_plan([rule], ()), {"cloudtrail": DELAY})
    job = Simulation(timeline, TOPICS, {TOPICS.cloudtrail: DELAY}, of={TOPICS.cloudtrail: 2}, tags=tags)
    found = []
    for end in range(START, START + 60 * MINUTE, MINUTE):
        for partition, some in arrived.items():
            now = [record for record in some if end - MINUTE <= record.timestamp < end]
            found += job.take(RecordBatch(TOPICS.cloudtrail, partition, now))
            found += job.advance(TOPICS.cloudtrail, partition, end)
    return [orjson.loads(alert) for alert in found]


@pytest.mark.parametrize("rule", WINDOWED, ids=lambda rule: str(rule.condition.shown()))
@settings(max_examples=40, deadline=None)
@given(events=EVENTS, seconds=st.lists(st.integers(0, 40 * 60), max_size=4, unique=True))
def test_every_alert_comes_out_the_same_when_its_window_is_counted_again_by_the_release_that_it_names(
    rule: Rule, events: list[tuple[int, int, int, str, str]], seconds: list[int]
) -> None:
    arrived = records(events)
    made = Recount(rule, TOPICS, DELAY, accounts={}, of=2, known_from=START)
    for partition, some in arrived.items():
        if some:
            made.take(RecordBatch(TOPICS.cloudtrail, partition, some))
    for alert in raised(rule, arrived, tags_of(seconds)):
        end = (parse_time(alert["window"]["end"]) or 0) // MINUTE
        release = release_of(alert)
        assert release is not None
        assert (parse_time(alert["window"]["start"]) or 0) >= release.started_ms
        if alert["status"] != "firing":
            continue
        group = tuple(alert["group"].values())
        again = made.result(group, end, release)
        assert again.verdict
        assert again.verdict.holds
        assert again.verdict.measured == alert["measured"]
        assert alert["summary"].startswith(f"R: {again.verdict.words}")
        without = made.result(group, end)
        assert without.verdict
        assert not without.verdict.holds

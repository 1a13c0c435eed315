"""Alerts that workers raised, judged again from the topics; and what a change of rules would have done to them.

As in the tests of silence, record timestamps lie in the past, so that an hour takes a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from schemas.applied import AppliedRules
from schemas.rule import Rule
from streams.adapters.applied_rules import publish
from streams.adapters.topic_reader import read_topic
from tests.cli.conftest import Cli
from tests.core.replay.cases import CALL
from tests.faults.support.scene import Scene
from tests.faults.support.topics import client_options

if TYPE_CHECKING:
    from streams.settings import Settings
    from tests.conftest import Broker
    from tests.faults.support.topics import Group
    from tests.faults.support.workers import Crew

MINUTE = 60_000
CREW = {"GUARDSTREAM_IDLE_AFTER": "1h"}
"""An idle partition's clock moves to the present, which is hours after these records, and would end every test."""
LOGIN = {
    "id": "login", "title": "Login", "level": "low", "source": "cloudtrail", "group-by": ["account"],
    "query": "event_name:ConsoleLogin AND NOT outcome:denied", "condition": {"type": "immediate"},
    "exceptions": [{"query": "source_address:203.0.113.0/24", "reason": "our office"}],
}  # fmt: skip
BURST = {
    **LOGIN, "id": "burst", "title": "Burst", "condition": {"type": "more_than", "threshold": 5, "window": "5m"},
    "levels": [{"level": "critical", "above": 100}, {"level": "medium", "above": 7}],
}  # fmt: skip


def rules(at: int, *written: dict[str, Any]) -> AppliedRules:
    return AppliedRules(effective_from=at, rules=tuple(map(Rule.model_validate, written)), measures=())


def call(at: int, name: str, **changes: Any) -> dict[str, Any]:
    return {**CALL, "eventTime": at // 1000, "eventID": name, **changes}


def feed(settings: Settings, start: int) -> None:
    """Two logins a message and partition in each of two minutes; other calls before and after move the clocks."""
    producer = Producer(client_options(settings))
    for minute in (-9, 0, 1, 40):
        at = start + minute * MINUTE
        for partition in range(4):
            names = [f"{minute}-{partition}-{number}" for number in range(2)]
            batch = {"Records": [call(at, name) for name in names]}
            if minute in {-9, 40}:
                batch = {"Records": [call(at, names[0], eventName="GetObject")]}
            producer.produce(settings.cloudtrail_topic, orjson.dumps(batch), partition=partition, timestamp=at)
    assert producer.flush(30) == 0


def forget_first_logins(settings: Settings) -> None:
    """Let the first logins of each partition expire."""
    admin = AdminClient(client_options(settings))
    before = [TopicPartition(settings.cloudtrail_topic, number, 2) for number in range(4)]
    for done in admin.delete_records(before).values():
        done.result(30)


def explain(cli: Cli, second: dict[str, Any], burst: dict[str, Any]) -> None:
    """Both alerts hold, the first by the revision that raised it."""
    text = cli.run("alerts", "explain", second["alert_id"])
    assert "✓ event_name is 'ConsoleLogin'   (ConsoleLogin)" in text
    assert "exception (our office): does not hold" in text
    assert "Judged again by the alert's own." in text
    assert "verdict: the same, the rule fires on this event, with level low" in text
    [told] = cli.objects("alerts", "explain", second["alert_id"])
    assert told["revision"]["judged_by"] == second["rule"]["revision"] != told["revision"]["today"]
    assert told["events"][0]["reference"]["index"] == 1
    text = cli.run("alerts", "explain", burst["alert_id"])
    assert "✗ critical: above 100   (8)" in text
    assert "verdict: the same, 8 in 5m, more than 5" in text
    [told] = cli.objects("alerts", "explain", burst["alert_id"])
    assert [minute["on_time"] for minute in told["window"]["minutes"]] == [0, 0, 0, 0, 8]
    assert told["window"]["complete"]


def preview(cli: Cli) -> None:
    """An exception, another threshold, and other rules altogether, over what workers have counted."""
    since = ("--since", "6h")
    exception = ("except", "login", "event_id:(0-0-0 OR 1-0-0)", "--reason", "ours", "--preview", *since)
    text = cli.run("rules", *exception)
    assert "login: 2 alerts removed, 0 added, 0 changed, 14 the same" in text
    assert "2 events would have been excepted by event_id:(0-0-0 OR 1-0-0)" in text
    assert "Nothing was applied." in text
    override = ("override", "burst", "--threshold", "9", "--reason", "noise", "--preview", *since)
    assert "burst: 0 alerts removed, 0 added, 1 changed, 0 the same" in cli.run("rules", *override)
    removed = next(one for one in cli.objects("rules", "preview", *since) if one["rule"] == "login")
    assert (len(removed["removed"]), removed["added"], removed["same"]) == (16, [], 0)


def explain_what_expired(cli: Cli, second: dict[str, Any], burst: dict[str, Any]) -> None:
    """The alert of one event has it embedded; of a window nobody can tell."""
    [told] = cli.objects("alerts", "explain", second["alert_id"])
    assert (told["events"][0]["standing"], told["verdict"]["outcome"]) == ("embedded", "same")
    text = cli.run("alerts", "explain", burst["alert_id"], code=1)
    assert "verdict: can't be told" in text
    assert "8 expired" in text
    assert "no alert has the id" in cli.run("alerts", "explain", "zz", code=2)


def test_what_workers_raised_is_explained_and_a_change_is_previewed(
    kafka: Broker, settings: Settings, crew: Crew, group: Group, start: int
) -> None:
    cli = Cli(settings)
    tried = {**LOGIN, "id": "tried", "dry-run": True, "exceptions": []}
    publish(settings, rules(start, LOGIN, BURST, tried))
    Scene(crew, group, kafka, seed=1).open(1)
    feed(settings, start)
    group.await_all_committed()
    publish(settings, rules(start + 60 * MINUTE, {**LOGIN, "level": "high"}, BURST, tried))
    found = cli.objects("alerts", "list")
    second = next(one for one in found if one["evidence"]["items"][0]["event_id"] == "0-3-1")
    burst = next(one for one in found if one["rule"]["id"] == "burst")
    explain(cli, second, burst)
    only_tried = orjson.loads(next(read_topic(settings, cli.topics.dry_run_alerts)).value or b"")
    assert "of a rule that is only tried" in cli.run("alerts", "explain", only_tried["alert_id"])
    preview(cli)
    forget_first_logins(settings)
    explain_what_expired(cli, second, burst)

"""Rules that are applied while workers run: every event is judged by those of its time, after a crash too.

As in the tests of silence, record timestamps lie in the past, so that an hour takes a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from confluent_kafka import Producer

from schemas.applied import AppliedRules
from schemas.rule import Rule
from streams.adapters.applied_rules import publish, read_applied
from tests.core.replay.cases import CALL
from tests.faults.support.scene import Scene
from tests.faults.support.topics import await_that, client_options, read_all
from tests.faults.support.workers import COMMAND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.settings import Settings
    from tests.conftest import Broker
    from tests.faults.support.topics import Group
    from tests.faults.support.workers import Crew

MINUTE = 60_000
CREW = {"GUARDSTREAM_IDLE_AFTER": "1h", "command": ["info" if word == "warn" else word for word in COMMAND]}
"""An idle partition's clock moves to the present, which is hours after these records, and would end every test.

Which rules hold is told at INFO.
"""
BURST = {"type": "more_than", "threshold": 2, "window": "2h"}


def rules(at: int, *ids: str, **condition: Any) -> AppliedRules:
    made = [
        Rule.model_validate(
            {
                "id": name, "title": name, "level": "low", "source": "cloudtrail", "query": "event_name:ConsoleLogin",
                "group-by": ["account"], "condition": condition or {"type": "immediate"},
            }
        )
        for name in ids
    ]  # fmt: skip
    return AppliedRules(effective_from=at, rules=tuple(made), measures=())


def feed(settings: Settings, minutes: Iterable[int], start: int) -> None:
    """Produce a call to each partition in each of these minutes after ``start``."""
    producer = Producer(client_options(settings))
    for minute in minutes:
        for partition in range(4):
            at = start + minute * MINUTE
            event = {**CALL, "eventTime": at // 1000, "eventID": f"{minute}-{partition}"}
            producer.produce(settings.cloudtrail_topic, orjson.dumps(event), partition=partition, timestamp=at)
    assert producer.flush(30) == 0


def alerts(settings: Settings) -> list[dict[str, Any]]:
    return [orjson.loads(message.value()) for message in read_all(settings, settings.topics().alerts)]


def judged(settings: Settings) -> dict[str, set[str]]:
    """The events that each rule alerted on."""
    found: dict[str, set[str]] = {}
    for alert in alerts(settings):
        if alert["evidence"]["items"]:
            found.setdefault(alert["rule"]["id"], set()).add(alert["evidence"]["items"][0]["event_id"])
    return found


def events(*minutes: int) -> set[str]:
    return {f"{minute}-{partition}" for minute in minutes for partition in range(4)}


def test_each_event_is_judged_by_the_rules_of_its_time_through_a_kill_and_a_change_while_workers_run(
    kafka: Broker, settings: Settings, crew: Crew, group: Group, start: int
) -> None:
    publish(settings, rules(start, "first"))
    Scene(crew, group, kafka, seed=1).open(1)
    feed(settings, range(3), start)
    group.await_all_committed()
    # It is applied while the worker runs, which looks every five seconds.
    publish(settings, rules(start + 5 * MINUTE, "second"))
    [worker] = crew.workers
    await_that(lambda: worker.log.read_text().count(" on; the folders of") > 1, "the second set is read", 30)
    feed(settings, [4, 5, 6], start)
    group.await_all_committed()
    crew.kill(worker)
    # A late event of the first rules' time, read by a worker that knows both only from the topic.
    feed(settings, [3, 7], start)
    crew.start()
    group.await_all_committed()
    assert judged(settings) == {"first": events(0, 1, 2, 3, 4), "second": events(5, 6, 7)}
    assert len(read_applied(settings)) == 2


def test_the_open_alert_of_a_rule_that_is_gone_is_resolved(
    kafka: Broker, settings: Settings, crew: Crew, group: Group, start: int
) -> None:
    publish(settings, rules(start, "burst", **BURST))
    publish(settings, rules(start + 60 * MINUTE, "other"))
    Scene(crew, group, kafka, seed=1).open(1)
    feed(settings, [0, 1, 30, 100], start)
    group.await_all_committed()
    told = [(alert["rule"]["id"], alert["status"]) for alert in alerts(settings) if alert["rule"]["id"] == "burst"]
    assert told == [("burst", "firing"), ("burst", "resolved")]

"""Rules that are limited to the time since a release, by workers that are killed meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from confluent_kafka import Producer

from schemas.applied import AppliedRules
from schemas.rule import Rule
from schemas.tag import LifecycleTag
from streams.adapters.applied_rules import publish
from streams.adapters.tag_topic import publish_tag
from streams.core.parsing.times import to_rfc3339
from tests.cli.conftest import Cli
from tests.faults.support.scene import Scene
from tests.faults.support.topics import client_options, read_all
from tests.faults.test_explained_alerts import BURST, LOGIN, MINUTE, call

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.settings import Settings
    from tests.conftest import Broker
    from tests.faults.support.topics import Group
    from tests.faults.support.workers import Crew

CREW = {"GUARDSTREAM_IDLE_AFTER": "1h"}
"""An idle partition's clock moves to the present, which is hours after these records, and would end every test."""
SHOP = {"since-release": {"within": "1h", "application": ["shop"], "environment": ["production"]}}
CART = {"since-release": {"within": "1h", "application": ["cart"]}}
MORE = {"type": "more_than", "threshold": 5, "window": "30m"}
RULES: list[dict[str, Any]] = [
    {**LOGIN, "id": "login", "exceptions": [], "condition": {"type": "immediate", **SHOP}},
    {**BURST, "id": "burst", "exceptions": [], "levels": [], "condition": {**MORE, **SHOP}},
    {**LOGIN, "id": "login-cart", "condition": {"type": "immediate", **CART}},
    {**BURST, "id": "burst-cart", "levels": [], "condition": {**MORE, **CART}},
]


def feed(settings: Settings, start: int, minutes: Iterable[int], name: str = "ConsoleLogin") -> None:
    """A login, or another call that moves the clocks, to each partition in each of these minutes."""
    producer = Producer(client_options(settings))
    for minute in minutes:
        at = start + minute * MINUTE
        for partition in range(4):
            value = orjson.dumps(call(at, f"{minute}-{partition}", eventName=name))
            producer.produce(settings.cloudtrail_topic, value, partition=partition, timestamp=at)
    assert producer.flush(30) == 0


def raised(settings: Settings) -> dict[tuple[str, str], dict[str, Any]]:
    """Every version of every alert; what comes again has to be the same."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for message in read_all(settings, settings.topics().alerts):
        alert = orjson.loads(message.value())
        assert found.setdefault((alert["alert_id"], alert["status"]), alert) == alert
    return found


def test_alerts_come_in_the_time_of_a_release_alone_and_the_same_ones_whoever_is_killed(
    kafka: Broker, settings: Settings, crew: Crew, group: Group, start: int
) -> None:
    cli = Cli(settings)
    publish(
        settings,
        AppliedRules(effective_from=start, rules=tuple(Rule.model_validate(rule) for rule in RULES), measures=()),
    )
    began = to_rfc3339(start + 30 * MINUTE)
    release = {"id": "shop-2", "name": "shop 2", "started_at": began}
    for changes in ({}, {"id": "else", "name": "elsewhere", "environment": "test", "started_at": to_rfc3339(start)}):
        tag = {**release, "applications": ("shop",), "environment": "production", **changes}
        publish_tag(settings, LifecycleTag.model_validate(tag))
    scene = Scene(crew, group, kafka, seed=1)
    scene.open(2)
    feed(settings, start, [-9], "GetObject")
    feed(settings, start, [10, 29, 31])
    scene.kill()
    feed(settings, start, [32, 50])
    feed(settings, start, [53], "GetObject")
    scene.kill()
    feed(settings, start, [120, 121])
    scene.kill()
    feed(settings, start, [160], "GetObject")
    group.await_all_committed()
    scene.check()
    alerts = raised(settings)
    assert {orjson.dumps(alert["release"]) for alert in alerts.values()} == {orjson.dumps(release)}
    logins = [alert for alert in alerts.values() if alert["rule"]["id"] == "login"]
    named = {item["event_id"] for alert in logins for item in alert["evidence"]["items"]}
    assert named == {f"{minute}-{partition}" for minute in (31, 32, 50) for partition in range(4)}
    assert len(logins) == len(named)
    fired, over = sorted(
        (alert for alert in alerts.values() if alert["rule"]["id"] == "burst"), key=lambda alert: str(alert["ends_at"])
    )[::-1]
    assert (fired["status"], fired["measured"]["count"]) == ("firing", 8)
    assert fired["window"] == {"start": began, "end": to_rfc3339(start + 33 * MINUTE)}
    assert (over["alert_id"], over["ends_at"]) == (fired["alert_id"], to_rfc3339(start + 63 * MINUTE))
    assert len(alerts) == len(logins) + 2
    replayed = {alert["alert_id"]: alert for alert in cli.objects("replay")}
    assert replayed == {alert_id: alert for (alert_id, _), alert in alerts.items() if alert != fired}
    for alert_id in (logins[0]["alert_id"], fired["alert_id"]):
        text = cli.run("alerts", "explain", alert_id)
        assert f"release    shop 2, began {began}" in text
        assert "verdict: the same" in text

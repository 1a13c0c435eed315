"""Alerts that workers raise carry the lifecycle tags before them, with the ids and counts that they have without."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from schemas.applied import AppliedRules
from schemas.rule import Rule
from schemas.tag import LifecycleTag
from streams.adapters.applied_rules import publish
from streams.adapters.tag_topic import publish_tag, read_tags, remove_tag
from streams.core.parsing.times import to_rfc3339
from tests.cli.conftest import Cli
from tests.faults.support.scene import Scene
from tests.faults.test_explained_alerts import BURST, LOGIN, MINUTE, feed

if TYPE_CHECKING:
    from streams.settings import Settings
    from tests.conftest import Broker
    from tests.faults.support.topics import Group
    from tests.faults.support.workers import Crew

CREW = {"GUARDSTREAM_IDLE_AFTER": "1h", "GUARDSTREAM_TAGS_BEFORE": "2h"}


def tag(tag_id: str, at: int, name: str) -> LifecycleTag:
    return LifecycleTag(id=tag_id, name=name, started_at=to_rfc3339(at))


def test_alerts_carry_the_tags_before_them_and_a_replay_says_the_same(
    kafka: Broker, settings: Settings, crew: Crew, group: Group, start: int
) -> None:
    cli = Cli(settings)
    cli.environment["GUARDSTREAM_TAGS_BEFORE"] = "2h"
    rules = tuple(map(Rule.model_validate, (LOGIN, BURST)))
    publish(settings, AppliedRules(effective_from=start, rules=rules, measures=()))
    publish_tag(settings, tag("gone", start - MINUTE, "taken back"))
    publish_tag(settings, tag("old", start - 200 * MINUTE, "long ago"))
    publish_tag(settings, tag("shop", start - 9 * MINUTE, "shop 1"))
    scene = Scene(crew, group, kafka, seed=1)
    scene.open(1)
    # What is changed while it runs is looked for every five seconds.
    publish_tag(settings, tag("shop", start - 9 * MINUTE, "shop 2"))
    remove_tag(settings, "gone")
    time.sleep(7)
    feed(settings, start)
    group.await_all_committed()
    scene.check()
    assert [one.name for one in read_tags(settings)] == ["long ago", "shop 2"]
    live = cli.objects("alerts", "list")
    assert {alert["rule"]["id"] for alert in live} == {"login", "burst"}
    assert [alert["tags"] for alert in live] == [["shop 2"]] * len(live)
    replayed = {alert["alert_id"]: alert["tags"] for alert in cli.objects("replay")}
    assert replayed == {alert["alert_id"]: alert["tags"] for alert in live}

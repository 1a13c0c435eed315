"""Counts are exact and no alert is lost, whatever happens to workers and broker while events come in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.faults.support.account import settle
from tests.faults.support.events import Clock
from tests.faults.support.feeder import Feeder
from tests.faults.support.rejudged import with_windowed_rules
from tests.faults.support.scene import Scene, recoveries

if TYPE_CHECKING:
    from streams.settings import Settings
    from tests.conftest import Broker
    from tests.faults.support.topics import Group
    from tests.faults.support.workers import Crew

RATE = 250.0
MOST = 40_000
BEHIND, PACE = 300.0, 5.0
"""Windows end by the minute: at this pace about five do while the test runs."""
LONGEST_RECOVERY = 20.0


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return with_windowed_rules(settings)


@pytest.mark.timeout(400)
def test_counts_and_alerts_are_exact_through_kills_stops_joins_restarts_and_a_broker_crash(
    kafka: Broker, settings: Settings, crew: Crew, group: Group
) -> None:
    scene = Scene(crew, group, kafka, seed=7)
    scene.open(2)
    with Feeder(settings, seed=7, rate=RATE, most=MOST, clock=Clock(BEHIND, PACE)) as feeder:
        scene.wait(2, 4)
        scene.kill()
        scene.wait(0, 2)
        # Long enough for the group to give its partitions away.
        scene.stop(15)
        scene.wait(1, 3)
        scene.join_and_leave()
        scene.kill(settle=False)
        scene.wait(0, 3)
        scene.roll()
        scene.crash_broker()
        scene.wait(0, 2)
        scene.kill()
        fed_until = time.time_ns() // 1_000_000
        feeder.finish()
        group.await_all_committed()
        scene.check()
    account = settle(settings)
    assert not account.differences, "\n".join(account.differences)
    assert account.figures["alerts: ids"] > 1_000
    assert account.figures["dead letters"] > 100
    assert account.figures["windowed alerts: findings-of-account"] > 20
    assert account.figures["windowed alerts: actors-share-of-region"] > 2
    for rule in ("types-of-account", "share-of-account", "first-of-type"):
        assert account.figures[f"windowed alerts: {rule}"] > 2
    assert account.figures["replayed alerts"] > account.figures["alerts: ids"]
    waited = recoveries(scene.faults, account.alerts, fed_until)
    assert waited
    assert max(waited) <= LONGEST_RECOVERY

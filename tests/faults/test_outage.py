"""A broker that is away: what its workers say of it, and that they still do as they are told."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.faults.support.feeder import Feeder
from tests.faults.support.scene import Scene
from tests.faults.support.topics import await_that

if TYPE_CHECKING:
    from streams.settings import Settings
    from tests.conftest import Broker
    from tests.faults.support.topics import Group
    from tests.faults.support.workers import Crew

OUTAGE = 5.0
MOST_LINES = 150
NO_BROKER = "Connect call failed"


def test_a_worker_ends_when_told_to_while_the_broker_is_away_and_its_log_can_be_read(
    kafka: Broker, settings: Settings, crew: Crew, group: Group
) -> None:
    scene = Scene(crew, group, kafka, seed=9)
    scene.open(1)
    with Feeder(settings, seed=9, rate=1_000, most=200) as feeder:
        await_that(lambda: feeder.done, "all events are fed", 60)
        feeder.finish()
    group.await_all_committed()
    worker = crew.workers[0]
    kafka.kill()
    try:
        # The outage lasts: what is awaited is that nothing happens in it.
        time.sleep(OUTAGE)
        await_that(lambda: NO_BROKER in worker.log.read_text(encoding="utf-8"), "the worker has missed the broker", 60)
        crew.terminate(worker)
    finally:
        kafka.start()
    said = worker.log.read_text(encoding="utf-8")
    assert "Traceback" not in said.partition(NO_BROKER)[2]
    assert len(said.splitlines()) < MOST_LINES

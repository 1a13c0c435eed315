"""A worker that starts with nothing but what is in Kafka."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from kafka import KafkaAdminClient

from streams.adapters.topic_admin import create_topics
from tests.faults.support.feeder import Feeder
from tests.faults.support.observed import restored_counts, written_counts
from tests.faults.support.scene import Scene
from tests.faults.support.topics import await_that, read_all

if TYPE_CHECKING:
    from streams.settings import Settings
    from tests.conftest import Broker
    from tests.faults.support.topics import Group
    from tests.faults.support.workers import Crew

LONGEST_START = 20.0


@pytest.fixture
def counted(kafka: Broker, settings: Settings, crew: Crew, group: Group) -> Crew:
    """A crew that has counted some thousand events, and whose only worker was killed then."""
    Scene(crew, group, kafka, seed=3).open(1)
    with Feeder(settings, seed=3, rate=2_000, most=4_000) as feeder:
        await_that(lambda: feeder.done, "all events are fed", 60)
        feeder.finish()
    group.await_all_committed()
    crew.kill(crew.workers[0])
    return crew


def test_a_worker_that_has_only_the_changelog_keeps_all_counts_and_goes_on_counting(
    settings: Settings, counted: Crew, group: Group
) -> None:
    before = written_counts(settings)
    assert before.total() > 4_000
    assert restored_counts(settings) == before
    began = time.monotonic()
    worker = counted.start()
    with Feeder(settings, seed=4, rate=1_000, most=500) as feeder:
        await_that(lambda: feeder.done, "all events are fed", 60)
        feeder.finish()
    group.await_all_committed()
    # The killed worker is missed after ten seconds; the rest is the start itself.
    assert time.monotonic() - began < LONGEST_START + 10
    assert worker.exit_code is None
    after = written_counts(settings)
    assert restored_counts(settings) == after
    assert not before - after
    assert after.total() > before.total() + 500


def test_a_commit_whose_changelog_is_gone_refuses_to_start_and_says_what_to_do(
    settings: Settings, counted: Crew
) -> None:
    rows = settings.topics().rows
    admin = KafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    admin.delete_topics([rows])
    await_that(lambda: rows not in admin.list_topics(), f"{rows} is deleted", 30)
    admin.close()
    create_topics(settings)
    before = written_counts(settings)
    worker = counted.start()
    assert worker.await_exit(60) not in (0, None)
    log = worker.log.read_text(encoding="utf-8")
    assert "StateLost" in log
    assert f"{rows} has no checkpoint" in log
    assert "start anew with another GUARDSTREAM_APP_ID" in log
    assert written_counts(settings) == before
    assert list(read_all(settings, rows)) == []

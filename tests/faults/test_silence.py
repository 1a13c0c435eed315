"""Silence is an alert only where the input itself was silent, not where nobody was listening.

Record timestamps lie in the past and advance faster than the clock on the wall, so that an hour takes a second.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import orjson
from confluent_kafka import Producer

from streams.core.generate.estate import make_estate
from streams.core.generate.findings import FindingGenerator
from streams.core.parsing.times import parse_time
from tests.faults.support.scene import Scene
from tests.faults.support.topics import await_that, client_options, read_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.settings import Settings
    from tests.conftest import Broker
    from tests.faults.support.topics import Group
    from tests.faults.support.workers import Crew

MINUTE = 60_000
CREW = {"GUARDSTREAM_IDLE_AFTER": "1h"}
"""An idle partition's clock moves to the present, which is hours after these records, and would end every test."""


def feed(settings: Settings, minutes: Iterable[int], start: int, partitions: Iterable[int] = range(4)) -> None:
    """Produce a finding to each of these partitions in each of these minutes after ``start``."""
    rng = random.Random(1)  # noqa: S311  # Findings that can be made again are wanted.
    findings = FindingGenerator(rng, make_estate(rng, accounts=5, resources=50), archived_share=0)
    producer = Producer(client_options(settings))
    for minute in minutes:
        at = start + minute * MINUTE
        for partition in partitions:
            value = orjson.dumps(findings.make(at))
            producer.produce(settings.findings_topic, value, partition=partition, timestamp=at)
    assert producer.flush(30) == 0


def silences(settings: Settings, start: int) -> list[tuple[str, int]]:
    """Status of each alert of the rule no-guardduty-logs, and the end of its window in minutes after ``start``."""
    found = []
    for message in read_all(settings, settings.topics().alerts):
        alert = orjson.loads(message.value())
        if alert["rule"]["id"] == "no-guardduty-logs":
            end = parse_time(alert["ends_at"] or alert["starts_at"])
            assert end is not None
            found.append((alert["status"], (end - start) // MINUTE))
    return found


def test_ten_silent_minutes_of_the_input_alert_and_are_resolved_by_the_next_finding(
    kafka: Broker, settings: Settings, crew: Crew, group: Group, start: int
) -> None:
    Scene(crew, group, kafka, seed=1).open(1)
    feed(settings, [*range(20), *range(40, 60)], start)
    await_that(lambda: len(silences(settings, start)) >= 2, "silence has fired and is resolved", 60)
    # The last finding came in minute 19, so the window [20, 30) is the first empty one; minute 40 ends it.
    assert silences(settings, start)[:2] == [("firing", 30), ("resolved", 41)]


def test_no_silence_is_claimed_for_a_time_in_which_no_worker_ran(
    kafka: Broker, settings: Settings, crew: Crew, group: Group, start: int
) -> None:
    Scene(crew, group, kafka, seed=1).open(1)
    feed(settings, range(20), start)
    group.await_all_committed()
    crew.terminate(crew.workers[0])
    # Findings go on while nobody listens; whoever comes next reads them, late but with their own timestamps.
    feed(settings, range(20, 60), start)
    crew.start()
    group.await_all_committed()
    assert silences(settings, start) == []
    # It was judged all the same: a silence of the input itself is noticed.
    feed(settings, [80], start)
    group.await_all_committed()
    assert silences(settings, start) == [("firing", 70)]


def test_nothing_is_judged_before_every_partition_of_the_findings_has_been_heard_of(
    kafka: Broker, settings: Settings, crew: Crew, group: Group, start: int
) -> None:
    Scene(crew, group, kafka, seed=1).open(1)
    feed(settings, [0, 60], start, partitions=[0, 1, 2])
    group.await_all_committed()
    assert silences(settings, start) == []
    feed(settings, [0, 60], start, partitions=[3])
    group.await_all_committed()
    assert silences(settings, start) == [("firing", 11)]

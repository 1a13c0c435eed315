"""The dashboard's feed on a real broker: killed, cut off and sent back, its store says what the topics say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewPartitions  # type: ignore[attr-defined]  # It is there, but not exported.

from schemas.tag import LifecycleTag
from streams.adapters.board_feed import BoardFeed
from streams.adapters.store.store import Store
from streams.adapters.topic_admin import create_topics
from streams.core.board.spans import Span
from streams.core.parsing.times import to_rfc3339
from streams.core.windows.counts import pane_message
from streams.core.windows.row import Row
from tests.faults.support.topics import await_that, client_options, read_all
from tests.faults.support.workers import environment

if TYPE_CHECKING:
    from pathlib import Path

    from streams.settings import Settings
    from tests.conftest import Broker

FIRST_HOUR = 480_000
SPAN = Span(FIRST_HOUR * 3_600_000, (FIRST_HOUR + 10) * 3_600_000)
KEYS = ("account", "severity_label")
PROGRAM = """
import sys, threading
from pathlib import Path
from streams.adapters.board_feed import BoardFeed
from streams.adapters.store.store import Store
from streams.core.board.stored import Kept
from streams.settings import load_settings
settings = load_settings()
store = Store.open(Path(sys.argv[1]), settings.topics())
BoardFeed(settings, store, kept=Kept(1e5, 1e5, 1e5)).start()
print("started", flush=True)
threading.Event().wait()
"""
"""A process that feeds until it is killed."""


@pytest.fixture
def settings(kafka_settings: Settings) -> Settings:
    create_topics(kafka_settings)
    return kafka_settings


class Teller(threading.Thread):
    """Writes panes as workers do, each told anew as it grows, and events beside them, until it is stopped."""

    def __init__(self, settings: Settings, rounds: int) -> None:
        super().__init__(daemon=True)
        self._settings = settings
        self._rounds = rounds
        self.producer = Producer(client_options(settings) | {"enable.idempotence": True, "linger.ms": 5})
        self.events = 0

    def run(self) -> None:
        topics = self._settings.topics()
        version = 0
        for number in range(self._rounds):
            for account in range(40):
                row = Row((f"{account:012d}", "High"), FIRST_HOUR + number % 3, 0)
                for minute in range(0, 60, 7):
                    version += 1
                    row.counts[minute] = number + account + minute
                    row.fence = version
                    key, value = pane_message("m", "d", KEYS, row.group, row, minute)
                    self.producer.produce(topics.window_counts, value, key, partition=account % 2)
            event = {"account": "1", "event_time": to_rfc3339(SPAN.start_ms + number), "finding": {}, "type": "T"}
            self.producer.produce(topics.enriched_findings, orjson.dumps(event), b"1", partition=number % 2)
            self.events += 1
            self._tell_others(number)
            self.producer.poll(0)
            time.sleep(0.02)

    def _tell_others(self, number: int) -> None:
        """A record; an alert with a note, every other one told twice; a tag, of which every third is removed later."""
        topics, at = self._settings.topics(), to_rfc3339(SPAN.start_ms + number)
        record = {"account": "1", "event_time": at, "record": {}, "event_name": f"E{number}"}
        self.producer.produce(topics.enriched_cloudtrail, orjson.dumps(record), b"1", partition=number % 2)
        name = f"{number:032x}"
        rule = {"id": "r", "title": "R", "level": "high"}
        alert = {"alert_id": name, "status": "firing", "rule": rule, "group": {}, "starts_at": at}
        note = {"note_id": name, "alert_id": name, "action": "close", "by": "me", "at": at}
        tag = LifecycleTag(id=f"t{number}", name="T", started_at=at)
        for _ in range(1 + number % 2):
            self.producer.produce(topics.alerts, orjson.dumps(alert), name.encode(), partition=number % 2)
            self.producer.produce(topics.alert_notes, orjson.dumps(note), name.encode())
            self.producer.produce(topics.lifecycle_tags, tag.encode(), tag.id.encode())
        if number % 3 == 0:
            self.producer.produce(topics.lifecycle_tags, None, f"t{max(0, number - 30)}".encode())

    def finish(self) -> None:
        self.join()
        assert self.producer.flush(60) == 0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "board.duckdb"


def fold(settings: Settings) -> Counter[tuple[str | None, ...]]:
    """Totals of every group by what stands in the topic."""
    newest: dict[bytes, dict[str, Any]] = {}
    for message in read_all(settings, settings.topics().window_counts):
        value = orjson.loads(message.value())
        if message.key() not in newest or value["version"] >= newest[message.key()]["version"]:
            newest[message.key()] = value
    sums: Counter[tuple[str | None, ...]] = Counter()
    for value in newest.values():
        sums[tuple(value["group"][key] for key in KEYS)] += value["count"]
    return sums


def fed(settings: Settings, path: Path) -> Store:
    """The store after everything that there is was read by a feed of this process."""
    from streams.core.board.stored import Kept  # noqa: PLC0415

    store = Store.open(path, settings.topics())
    feed = BoardFeed(settings, store, kept=Kept(1e5, 1e5, 1e5))
    feed.start()
    await_that(lambda: feed.behind == 0, "everything is read", 60)
    feed.stop()
    assert feed.problem is not None, "a feed that has ended says so"
    return store


def test_nothing_is_lost_or_counted_twice_through_kills_and_a_broker_restart(
    kafka: Broker, settings: Settings, path: Path
) -> None:
    teller = Teller(settings, rounds=400)
    teller.start()
    for kill in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(path)], env=environment(settings), stdout=subprocess.PIPE
        )
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"started\n"
            time.sleep(0.5 + 0.37 * kill)
            if kill == 3:
                kafka.restart()
                time.sleep(1)
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
    teller.finish()
    store = fed(settings, path)
    assert Counter(dict(store.totals("m", SPAN, {}, KEYS))) == fold(settings)
    assert {kind: sum(counts) for kind, counts in store.event_counts(SPAN, 60).items()} == {
        "finding": teller.events,
        "record": teller.events,
    }
    assert len({(e.topic, e.partition, e.offset) for e in store.events(SPAN, limit=10_000)}) == 2 * teller.events
    assert store.alert_counts(None, {}, "state") == {"closed": teller.events}
    wholes = [store.alert(row.alert_id) for row in store.alerts(None, limit=10_000)]
    assert all(whole is not None and len(whole.notes) == len(whole.steps) == 1 for whole in wholes)
    removed = {f"t{max(0, number - 30)}" for number in range(0, teller.events, 3)}
    assert {tag.id for tag in store.tags()} == {f"t{number}" for number in range(teller.events)} - removed
    store.close()


def test_a_feed_lives_through_a_broker_restart_tells_of_news_and_notices_partitions(
    kafka: Broker, settings: Settings, path: Path
) -> None:
    heard: list[frozenset[str]] = []
    store = Store.open(path, settings.topics())
    feed = BoardFeed(settings, store, heard.append)
    feed.start()
    await_that(lambda: feed.behind == 0, "nothing is left to read", 60)
    kafka.restart()
    Teller(settings, rounds=3).run()
    teller = Teller(settings, rounds=3)
    teller.start()
    teller.finish()
    await_that(lambda: any("counts" in news for news in heard) and any("events" in news for news in heard), "news", 60)
    admin = AdminClient(client_options(settings))
    admin.create_partitions([NewPartitions(settings.topics().alert_notes, 2)])[settings.topics().alert_notes].result(30)
    note = {"note_id": "a" * 32, "alert_id": "b" * 32, "action": "note", "by": "me", "at": "2024-10-04T00:00:00Z"}
    # The teller's own producer still knows of one partition.
    producer = Producer(client_options(settings))
    producer.produce(settings.topics().alert_notes, orjson.dumps(note), b"b", partition=1)
    assert producer.flush(30) == 0
    await_that(lambda: (settings.topics().alert_notes, 1) in store.offsets(), "the new partition's note", 60)
    assert feed.problem is None
    feed.stop()
    store.close()


def test_what_is_no_more_is_passed_over(settings: Settings, path: Path) -> None:
    teller = Teller(settings, rounds=5)
    teller.start()
    teller.finish()
    topic = settings.topics().enriched_findings
    store = fed(settings, path)
    taken = store.offsets()[topic, 0]
    # As if it had been read far past its end: a topic that was made anew.
    store.rewind(topic, 0, taken + 1_000)
    store.close()
    store = fed(settings, path)
    assert store.offsets()[topic, 0] == taken
    assert sum(store.event_counts(SPAN, 60)["finding"]) == teller.events
    # And as if retention had taken what was to be read next.
    store.rewind(topic, 0, 0)
    store.close()
    admin = AdminClient(client_options(settings))
    cut = TopicPartition(topic, 0, 2)
    for done in admin.delete_records([cut]).values():
        done.result(30)
    store = fed(settings, path)
    assert store.offsets()[topic, 0] == taken
    assert sum(store.event_counts(SPAN, 60)["finding"]) == teller.events - 2
    store.close()

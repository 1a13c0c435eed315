"""From Kafka into the dashboard's store, by a thread of its own and outside of any group."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from confluent_kafka import OFFSET_BEGINNING, TIMESTAMP_CREATE_TIME, Consumer, KafkaException, TopicPartition

from streams.adapters.kafka_security import confluent_options
from streams.adapters.topic_reader import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.adapters.store import Store
    from streams.settings import Settings

log = logging.getLogger("guardstream.dashboard")

MESSAGES_AT_ONCE = 10_000
POLL_S = 0.25
LOOK_EVERY_S = 30.0
"""How often it is looked for new partitions, and for what is too old to be kept."""
RETRY_S = 2.0
BEHIND_S = 20.0
ANSWER_S = 5.0


class BoardFeed(threading.Thread):
    """Reads on from where the store says that it is, until it is told to end. ``told`` is called for news, in words."""

    def __init__(self, settings: Settings, store: Store, told: Callable[[], None]) -> None:
        super().__init__(name="board-feed", daemon=True)
        topics = settings.topics()
        self._topics = [
            topics.window_counts, topics.alerts, topics.alert_notes, topics.lifecycle_tags, topics.enriched_findings,
            topics.enriched_cloudtrail,
        ]  # fmt: skip
        self._keeps_ms = int(settings.dashboard_keeps * 1_000)
        self._options: dict[str, Any] = {
            "group.id": "guardstream-dashboard",
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": 100,
            "queued.max.messages.kbytes": 65_536,
            **confluent_options(settings),
        }
        self._store, self._told = store, told
        self._ending = threading.Event()
        self._read_at = time.monotonic()
        self._caught_up_at: float | None = None
        self._failure: str | None = None
        self._assigned: set[tuple[str, int]] = set()

    def end(self) -> None:
        """End, and wait until it has."""
        self._ending.set()
        self.join()

    @property
    def problem(self) -> str | None:
        """Why the store may not have all that there is, in words; None where it does."""
        if self._failure is not None:
            return self._failure
        if self._caught_up_at is None:
            return "still reading what came before this page was started"
        behind = time.monotonic() - self._caught_up_at
        return f"behind by {behind:.0f} s" if behind > BEHIND_S else None

    def run(self) -> None:
        """Read, and begin anew whenever the broker could not be asked."""
        while not self._ending.is_set():
            try:
                self._follow()
            except KafkaException as error:
                self._failure = f"Kafka can't be read: {error.args[0].str() if error.args else error}"
                log.warning("%s", self._failure)
                self._ending.wait(RETRY_S)

    def _follow(self) -> None:
        consumer = Consumer(self._options, logger=log)
        self._assigned.clear()
        looked = -LOOK_EVERY_S
        try:
            while not self._ending.is_set():
                if time.monotonic() - looked >= LOOK_EVERY_S:
                    looked = time.monotonic()
                    self._look(consumer)
                self._take(consumer)
        finally:
            consumer.close()

    def _look(self, consumer: Consumer) -> None:
        """Take on partitions that are new, and forget what is too old."""
        known = consumer.list_topics(timeout=ANSWER_S).topics
        found = {(name, part) for name in self._topics if name in known for part in known[name].partitions}
        missing = [name for name in self._topics if name not in known]
        if missing:
            self._failure = f"there is no topic {missing[0]}: run guardstream topics create"
        fresh = found - self._assigned
        if fresh:
            at = self._store.offsets()
            consumer.incremental_assign(
                [TopicPartition(topic, part, at.get((topic, part), OFFSET_BEGINNING)) for topic, part in sorted(fresh)]
            )
            self._assigned |= fresh
        self._store.forget(int(time.time() * 1_000) - self._keeps_ms)
        if not missing:
            self._failure = None

    def _take(self, consumer: Consumer) -> None:
        batch = []
        for message in consumer.consume(MESSAGES_AT_ONCE, timeout=POLL_S):
            error = message.error()
            if error is not None:
                if not error.retriable() and error.fatal():
                    raise KafkaException(error)
                continue
            kind, at_ms = message.timestamp()
            batch.append(
                Message(
                    message.topic() or "", message.partition() or 0, message.offset() or 0,
                    at_ms if kind == TIMESTAMP_CREATE_TIME else 0, message.key(), message.value(),
                )
            )  # fmt: skip
        now = time.monotonic()
        if batch and self._store.take(batch):
            self._told()
        if len(batch) < MESSAGES_AT_ONCE // 10 and self._failure is None:
            self._caught_up_at = now

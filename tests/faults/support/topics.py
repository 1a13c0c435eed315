"""What stands in Kafka: whole topics, and how far the group has come."""

from __future__ import annotations

import time
import uuid
from contextlib import closing
from typing import TYPE_CHECKING, Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from streams.adapters.kafka_security import confluent_options, kafka_python_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from streams.settings import Settings

SILENCE = 30.0
"""Seconds without a message after which reading a topic is given up."""
STILL = 60.0
"""Seconds after which commits that have not moved are taken to stand still."""


def await_that(holds: Callable[[], bool], what: str, patience: float) -> float:
    """Wait until a condition holds; the seconds that it took. Fails with ``what`` after ``patience`` seconds."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > patience:
            message = f"after {patience:.0f} s still not so: {what}"
            raise AssertionError(message)
        time.sleep(0.2)
    return time.monotonic() - began


def client_options(settings: Settings) -> dict[str, Any]:
    # Crashes of the broker are part of the tests; librdkafka would write every lost connection to stderr.
    return confluent_options(settings) | {"log_level": 2, "reconnect.backoff.max.ms": 500}


def consumer_of(settings: Settings, group: str) -> Consumer:
    # It never subscribes, so it asks about the group without being a member of it.
    return Consumer(
        client_options(settings)
        | {"group.id": group, "enable.auto.commit": False, "enable.partition.eof": False, "auto.offset.reset": "error"}
    )


def read_all(settings: Settings, topic: str, partition: int | None = None) -> Iterator[Any]:
    """Give every message of a topic, or of one partition, up to where it ends now; confluent-kafka's messages."""
    with closing(consumer_of(settings, f"read-{uuid.uuid4().hex}")) as consumer:
        numbers = range(settings.partitions) if partition is None else [partition]
        ends = {number: consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=30) for number in numbers}
        unread = {number for number, (low, high) in ends.items() if high > low}
        consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in unread])
        heard = time.monotonic()
        while unread:
            messages = consumer.consume(5_000, timeout=0.2)
            if messages:
                heard = time.monotonic()
            elif time.monotonic() - heard > SILENCE:
                message = (
                    f"{topic}: nothing came for {SILENCE:.0f} s, partitions {sorted(unread)} are not read to their ends"
                )
                raise AssertionError(message)
            yield from _messages(messages)
            # Compaction may have taken the last records, so positions tell, not what was read.
            at = consumer.position([TopicPartition(topic, number) for number in unread])
            unread = {place.partition for place in at if place.offset < ends[place.partition][1]}


def _messages(messages: list[Any]) -> Iterator[Any]:
    for message in messages:
        if message.error() is None:
            yield message
        elif not message.error().retriable():
            raise KafkaException(message.error())


class Group:
    """The worker's consumer group, asked from outside."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._consumer = consumer_of(settings, settings.app_id)

    def close(self) -> None:
        self._consumer.close()

    def members(self) -> int:
        """How many members a stable group has; 0 while it is being shared out anew."""
        try:
            # Opened for each question: librdkafka's admin client aborts the process when a broker crashes under it.
            options = kafka_python_options(self._settings) | {"bootstrap_timeout_ms": 2_000}
            with closing(KafkaAdminClient(**options)) as admin:
                found = admin.describe_groups([self._settings.app_id])[self._settings.app_id]
        except KafkaError:
            return 0
        return len(found["members"]) if found["group_state"] == "Stable" else 0

    def ends(self, topic: str) -> list[int]:
        return [
            self._consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=30)[1]
            for number in range(self._settings.partitions)
        ]

    def committed(self, topic: str) -> list[int]:
        asked = [TopicPartition(topic, number) for number in range(self._settings.partitions)]
        return [max(place.offset, 0) for place in self._consumer.committed(asked, timeout=30)]

    def await_all_committed(self, patience: float = 300.0) -> float:
        """Wait until everything in the inputs, and all that was counted of it, is committed; the seconds it took."""
        topics = self._settings.topics()
        began = time.monotonic()
        self.await_input_committed(patience)
        # Taken once: clocks that advance go on writing partial counts for ever.
        self._await_offsets(topics.partial_counts, self.ends(topics.partial_counts), began + patience)
        return time.monotonic() - began

    def await_input_committed(self, patience: float = 300.0) -> None:
        """Wait until all input that has arrived by now is committed, so every partition is at work again."""
        until = time.monotonic() + patience
        for topic, ends in [(topic, self.ends(topic)) for topic in self._settings.topics().inputs()]:
            self._await_offsets(topic, ends, until)

    def _await_offsets(self, topic: str, ends: list[int], until: float) -> None:
        known, moved = self.committed(topic), time.monotonic()
        while any(offset < end for offset, end in zip(known, ends, strict=True)):
            time.sleep(0.2)
            now = self.committed(topic)
            if now != known:
                known, moved = now, time.monotonic()
            elif time.monotonic() - moved > STILL or time.monotonic() > until:
                message = f"commits of {topic} stand still at {known}, its partitions end at {ends}"
                raise AssertionError(message)

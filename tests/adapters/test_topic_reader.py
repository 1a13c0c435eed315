from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from kafka import KafkaProducer

from schemas.errors import GuardstreamError
from streams.adapters.broker_state import group_members, topic_states
from streams.adapters.embedded_kafka import free_port
from streams.adapters.topic_admin import create_topics
from streams.adapters.topic_reader import read_topic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.settings import Settings


@pytest.fixture
def settings(kafka_settings: Settings) -> Settings:
    create_topics(kafka_settings)
    return kafka_settings


@pytest.fixture
def producer(settings: Settings) -> Iterator[KafkaProducer]:
    producer = KafkaProducer(bootstrap_servers=settings.bootstrap_servers)
    yield producer
    producer.close()


def test_all_partitions_are_read_from_their_beginning_to_where_they_end_now(
    settings: Settings, producer: KafkaProducer
) -> None:
    topic = settings.topics().alerts
    for number in range(100):
        producer.send(
            topic, b"v%d" % number, partition=number % 2, headers=[("reason", b"not-json")], timestamp_ms=1_000 + number
        )
    producer.flush()
    messages = list(read_topic(settings, topic))
    assert {message.value for message in messages} == {b"v%d" % number for number in range(100)}
    one = [message for message in messages if message.partition == 1]
    assert [message.offset for message in one] == list(range(50))
    assert (one[0].headers, one[0].timestamp_ms, one[0].key) == ({"reason": "not-json"}, 1_001, None)


def test_an_empty_topic_ends_at_once(settings: Settings) -> None:
    assert list(read_topic(settings, settings.topics().alerts)) == []


def test_reading_can_begin_at_a_time(settings: Settings, producer: KafkaProducer) -> None:
    topic = settings.topics().alerts
    for stamp in (1_000, 2_000, 3_000):
        producer.send(topic, b"v%d" % stamp, partition=0, timestamp_ms=stamp)
    producer.flush()
    assert [message.value for message in read_topic(settings, topic, since_ms=2_000)] == [b"v2000", b"v3000"]


def test_reading_on_gives_what_comes_until_it_is_told_to_end(settings: Settings, producer: KafkaProducer) -> None:
    topic = settings.topics().alerts
    producer.send(topic, b"before", partition=0).get(10)
    timer = threading.Timer(1.0, lambda: producer.send(topic, b"after", partition=1).get(10))
    timer.start()
    seen: list[bytes | None] = []
    deadline = time.monotonic() + 20
    reading = read_topic(settings, topic, until=lambda: len(seen) == 2 or time.monotonic() > deadline)
    seen.extend(message.value for message in reading)
    timer.join()
    assert seen == [b"before", b"after"]


def test_a_topic_that_is_missing_is_an_error_that_says_what_to_do(kafka_settings: Settings) -> None:
    with pytest.raises(GuardstreamError, match="guardstream topics create"):
        list(read_topic(kafka_settings, kafka_settings.topics().alerts))


def test_where_no_broker_answers_the_error_says_where_it_was_sought(kafka_settings: Settings) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    settings = kafka_settings.model_copy(update={"bootstrap_servers": nowhere})
    with pytest.raises(GuardstreamError, match=nowhere):
        list(read_topic(settings, settings.topics().alerts))


def test_a_topics_state_tells_its_ends_its_newest_record_and_what_is_unread(
    settings: Settings, producer: KafkaProducer
) -> None:
    topics = settings.topics()
    for stamp in (5_000, 9_000, 7_000):
        producer.send(topics.findings, b"v", partition=0, timestamp_ms=stamp)
    producer.flush()
    states = topic_states(settings, [topics.findings, topics.alerts, "no-such-topic"])
    assert set(states) == {topics.findings, topics.alerts}
    state = states[topics.findings]
    assert (state.end, state.messages, state.lag, state.newest_ms) == ({0: 3, 1: 0}, 3, 3, 9_000)
    assert states[topics.alerts].newest_ms is None
    assert group_members(settings) == 0

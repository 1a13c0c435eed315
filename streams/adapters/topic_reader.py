"""Read a topic from its beginning to where it ends now, or on and on, as people's commands do: without a group."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from schemas.errors import GuardstreamError, Where
from streams.adapters.kafka_security import kafka_python_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from streams.settings import Settings

#: How long a broker may answer nothing before a command gives up, in seconds.
PATIENCE = 30.0
#: How long a command looks for a broker, in milliseconds.
BOOTSTRAP_MS = 5_000
_POLL_MS = 200


@dataclass(frozen=True, slots=True)
class Message:
    """One Kafka message; header values are text, as guardstream writes them."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, str] = field(default_factory=dict)


def read_topic(
    settings: Settings, topic: str, *, since_ms: int | None = None, until: Callable[[], bool] | None = None
) -> Iterator[Message]:
    """Give a topic's messages, in order within a partition.

    It ends at the offsets at which the partitions ended when it began, so that it ends even while others write. With
    ``until`` it goes on with what comes, and asks after every poll (at most 0.2 s) whether to end. ``since_ms``
    (epoch ms of the record's timestamp) skips what is older. Raises GuardstreamError where the topic does not exist,
    or the broker sends nothing for ``PATIENCE`` seconds before the end is reached.
    """
    with closing(open_consumer(settings)) as consumer:
        try:
            partitions = _assign(consumer, topic)
            ends: dict[TopicPartition, int] = consumer.end_offsets(partitions)
            _seek(consumer, partitions, ends, since_ms)
            yield from _read(consumer, ends, until)
        except KafkaError as error:
            message = f"the topic can't be read: {error}"
            raise GuardstreamError(message, Where(topic=topic)) from error


def open_consumer(settings: Settings) -> KafkaConsumer:
    """Open a consumer of no group, which leaves no trace on the broker; raises GuardstreamError where none answers."""
    try:
        return KafkaConsumer(
            **kafka_python_options(settings),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            bootstrap_timeout_ms=BOOTSTRAP_MS,
            fetch_max_wait_ms=100,
            max_partition_fetch_bytes=8 << 20,
            max_poll_records=5_000,
        )
    except KafkaError as error:
        raise unreachable(settings, error) from error


def unreachable(settings: Settings, error: Exception) -> GuardstreamError:
    """Say that no broker answers, and what to do."""
    # Errors of kafka-python begin with their own name, others don't.
    name, text = type(error).__name__, str(error)
    why = text if text.startswith(name) else f"{name}: {text}"
    return GuardstreamError(
        f"no Kafka broker answers at {settings.bootstrap_servers} ({why}). Start one with "
        f"`guardstream broker run`, or set GUARDSTREAM_BOOTSTRAP_SERVERS to yours."
    )


def _assign(consumer: KafkaConsumer, topic: str) -> list[TopicPartition]:
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        message = "this topic does not exist. Create all topics with `guardstream topics create`."
        raise GuardstreamError(message, Where(topic=topic))
    partitions = [TopicPartition(topic, number) for number in sorted(numbers)]
    consumer.assign(partitions)
    return partitions


def _seek(
    consumer: KafkaConsumer, partitions: list[TopicPartition], ends: dict[TopicPartition, int], since_ms: int | None
) -> None:
    if since_ms is None:
        consumer.seek_to_beginning(*partitions)
        return
    found = consumer.offsets_for_times(dict.fromkeys(partitions, since_ms))
    for at in partitions:
        consumer.seek(at, found[at].offset if found.get(at) else ends[at])


def _read(
    consumer: KafkaConsumer, ends: dict[TopicPartition, int], until: Callable[[], bool] | None
) -> Iterator[Message]:
    heard = time.monotonic()
    unread = list(ends)
    while unread if until is None else not until():
        batch = consumer.poll(timeout_ms=_POLL_MS)
        if batch:
            heard = time.monotonic()
        for at, records in batch.items():
            for record in records:
                if until or record.offset < ends[at]:
                    yield _message(record)
        unread = [at for at in ends if consumer.position(at) < ends[at]]
        if until is None and unread and time.monotonic() - heard > PATIENCE:
            left = ", ".join(f"{at.partition} at offset {consumer.position(at)} of {ends[at]}" for at in unread)
            message = f"the broker sent nothing for {PATIENCE:.0f} s; partitions still to read: {left}"
            raise GuardstreamError(message, Where(topic=unread[0].topic))


def _message(record: Any) -> Message:
    headers = {name: (value or b"").decode("utf-8", "replace") for name, value in record.headers or ()}
    return Message(record.topic, record.partition, record.offset, record.timestamp, record.key, record.value, headers)

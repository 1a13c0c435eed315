"""A small topic of one partition, read to its end again and again by a consumer of its own, outside of any group."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from schemas.errors import GuardstreamError, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_SILENCE = 10.0
"""Seconds in which the broker has to say where the topic ends."""
POLL = 0.2
MESSAGES_AT_ONCE = 100


class Entry(NamedTuple):
    """One message."""

    offset: int
    key: bytes | None
    value: bytes | None


class Tail:
    """Reads on from where it ended last; its methods block."""

    def __init__(self, options: Mapping[str, Any], topic: str, name: str) -> None:
        self.topic = topic
        self._name = name
        self._options = {
            "group.id": f"guardstream-{name}",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 100,
            **options,
        }
        self._consumer: Consumer | None = None
        self._position = 0
        self._found: list[Entry] = []

    def read_on(self) -> list[Entry]:
        """What was written since this was asked last, up to where the topic ended when it was asked.

        Raises GuardstreamError or KafkaException where that can't be told; what was read until then is kept for the
        next time.
        """
        consumer = self._open()
        partition = TopicPartition(self.topic, 0)
        _, end = consumer.get_watermark_offsets(partition, timeout=LONGEST_SILENCE)
        deadline = time.monotonic() + LONGEST_SILENCE
        while self._position < end:
            for message in consumer.consume(MESSAGES_AT_ONCE, timeout=POLL):
                error = message.error()
                if error is not None:
                    if error.code() == KafkaError._PARTITION_EOF or error.retriable():  # noqa: SLF001 - public name
                        continue
                    raise KafkaException(error)
                offset = message.offset() or 0
                self._position = offset + 1
                self._found.append(Entry(offset, _bytes(message.key()), message.value()))
            [here] = consumer.position([partition])
            # Compaction leaves holes, also at the end.
            self._position = max(self._position, here.offset)
            if time.monotonic() > deadline:
                message_text = f"the broker did not send all of it within {LONGEST_SILENCE:.0f} s"
                raise GuardstreamError(message_text, Where(topic=self.topic))
        found, self._found = self._found, []
        return found

    def close(self) -> None:
        """Leave the broker."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def _open(self) -> Consumer:
        if self._consumer is None:
            consumer = Consumer(self._options, logger=logging.getLogger(f"guardstream.{self._name}"))
            consumer.list_topics(self.topic, timeout=LONGEST_SILENCE)
            consumer.assign([TopicPartition(self.topic, 0, self._position or OFFSET_BEGINNING)])
            self._consumer = consumer
        return self._consumer


def _bytes(key: Any) -> bytes | None:
    return key.encode() if isinstance(key, str) else key

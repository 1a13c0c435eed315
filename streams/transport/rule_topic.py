"""The topic `rules`, read to its end again and again: a worker judges only while it knows that it has read all."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from schemas.applied import AppliedRules
from schemas.errors import GuardstreamError, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_SILENCE = 10.0
"""Seconds in which the broker has to say where the topic ends."""
POLL = 0.2
MESSAGES_AT_ONCE = 100


class RuleTopic:
    """Reads what was applied, by a consumer of its own and outside of any group; its methods block."""

    def __init__(self, options: Mapping[str, Any], topic: str) -> None:
        self._topic = topic
        self._options = {
            "group.id": "guardstream-rules",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 100,
            **options,
        }
        self._consumer: Consumer | None = None
        self._position = 0

    def read_on(self) -> list[AppliedRules]:
        """What was applied since this was asked last, up to where the topic ended when it was asked.

        Raises GuardstreamError or KafkaException where that can't be told, and GuardstreamError for what is no set of
        rules.
        """
        consumer = self._open()
        partition = TopicPartition(self._topic, 0)
        _, end = consumer.get_watermark_offsets(partition, timeout=LONGEST_SILENCE)
        found: list[AppliedRules] = []
        deadline = time.monotonic() + LONGEST_SILENCE
        while self._position < end:
            for message in consumer.consume(MESSAGES_AT_ONCE, timeout=POLL):
                error = message.error()
                if error is not None:
                    if error.code() == KafkaError._PARTITION_EOF or error.retriable():  # noqa: SLF001 - public name
                        continue
                    raise KafkaException(error)
                offset, value = message.offset() or 0, message.value()
                self._position = offset + 1
                if value is not None:
                    found.append(self._read(value, offset))
            [here] = consumer.position([partition])
            # Compaction leaves holes, also at the end.
            self._position = max(self._position, here.offset)
            if time.monotonic() > deadline:
                message_text = f"the broker did not send all of it within {LONGEST_SILENCE:.0f} s"
                raise GuardstreamError(message_text, Where(topic=self._topic))
        return found

    def close(self) -> None:
        """Leave the broker."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def _open(self) -> Consumer:
        if self._consumer is None:
            consumer = Consumer(self._options, logger=logging.getLogger("guardstream.rules"))
            consumer.list_topics(self._topic, timeout=LONGEST_SILENCE)
            consumer.assign([TopicPartition(self._topic, 0, self._position or OFFSET_BEGINNING)])
            self._consumer = consumer
        return self._consumer

    def _read(self, value: bytes, offset: int) -> AppliedRules:
        try:
            return AppliedRules.decode(value)
        except GuardstreamError as error:
            raise GuardstreamError(error.message, Where(topic=self._topic, partition=0, offset=offset)) from error

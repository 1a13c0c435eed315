"""Reads a whole partition of the changelog, as fast as it comes."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from schemas.errors import GuardstreamError, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST_SILENCE = 30.0
"""Seconds without a record after which reading is given up."""
POLL = 0.05
MESSAGES_AT_ONCE = 2_000


class RowsReader:
    """Implements the changelog that stage 2 restores from, over a consumer of its own, outside of any group."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = {
            "group.id": "guardstream-restore",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "fetch.queue.backoff.ms": 10,
            "fetch.wait.max.ms": 10,
            "queued.max.messages.kbytes": 16_384,
            **options,
        }

    def read(self, topic: str, partition: int) -> Iterator[tuple[bytes, bytes | None]]:
        """Yield key and value of every record up to the end, in order; blocks, so it belongs into a thread."""
        consumer = Consumer(self._options, logger=logging.getLogger("guardstream.restore"))
        try:
            # Asking for the topic first saves the client a second of waiting for its next look around.
            consumer.list_topics(topic, timeout=LONGEST_SILENCE)
            consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING)])
            heard = time.monotonic()
            while True:
                # It waits for so many messages or so long, whichever comes first.
                messages = consumer.consume(MESSAGES_AT_ONCE, timeout=POLL)
                if messages:
                    heard = time.monotonic()
                elif time.monotonic() - heard > LONGEST_SILENCE:
                    silence = f"no answer for {LONGEST_SILENCE:.0f} s while restoring rows"
                    raise GuardstreamError(silence, Where(topic=topic, partition=partition))
                for message in messages:
                    error = message.error()
                    if error is None:
                        yield message.key() or b"", message.value()
                    elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - the client's public name of it
                        return
                    elif not error.retriable():
                        raise KafkaException(error)
        finally:
            consumer.close()

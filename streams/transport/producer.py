"""All output goes through one idempotent producer; here is told when all of it has arrived."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from confluent_kafka import KafkaError, KafkaException, Producer

from schemas.errors import GuardstreamError, Where
from streams.settings import MAX_OUTPUT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

log = logging.getLogger(__name__)

Headers = list[tuple[str, bytes]]

DEFAULTS: Mapping[str, Any] = {
    "enable.idempotence": True,
    # A report of each message that arrived costs as much as sending it. Nothing is sent while a barrier waits, so that
    # there an empty queue and no failure say the same.
    "delivery.report.only.error": True,
    "linger.ms": 5,
    # As Java clients and kafka-python place keys.
    "partitioner": "murmur2_random",
    "compression.type": "lz4",
    "queue.buffering.max.messages": 100_000,
    "queue.buffering.max.kbytes": 65_536,
    "batch.size": 524_288,
    "message.max.bytes": MAX_OUTPUT_BYTES,
}


@dataclass(slots=True)
class Cycle:
    """What was sent between two barriers: how much, and the first failure."""

    sent: int = 0
    failure: str | None = None

    def on_delivery(self, error: Any, message: Any) -> None:
        """Note a failed delivery; of others there is no report."""
        if error is not None and self.failure is None:
            self.failure = f"{message.topic()}[{message.partition()}]: {error}"


class SendFailed(GuardstreamError):  # noqa: N818 - says what happened, like the other errors here
    """The broker did not take a message in time; everything since the last boundary is done again."""


class TooLarge(SendFailed):
    """No broker would take the message. Counts never are left out: without them nothing goes on."""


def _size(message: Mapping[str, Any]) -> int:
    return len(message["value"] or b"")


class Outbox:
    """Sends messages and tells when all that were sent before a moment are acknowledged.

    ``deadline`` (seconds) bounds the life of a message in the queue. It lies below the group's session timeout, so that
    a worker that was paused, and has lost its partitions, sends nothing of what it still held.
    """

    def __init__(self, options: Mapping[str, Any], deadline: float) -> None:
        self._options = {**DEFAULTS, "message.timeout.ms": int(deadline * 1000), **options}
        self._current = Cycle()
        self._made: Producer | None = None
        self.too_large = 0
        """Messages that were left out since no broker would take them."""

    @property
    def _producer(self) -> Producer:
        # Made on first use: librdkafka starts threads, and importing a module must not.
        if self._made is None:
            self._made = Producer(self._options, logger=logging.getLogger("guardstream.producer"))
        return self._made

    def send(self, topic: str, key: bytes | None, value: bytes | None, partition: int = -1) -> None:
        """Queue one message that counts depend on; -1 lets the key choose the partition."""
        self._send(topic, value=value, key=key, partition=partition)

    def send_all(self, topic: str, messages: Iterable[tuple[bytes | None, bytes]]) -> None:
        """Queue many messages, each a key and a value, to one topic."""
        current, produce = self._current, self._producer.produce
        on_delivery = current.on_delivery
        for key, value in messages:
            try:
                produce(topic, value, key, -1, on_delivery)
            except (BufferError, KafkaException):
                self._send_if_possible(topic, value=value, key=key)
            else:
                current.sent += 1

    def send_with_headers(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        """Queue one message that carries headers."""
        self._send_if_possible(topic, value=value, key=key, headers=headers)

    def _send_if_possible(self, topic: str, **message: Any) -> None:
        """Leave out what no broker would take: it would be so again however often it is tried."""
        try:
            self._send(topic, **message)
        except TooLarge:
            # The input is still in its topic.
            self.too_large += 1
            log.error(  # noqa: TRY400 - the traceback would only say that it was sent here
                "A message of %d bytes for %s is too large, and left out", _size(message), topic
            )

    def _send(self, topic: str, **message: Any) -> None:
        current = self._current
        while True:
            try:
                self._producer.produce(topic, on_delivery=current.on_delivery, **message)
            except BufferError:
                # Blocking the loop here is the backpressure: nothing else could be produced either.
                self._producer.poll(0.05)
                if current.failure:
                    raise SendFailed(f"not acknowledged: {current.failure}", Where(topic=topic)) from None
            except KafkaException as error:
                if error.args[0].code() == KafkaError.MSG_SIZE_TOO_LARGE:
                    raise TooLarge(f"a message of {_size(message)} bytes is too large", Where(topic=topic)) from error
                raise SendFailed(str(error), Where(topic=topic)) from error
            else:
                current.sent += 1
                return

    def poll(self) -> None:
        """Take in reports of failures, without waiting."""
        if self._made is not None:
            self._made.poll(0)

    def turn(self) -> Cycle:
        """Close the current cycle and open the next; what was sent so far is counted in the one returned."""
        closed, self._current = self._current, Cycle()
        return closed

    async def settled(self, cycle: Cycle) -> None:
        """Wait until everything sent in ``cycle`` is acknowledged; nothing may be sent meanwhile."""
        while True:
            # The queue is looked at first: a message that leaves it as a failure has been reported by the poll after.
            waiting = self.waiting()
            self.poll()
            if cycle.failure:
                raise SendFailed(f"not acknowledged: {cycle.failure}")
            if not waiting:
                return
            await asyncio.sleep(0.002)

    def abandon(self) -> None:
        """Drop everything that is queued or under way, and start over with a producer of a new identity."""
        if self._made is not None:
            self._made.purge()
            self._made.poll(0)
        self._made = None
        self._current = Cycle()

    def waiting(self) -> int:
        """Messages queued or under way."""
        return 0 if self._made is None else len(self._made)

    def close(self, timeout: float) -> int:
        """Send what is queued; how many messages were still unsent after ``timeout`` seconds."""
        return 0 if self._made is None else int(self._made.flush(timeout))

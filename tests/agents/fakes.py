"""An outbox that keeps what it was given, and records as aiokafka has them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from streams.transport.batch import Batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Sent(NamedTuple):
    """One message as it was sent."""

    topic: str
    key: bytes | None
    value: bytes | None
    partition: int


class FakeOutbox:
    """Keeps messages in the order in which they were sent."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.headers: list[list[tuple[str, bytes]]] = []

    def send(self, topic: str, key: bytes | None, value: bytes | None, partition: int = -1) -> None:
        self.sent.append(Sent(topic, key, value, partition))

    def send_all(self, topic: str, messages: Iterable[tuple[bytes | None, bytes]]) -> None:
        for key, value in messages:
            self.send(topic, key, value)

    def send_with_headers(
        self, topic: str, key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]
    ) -> None:
        self.send(topic, key, value)
        self.headers.append(headers)

    def poll(self) -> None:
        """Nothing is under way."""

    def to(self, topic: str) -> list[Sent]:
        return [message for message in self.sent if message.topic == topic]

    def take(self) -> list[Sent]:
        """All that was sent since the last time."""
        taken, self.sent = self.sent, []
        return taken


class MemoryChangelog:
    """A compacted topic in memory."""

    def __init__(self) -> None:
        self.records: dict[int, list[tuple[bytes, bytes | None]]] = defaultdict(list)

    def read(self, topic: str, partition: int) -> list[tuple[bytes, bytes | None]]:  # noqa: ARG002 - there is one topic
        return list(self.records[partition])

    def append(self, messages: Sequence[Sent]) -> None:
        for message in messages:
            assert message.key is not None
            self.records[message.partition].append((message.key, message.value))


class Record(NamedTuple):
    """What aiokafka gives, as far as agents look."""

    offset: int
    timestamp: int
    value: bytes | None
    key: bytes | None = b"key"
    timestamp_type: int = 0


def batch_of(records: Sequence[Record], start: int | None = None, *, topic: str = "in", partition: int = 0) -> Batch:
    return Batch(topic, partition, records[0].offset if start is None else start, records[-1].offset + 1, records)

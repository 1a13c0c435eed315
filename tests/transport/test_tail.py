"""A topic's tail gives each message once, whatever the broker does between two looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition

from schemas.errors import GuardstreamError
from streams.transport import tail
from streams.transport.tail import Tail

if TYPE_CHECKING:
    from collections.abc import Sequence


class Message:
    def __init__(self, offset: int, value: bytes | None = b"v", error: KafkaError | None = None) -> None:
        self._offset, self._value, self._error = offset, value, error

    def error(self) -> KafkaError | None:
        return self._error

    def offset(self) -> int:
        return self._offset

    def key(self) -> bytes:
        return b"k"

    def value(self) -> bytes | None:
        return self._value


class FakeConsumer:
    """Gives one of ``answers`` a call; ``end`` is where the topic ends, ``at`` where it was read to."""

    def __init__(self) -> None:
        self.answers: list[Sequence[Message]] = []
        self.end = self.at = 0
        self.assigned: list[TopicPartition] = []
        self.closed = False

    def list_topics(self, topic: str, timeout: float) -> None: ...

    def assign(self, partitions: list[TopicPartition]) -> None:
        self.assigned = partitions

    def get_watermark_offsets(self, partition: TopicPartition, timeout: float) -> tuple[int, int]:  # noqa: ARG002
        return 0, self.end

    def consume(self, number: int, timeout: float) -> Sequence[Message]:  # noqa: ARG002 - the client's signature
        found = self.answers.pop(0) if self.answers else []
        if found:
            self.at = found[-1].offset() + 1
        return found

    def position(self, partitions: list[TopicPartition]) -> list[TopicPartition]:
        return [TopicPartition(one.topic, one.partition, self.at) for one in partitions]

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> FakeConsumer:
    consumer = FakeConsumer()
    monkeypatch.setattr(tail, "Consumer", lambda *_args, **_options: consumer)
    return consumer


def offsets(topic: Tail) -> list[int]:
    return [entry.offset for entry in topic.read_on()]


def test_each_look_gives_what_came_since_the_last(broker: FakeConsumer) -> None:
    topic = Tail({}, "t", "tags")
    assert offsets(topic) == []
    broker.end, broker.answers = 3, [[Message(0), Message(1, None)], [], [Message(2)]]
    assert [(one.offset, one.key, one.value) for one in topic.read_on()] == [
        (0, b"k", b"v"),
        (1, b"k", None),
        (2, b"k", b"v"),
    ]
    assert offsets(topic) == []
    broker.end, broker.answers = 4, [[Message(3)]]
    assert offsets(topic) == [3]
    topic.close()
    assert broker.closed


def test_what_was_read_before_a_failure_is_not_lost(broker: FakeConsumer, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = Tail({}, "t", "tags")
    failure: Any = KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)
    broker.end, broker.answers = 3, [[Message(0)], [Message(1, error=failure)]]
    with pytest.raises(KafkaException):
        topic.read_on()
    monkeypatch.setattr(tail, "LONGEST_SILENCE", -1.0)
    broker.answers = [[Message(1)]]
    with pytest.raises(GuardstreamError, match="did not send all"):
        topic.read_on()
    monkeypatch.undo()
    broker.answers = [[Message(2)]]
    assert offsets(topic) == [0, 1, 2]


def test_holes_of_compaction_are_no_silence(broker: FakeConsumer) -> None:
    topic = Tail({}, "t", "tags")
    broker.end, broker.at, broker.answers = 5, 5, [[]]
    assert offsets(topic) == []

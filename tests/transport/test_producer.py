"""The producer and the reader of rows, against a real broker."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from schemas.errors import GuardstreamError
from streams.adapters.kafka_security import confluent_options
from streams.adapters.topic_admin import create_topics
from streams.settings import MAX_OUTPUT_BYTES
from streams.transport.producer import Cycle, Outbox, SendFailed
from streams.transport.rows_reader import RowsReader

if TYPE_CHECKING:
    from streams.settings import Settings


@pytest.fixture
def rows(kafka_settings: Settings) -> str:
    """The topic of rows, made for this test."""
    create_topics(kafka_settings)
    return kafka_settings.topics().rows


def test_what_is_settled_can_be_read_whole_and_in_order_from_its_partition(kafka_settings: Settings, rows: str) -> None:
    outbox = Outbox(confluent_options(kafka_settings), 20)
    sent: list[tuple[bytes, bytes | None]] = [(b"k%d" % (n % 50), b"v%d" % n) for n in range(500)]
    sent.append((b"k7", None))
    for key, value in sent:
        outbox.send(rows, key, value, 1)
    outbox.send_all(rows, [(b"k%d" % n, b"whole") for n in range(10)])
    cycle = outbox.turn()
    assert cycle.sent == len(sent) + 10
    asyncio.run(outbox.settled(cycle))
    assert outbox.waiting() == 0
    outbox.send(rows, b"other", b"", 0)
    asyncio.run(outbox.settled(outbox.turn()))
    reader = RowsReader(confluent_options(kafka_settings))
    read = [list(reader.read(rows, partition)) for partition in (0, 1)]
    whole = sorted(record for records in read for record in records if record[1] == b"whole")
    assert [record for record in read[1] if record[1] != b"whole"] == sent
    assert [record for record in read[0] if record[1] != b"whole"] == [(b"other", b"")]
    assert whole == sorted((b"k%d" % n, b"whole") for n in range(10))


def test_an_empty_partition_is_read_as_nothing(kafka_settings: Settings, rows: str) -> None:
    assert list(RowsReader(confluent_options(kafka_settings)).read(rows, 0)) == []


def test_a_message_that_the_broker_does_not_take_fails_the_cycle_and_the_next_identity_works(
    kafka_settings: Settings, rows: str
) -> None:
    outbox = Outbox(confluent_options(kafka_settings), 2)
    outbox.send(rows, b"k", b"v", 99)
    with pytest.raises(SendFailed, match="not acknowledged"):
        asyncio.run(outbox.settled(outbox.turn()))
    outbox.abandon()
    assert outbox.waiting() == 0
    outbox.send(rows, b"k", b"v", 0)
    asyncio.run(outbox.settled(outbox.turn()))


def test_an_outbox_that_never_sent_has_nothing_to_settle_or_close() -> None:
    outbox = Outbox({"bootstrap.servers": "127.0.0.1:1"}, 2)
    asyncio.run(outbox.settled(outbox.turn()))
    assert (outbox.waiting(), outbox.close(0.1)) == (0, 0)
    outbox.abandon()


def test_the_first_failure_of_a_cycle_is_the_one_that_is_told() -> None:
    class Message:
        def topic(self) -> str:
            return "t"

        def partition(self) -> int:
            return 3

    cycle = Cycle()
    for error in (None, "first", "second"):
        cycle.on_delivery(error, Message())
    assert cycle.failure == "t[3]: first"
    assert issubclass(SendFailed, GuardstreamError)


def test_a_message_that_is_too_large_is_left_out_and_others_arrive(kafka_settings: Settings, rows: str) -> None:
    outbox = Outbox(confluent_options(kafka_settings), 20)
    outbox.send_all(rows, [(b"large", bytes(MAX_OUTPUT_BYTES + 1))])
    outbox.send_with_headers(rows, b"large", bytes(MAX_OUTPUT_BYTES + 1), [])
    outbox.send(rows, b"small", b"v", 0)
    asyncio.run(outbox.settled(outbox.turn()))
    assert outbox.too_large == 2
    assert list(RowsReader(confluent_options(kafka_settings)).read(rows, 0)) == [(b"small", b"v")]


def test_counts_that_are_too_large_are_never_left_out(kafka_settings: Settings, rows: str) -> None:
    outbox = Outbox(confluent_options(kafka_settings), 20)
    with pytest.raises(SendFailed, match="too large"):
        outbox.send(rows, b"large", bytes(MAX_OUTPUT_BYTES + 1), 0)

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING

import pytest

from streams.adapters.topic_reader import read_topic

if TYPE_CHECKING:
    from kafka import KafkaProducer

    from tests.cli.conftest import Cli

BROKEN = b'{"broken": \xff\x00'


@pytest.fixture
def written(cli: Cli, producer: KafkaProducer) -> Cli:
    letters = [
        ("not-utf8", 7, 0, b"111122223333", BROKEN),
        ("wrong-type", 9, 1, None, b'{"Records": [1, 2]}'),
        ("wrong-type", 9, 2, None, b'{"Records": [1, 2]}'),
    ]
    for reason, offset, index, key, value in letters:
        headers = {
            "reason": reason,
            "detail": "why",
            "topic": cli.topics.findings,
            "partition": 1,
            "offset": offset,
            "index": index,
        }
        producer.send(
            cli.topics.dead_letters,
            value,
            key=key,
            headers=[(name, str(text).encode()) for name, text in headers.items()],
            partition=0,
        )
    producer.flush()
    return cli


def originals(cli: Cli) -> list[tuple[bytes | None, bytes | None]]:
    return [(message.key, message.value) for message in read_topic(cli.settings, cli.topics.findings)]


def test_dead_letters_are_listed_with_reason_place_and_bytes(written: Cli) -> None:
    first, *others = written.objects("dead-letters", "list")
    assert b64decode(first.pop("value")) == BROKEN
    assert b64decode(first.pop("key")) == b"111122223333"
    place = {"topic": written.topics.findings, "partition": 1, "offset": 7, "index": 0}
    assert first == {"reason": "not-utf8", "detail": "why", **place}
    assert [letter["index"] for letter in others] == [1, 2]
    assert "1 not-utf8" in written.run("dead-letters", "list")


def test_dead_letters_are_chosen_by_reason(written: Cli) -> None:
    assert len(written.objects("dead-letters", "list", "--reason", "wrong-type")) == 2


def test_a_redrive_produces_each_original_message_once_with_its_bytes_and_key(written: Cli) -> None:
    account = written.run("dead-letters", "redrive")
    assert "3 dead letters of 2 messages: 2 acknowledged" in account
    assert sorted(originals(written), key=str) == sorted(
        [(b"111122223333", BROKEN), (None, b'{"Records": [1, 2]}')], key=str
    )


def test_a_redrive_can_be_tried_without_producing(written: Cli) -> None:
    assert "nothing was produced" in written.run("dead-letters", "redrive", "--reason", "not-utf8", "--dry-run")
    assert originals(written) == []


def test_a_dead_letter_that_does_not_say_where_it_came_from_is_told_of(written: Cli, producer: KafkaProducer) -> None:
    producer.send(written.topics.dead_letters, b"?").get(10)
    assert "1 say not where they came from" in written.run("dead-letters", "redrive", code=1)


def test_where_there_is_no_dead_letter_it_says_so(cli: Cli) -> None:
    assert cli.run("dead-letters", "list") == "no dead letter\n"

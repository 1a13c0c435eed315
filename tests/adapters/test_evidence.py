from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from streams.adapters.evidence import Standing, read_evidence
from streams.adapters.kafka_security import confluent_options
from streams.adapters.source_records import SourceRecords
from streams.adapters.topic_admin import create_topics
from tests.core.replay.cases import CALL

if TYPE_CHECKING:
    from streams.settings import Settings

START = 1_772_442_000_000
MINUTE = 60_000


@pytest.fixture
def fed(kafka_settings: Settings) -> Settings:
    """A record a minute in partition 0; of five two have expired, the fourth holds three, the last is text."""
    create_topics(kafka_settings)
    producer = Producer(confluent_options(kafka_settings))
    calls = [{**CALL, "eventID": f"e-{number}"} for number in range(6)]
    values = [*calls[:3], {"Records": calls[3:]}, "no event"]
    for number, value in enumerate(values):
        at = START + number * MINUTE
        producer.produce(kafka_settings.cloudtrail_topic, orjson.dumps(value), partition=0, timestamp=at)
    assert producer.flush(30) == 0
    admin = AdminClient(confluent_options(kafka_settings))
    for done in admin.delete_records([TopicPartition(kafka_settings.cloudtrail_topic, 0, 2)]).values():
        done.result(30)
    return kafka_settings


def place(settings: Settings, offset: int, index: int = 0, **changes: Any) -> dict[str, Any]:
    written = {"topic": settings.cloudtrail_topic, "partition": 0, "offset": offset, "index": index, "event_id": "e"}
    return written | changes


def test_events_are_read_by_offset_and_index_and_what_is_gone_is_told_apart(fed: Settings) -> None:
    places = [place(fed, 3, 2), place(fed, 1), place(fed, 3, 0), place(fed, 2), place(fed, 4), place(fed, 9)]
    places += [place(fed, 3, 7), place(fed, 0, partition=7)]
    found = read_evidence(fed, places)
    assert [one.reference for one in found] == places
    assert [one.standing for one in found] == [
        Standing.READ,
        Standing.EXPIRED,
        Standing.READ,
        Standing.READ,
        *[Standing.REPLACED] * 4,
    ]
    assert [one.event and one.event.document["eventID"] for one in found[:4]] == ["e-5", None, "e-3", "e-2"]
    assert found[3].arrived == START + 2 * MINUTE
    assert found[1].why == "the partition begins at offset 2"
    assert "ends at offset 5" in found[5].why


def test_the_records_of_a_span_are_known_since_the_oldest_that_is_left(fed: Settings) -> None:
    with closing(SourceRecords(fed, fed.cloudtrail_topic, (START, START + 4 * MINUTE))) as records:
        assert records.known_from == START + 2 * MINUTE
        assert records.total == 2
        assert [(batch.partition, [one.offset for one in batch.records]) for batch in records.batches()] == [
            (0, [2, 3])
        ]
    with closing(SourceRecords(fed, fed.cloudtrail_topic, (START + 3 * MINUTE, START + 9 * MINUTE))) as records:
        assert records.known_from == START + 3 * MINUTE
        assert records.of == 2

from __future__ import annotations

import gzip
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from schemas.errors import GuardstreamError
from streams.adapters.ingest import Account, Options, ingest
from streams.adapters.topic_admin import create_topics
from streams.adapters.topic_reader import Message, read_topic

if TYPE_CHECKING:
    from pathlib import Path

    from streams.settings import Settings


def record(number: int, **changed: Any) -> dict[str, Any]:
    return {
        "eventVersion": "1.09",
        "eventID": f"e{number}",
        "eventTime": "2026-11-24T07:01:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "awsRegion": "eu-west-1",
        "userIdentity": {"type": "IAMUser", "accountId": "444455556666"},
        "recipientAccountId": "444455556666",
        "padding": "x" * 500,
    } | changed


def finding(account: str = "111122223333") -> dict[str, Any]:
    return {
        "detail-type": "GuardDuty Finding",
        "source": "aws.guardduty",
        "account": account,
        "time": "2026-11-24T07:00:00Z",
        "region": "eu-west-1",
        "detail": {
            "accountId": account,
            "id": "f1",
            "type": "Recon:EC2/Portscan",
            "severity": 5,
            "resource": {"resourceType": "Instance"},
            "service": {"serviceName": "guardduty"},
            "updatedAt": "2026-11-24T07:00:00Z",
        },
    }


@pytest.fixture
def settings(kafka_settings: Settings) -> Settings:
    create_topics(kafka_settings)
    return kafka_settings


def produced(settings: Settings, source: str) -> list[Message]:
    topics = settings.topics()
    return list(read_topic(settings, topics.findings if source == "findings" else topics.cloudtrail))


def run(settings: Settings, *paths: Path, **options: Any) -> Account:
    return ingest([str(path) for path in paths], settings, Options(**options))


def test_findings_and_records_go_to_their_topics_with_their_account_as_key(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "mixed.jsonl"
    file.write_text(json.dumps(finding()) + "\n" + json.dumps(record(1)) + "\n")
    account = run(settings, file)
    assert account.complete
    assert account.kinds == {"finding": 1, "cloudtrail": 1}
    assert [(m.key, json.loads(m.value or b"")) for m in produced(settings, "findings")] == [
        (b"111122223333", finding())
    ]
    assert [(m.key, json.loads(m.value or b"")) for m in produced(settings, "cloudtrail")] == [
        (b"444455556666", record(1))
    ]


def test_a_large_file_of_records_becomes_several_messages_of_the_same_shape(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "records.json.gz"
    file.write_bytes(gzip.compress(json.dumps({"Records": [record(number) for number in range(2_000)]}).encode()))
    account = run(settings, file)
    messages = produced(settings, "cloudtrail")
    assert (account.messages, account.acknowledged, account.kinds["cloudtrail"]) == (
        len(messages),
        len(messages),
        2_000,
    )
    assert all(len(message.value or b"") <= 500_000 for message in messages)
    assert len(messages) > 2
    ids = [found["eventID"] for message in messages for found in json.loads(message.value or b"")["Records"]]
    assert sorted(ids) == sorted(f"e{number}" for number in range(2_000))


def test_bytes_that_cannot_be_read_are_produced_unchanged_and_counted(settings: Settings, tmp_path: Path) -> None:
    broken = b'{"detail": {"type": "\xff\xfe\0'
    (tmp_path / "broken.json").write_bytes(broken)
    account = run(settings, tmp_path)
    assert (account.unreadable, account.messages, account.refused) == (1, 1, [])
    assert [message.value for message in produced(settings, "findings")] == [broken]


def test_what_is_refused_is_told_and_the_rest_still_goes(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"")
    (tmp_path / "b.json").write_text(json.dumps(finding()))
    account = run(settings, tmp_path, tmp_path / "missing")
    assert [refused.name for refused in account.refused] == [str(tmp_path / "a.json"), str(tmp_path / "missing")]
    assert not account.complete
    assert len(produced(settings, "findings")) == 1


def test_a_topic_can_be_forced(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(finding()))
    run(settings, tmp_path, topic=settings.topics().cloudtrail)
    assert len(produced(settings, "cloudtrail")) == 1


def test_record_timestamps_can_be_the_events_own_but_never_ahead_of_now(settings: Settings, tmp_path: Path) -> None:
    lines = [
        b"{broken",
        *(json.dumps(record(1, eventTime=when)).encode() for when in ("2023-07-10T11:45:00Z", "2099-01-01T00:00:00Z")),
    ]
    (tmp_path / "a.jsonl").write_bytes(
        json.dumps(record(0, eventTime="2023-07-10T11:44:00Z")).encode() + b"\n" + b"\n".join(lines)
    )
    run(settings, tmp_path, timestamps="event", topic=settings.topics().cloudtrail)
    stamps = sorted(message.timestamp_ms for message in produced(settings, "cloudtrail"))
    assert stamps[:3] == [1688989440000, 1688989440000, 1688989500000]
    assert abs(stamps[3] - time.time() * 1_000) < 60_000


def test_a_rate_is_held(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(record(number)) for number in range(20)))
    began = time.monotonic()
    assert run(settings, tmp_path, rate=20).complete
    assert 0.9 < time.monotonic() - began < 5


def test_a_message_too_large_for_kafka_is_counted_as_failed(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"padding": "x" * (9 << 20)}))
    account = run(settings, tmp_path)
    assert not account.complete
    assert account.failed.total() == 1


def test_a_topic_that_is_missing_is_an_error_that_says_what_to_do(kafka_settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(finding()))
    with pytest.raises(GuardstreamError, match="guardstream topics create"):
        run(kafka_settings, tmp_path)

from __future__ import annotations

import json

from streams.core.intake.plan import plan_messages

FINDING = {
    "version": "0",
    "id": "c8c4daa7",
    "detail-type": "GuardDuty Finding",
    "source": "aws.guardduty",
    "account": "999988887777",
    "time": "2026-11-24T07:00:00Z",
    "region": "eu-west-1",
    "detail": {
        "schemaVersion": "2.0",
        "accountId": "111122223333",
        "region": "eu-west-1",
        "id": "f1",
        "type": "Recon:EC2/PortProbeUnprotectedPort",
        "severity": 2,
        "resource": {"resourceType": "Instance"},
        "service": {"serviceName": "guardduty"},
        "createdAt": "2026-11-24T06:59:00Z",
        "updatedAt": "2026-11-24T06:59:30Z",
    },
}
RECORD = {
    "eventVersion": "1.09",
    "eventID": "e1",
    "eventTime": "2026-11-24T07:01:00Z",
    "eventSource": "s3.amazonaws.com",
    "eventName": "PutBucketAcl",
    "awsRegion": "eu-west-1",
    "userIdentity": {"type": "IAMUser", "accountId": "444455556666"},
    "recipientAccountId": "444455556666",
}


def plan(data: bytes, *, whole: bool = True) -> list[tuple[str | None, str | None, int, int]]:
    found = plan_messages(data, whole=whole, max_bytes=500_000)
    return [(message.source, message.account, sum(message.kinds.values()), message.unreadable) for message in found]


def test_each_json_line_is_a_message_that_goes_where_its_content_says() -> None:
    lines = json.dumps(FINDING) + "\n" + json.dumps(RECORD) + "\n"
    assert plan(lines.encode()) == [("findings", "111122223333", 1, 0), ("cloudtrail", "444455556666", 1, 0)]


def test_a_file_of_records_is_one_message_that_counts_its_events() -> None:
    assert plan(json.dumps({"Records": [RECORD] * 3}, indent=1).encode()) == [("cloudtrail", "444455556666", 3, 0)]


def test_a_messages_time_is_its_newest_events() -> None:
    later = RECORD | {"eventTime": "2026-11-24T08:00:00Z"}
    [message] = plan_messages(json.dumps([later, RECORD]).encode(), whole=True, max_bytes=500_000)
    assert message.time_ms == 1795507200000


def test_a_broken_line_is_a_message_of_its_own_and_counted_as_unreadable() -> None:
    data = json.dumps(FINDING).encode() + b'\n{"detail": {\n' + json.dumps(RECORD).encode()
    assert plan(data) == [("findings", "111122223333", 1, 0), (None, None, 0, 1), ("cloudtrail", "444455556666", 1, 0)]


def test_a_text_that_is_no_json_is_one_message_with_exactly_its_bytes() -> None:
    data = b"\nDear all,\n\nthis is no finding.\n"
    [message] = plan_messages(data, whole=True, max_bytes=500_000)
    assert (message.value, message.unreadable, message.source) == (data, 1, None)


def test_json_that_is_no_event_of_aws_is_a_message_without_a_topic() -> None:
    assert plan(b'{"hello": "world"}') == [(None, None, 1, 0)]

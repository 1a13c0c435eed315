from __future__ import annotations

import base64
import gzip
from typing import Any

import orjson
import pytest

from schemas.event import Event, Kind, Reason, Refusal
from streams.core.parsing.limits import Limits
from streams.core.parsing.unwrap import unwrap
from tests.core.parsing.samples import detail, envelope, pascal_case, record

CALL = "AWS API Call via CloudTrail"


def kinds(value: Any) -> list[Kind | Reason]:
    message = value if isinstance(value, bytes) else orjson.dumps(value)
    return [one.kind if isinstance(one, Event) else one.reason for one in unwrap(message)]


def only(value: Any) -> Event:
    (found,) = unwrap(orjson.dumps(value))
    assert isinstance(found, Event)
    return found


def test_an_envelope_in_normal_form_comes_through_as_it_is() -> None:
    assert only(envelope()) == Event(Kind.FINDING, envelope(), 0)


@pytest.mark.parametrize("bare", [detail(), pascal_case(detail())], ids=["camelCase", "PascalCase"])
def test_a_bare_finding_gets_an_envelope_with_its_source(bare: dict[str, Any]) -> None:
    document = only(bare).document
    assert document["source"] == "aws.guardduty"
    assert document["detail-type"] == "GuardDuty Finding"
    assert (document["account"], document["region"]) == ("444455556666", "eu-west-1")
    assert document["time"] == "2024-05-01T10:10:00.456Z"
    assert document["detail"] == detail()


@pytest.mark.parametrize("name", ["findings", "Findings"])
def test_a_list_of_findings_is_as_many_findings(name: str) -> None:
    assert kinds({name: [detail(), pascal_case(detail())]}) == [Kind.FINDING, Kind.FINDING]


@pytest.mark.parametrize("kind", [CALL, "AWS Console Sign In via CloudTrail", "AWS Service Event via CloudTrail"])
def test_an_event_via_cloudtrail_is_its_record_whatever_the_source(kind: str) -> None:
    assert only(envelope(kind, detail=record())) == Event(Kind.CLOUDTRAIL, record(), 0)


def test_a_source_alone_makes_no_finding() -> None:
    assert kinds({"source": "aws.guardduty", "detail-type": "Something New", "detail": {"a": 1}}) == [Kind.OTHER]
    assert kinds(envelope(detail={})) == [Kind.OTHER]


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ({"awsAccountId": "1", "digestStartTime": "t", "digestEndTime": "t", "logFiles": []}, Kind.DIGEST),
        ({"Records": [record(eventType="AwsCloudTrailInsight", eventCategory="Insight")]}, Kind.INSIGHT),
        (envelope("AWS Insight via CloudTrail", detail=record(eventCategory="Insight")), Kind.INSIGHT),
        (envelope("GuardDuty Runtime Protection Unhealthy", detail={"currentStatus": "x"}), Kind.RUNTIME_HEALTH),
        (envelope("GuardDuty Malware Protection Object Scan Result", detail={"scanStatus": "x"}), Kind.SCAN),
        (envelope("GuardDuty Coverage Status Change", detail={"a": 1}), Kind.COVERAGE),
        ({"Resources": [{"CoverageStatus": "HEALTHY", "ResourceDetails": {}}]}, Kind.COVERAGE),
        ({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}, Kind.TEST),
        ({"key1": "value1", "key2": "value2", "key3": "value3"}, Kind.TEST),
        ({"Type": "SubscriptionConfirmation", "TopicArn": "t", "Message": "m"}, Kind.CONTROL),
        ({"messageType": "CONTROL_MESSAGE", "logEvents": [{"message": "CWL CONTROL MESSAGE"}]}, Kind.CONTROL),
        ({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "awsRegion": "r"}]}, Kind.OTHER),
        ({"type": "SensitiveData:S3Object/Personal", "severity": {}, "id": "1", "accountId": "1"}, Kind.OTHER),
        ({"not-an-event": True}, Kind.OTHER),
        ({"Records": []}, Kind.OTHER),
    ],
)
def test_what_is_neither_finding_nor_record_is_recognised_as_what_it_is(event: dict[str, Any], kind: Kind) -> None:
    assert kinds(event) == [kind]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, Reason.EMPTY),
        (b"", Reason.EMPTY),
        (b" \r\n\t", Reason.EMPTY),
        (b"[]", Reason.EMPTY),
        (gzip.compress(b"", mtime=0), Reason.EMPTY),
        (b"null", Reason.WRONG_TYPE),
        (b"17", Reason.WRONG_TYPE),
        (b'"words"', Reason.WRONG_TYPE),
        (b"true", Reason.WRONG_TYPE),
        (b"words", Reason.NOT_JSON),
        (b'{"detail":', Reason.NOT_JSON),
        (b'{\n "a": 1\n "b": 2\n}\n', Reason.NOT_JSON),
        (b'{"a":1}}', Reason.NOT_JSON),
        (b'{"a":"\\ud800"}', Reason.NOT_JSON),
        (b'{"a":"\xff"}', Reason.NOT_UTF8),
        (b"\xff\xfe{\x00}\x00", Reason.NOT_UTF8),
        (b'{"a":NaN}', Reason.NOT_A_NUMBER),
        (b'{"a":-Infinity}', Reason.NOT_A_NUMBER),
        (b'{"a":1e400}', Reason.NOT_A_NUMBER),
        (b'{"a":' * 129 + b"1" + b"}" * 129, Reason.TOO_DEEP),
        (b"[" * 5000, Reason.TOO_DEEP),
        (b"[" * 40 + b"{}" + b"]" * 40, Reason.TOO_DEEP),
        (b"\x1f\x8bnothing", Reason.BAD_ENCODING),
        (gzip.compress(b"{}" * 99, mtime=0)[:-9], Reason.BAD_ENCODING),
        (b'{"awslogs":{"data":"***"}}', Reason.BAD_ENCODING),
        (orjson.dumps({"source": "s", "detail-type": "GuardDuty Finding", "detail": '{"a":'}), Reason.NOT_JSON),
        (orjson.dumps(envelope(detail='{"resource":' + '{"A":' * 900 + "1" + "}" * 901)), Reason.TOO_DEEP),
        (orjson.dumps(envelope(CALL, detail=[])), Reason.WRONG_TYPE),
    ],
)
def test_what_can_not_be_read_is_one_refusal(value: bytes | None, reason: Reason) -> None:
    (refusal,) = unwrap(value)
    assert isinstance(refusal, Refusal)
    assert refusal.reason is reason
    assert refusal.detail


def test_a_refusal_says_where_in_the_message_it_is() -> None:
    (refusal,) = unwrap(orjson.dumps({"Records": [{"messageId": "1", "body": '{"a":1,\n"b":}'}]}))
    assert isinstance(refusal, Refusal)
    assert refusal.detail.startswith("$.Records[0].body: line 2, column 5")


def test_the_siblings_of_a_broken_part_still_come_through() -> None:
    lines = b"\n".join([orjson.dumps(record()), b"words", b'{"a":"\xff"}', b"", orjson.dumps(detail())])
    assert kinds(lines) == [Kind.CLOUDTRAIL, Reason.NOT_JSON, Reason.NOT_UTF8, Kind.FINDING]
    assert kinds(b'{"a":1}{"b":}{"c":1}') == [Kind.OTHER, Reason.NOT_JSON, Kind.OTHER]
    assert kinds([record(), 5, None, detail()]) == [Kind.CLOUDTRAIL, Reason.WRONG_TYPE, Reason.WRONG_TYPE, Kind.FINDING]
    sent = [{"data": "***"}, {"data": base64.b64encode(orjson.dumps(record())).decode()}]
    assert kinds({"records": sent}) == [Reason.BAD_ENCODING, Kind.CLOUDTRAIL]
    deep: Any = {"eventName": "x"}
    for _ in range(130):
        deep = {"a": deep}
    assert kinds({"Records": [record(), record(requestParameters=deep)]}) == [Kind.CLOUDTRAIL, Reason.TOO_DEEP]


def test_concatenated_texts_are_cut_apart_with_or_without_space_between() -> None:
    one, pretty = orjson.dumps(record()), orjson.dumps(record(), option=orjson.OPT_INDENT_2)
    for message in (
        one * 3,
        b"\n".join([one] * 3),
        b"\r\n".join([pretty] * 3),
        pretty * 3,
        b"\x1e" + b"\n\x1e".join([one] * 3),
    ):
        assert kinds(message) == [Kind.CLOUDTRAIL] * 3


def test_gzip_of_several_members_is_read_to_its_end() -> None:
    assert kinds(gzip.compress(b'{"a":1}\n') + gzip.compress(b'{"b":1}\n')) == [Kind.OTHER, Kind.OTHER]


def test_prose_in_a_carrier_is_something_else_rather_than_broken() -> None:
    assert kinds({"Type": "Notification", "MessageId": "1", "Message": "The alarm rings."}) == [Kind.OTHER]
    line = {"id": "1", "message": "2 111122223333 eni-1 10.0.0.1 ACCEPT OK"}
    assert only({"messageType": "DATA_MESSAGE", "logEvents": [line]}).document == line


def test_an_event_that_a_logger_kept_twice_counts_once() -> None:
    assert kinds({"_raw": orjson.dumps(record()).decode(), "event": record()}) == [Kind.CLOUDTRAIL]


def test_two_different_events_in_an_unknown_object_are_left_where_they_are() -> None:
    assert kinds({"before": record(eventID="1"), "after": record(eventID="2")}) == [Kind.OTHER]


def test_a_put_events_entry_is_an_envelope() -> None:
    entry = {"Source": "my.findings", "DetailType": "GuardDuty Finding", "Detail": orjson.dumps(detail()).decode()}
    found = only({"Entries": [entry]})
    assert found.kind is Kind.FINDING
    assert found.document["source"] == "my.findings"
    assert found.document["detail"] == detail()


def test_more_events_than_the_limit_end_with_one_refusal() -> None:
    found = unwrap(orjson.dumps({"Records": [record()] * 5}), Limits(events=3))
    assert [type(one) for one in found] == [Event, Event, Event, Refusal]
    assert isinstance(found[-1], Refusal)
    assert (found[-1].reason, found[-1].index) == (Reason.TOO_MANY, 3)


def test_a_small_message_that_unpacks_to_a_large_one_is_too_large() -> None:
    bomb = gzip.compress(gzip.compress(b" " * 2_000_000))
    (refusal,) = unwrap(bomb, Limits(size=1_000_000))
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.TOO_LARGE


def test_inner_texts_count_towards_the_size_too() -> None:
    text = orjson.dumps({"Records": [{"messageId": "1", "body": '{"a":"' + "b" * 600 + '"}'}]})
    (refusal,) = unwrap(text, Limits(size=1000))
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.TOO_LARGE


def test_an_event_of_a_batch_that_is_too_large_is_refused_alone() -> None:
    small, large = record(), record(userAgent="x" * 3_000)
    found = unwrap(orjson.dumps({"Records": [small, large, small]}), Limits(event=2_000))
    assert [one.reason if isinstance(one, Refusal) else one.kind for one in found] == [
        Kind.CLOUDTRAIL,
        Reason.TOO_LARGE,
        Kind.CLOUDTRAIL,
    ]
    (finding,) = unwrap(gzip.compress(orjson.dumps(envelope(title="x" * 3_000))), Limits(event=2_000))
    assert isinstance(finding, Refusal)

"""What an object is, by its content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.event import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Object = Mapping[str, Any]

# A finding has a type, a resource or a service, and most of these as scalars. Macie, Inspector, Access Analyzer and
# Security Hub share some names, but not all.
_OF_FINDINGS = ("accountId", "arn", "id", "partition", "region", "schemaVersion", "severity", "title", "updatedAt")
# A CloudTrail record has a source, a name and some of these; one that lost its source is still known by the others.
_OF_RECORDS = frozenset(
    {
        "awsRegion", "eventCategory", "eventID", "eventTime", "eventType", "eventVersion", "recipientAccountId",
        "requestParameters", "responseElements", "sourceIPAddress", "userAgent", "userIdentity",
    }
)  # fmt: skip
_OF_FINDINGS_PASCAL = tuple(name[0].upper() + name[1:] for name in _OF_FINDINGS)
_ENOUGH_OF_FINDINGS = 2
_ENOUGH_OF_RECORDS = 3
# What AWS's detail-types say, in lower case. Coverage changes come as "GuardDuty Runtime Protection Healthy" or
# "Unhealthy", scan results and the state of protected buckets as "GuardDuty Malware Protection ...".
_NAMED = {
    "guardduty finding": Kind.FINDING,
    "test": Kind.TEST,
    "test event": Kind.TEST,
    "eventbridge test": Kind.TEST,
    "eventbridge test event": Kind.TEST,
}
_STARTS = (
    ("guardduty runtime protection", Kind.RUNTIME_HEALTH),
    ("guardduty malware protection", Kind.SCAN),
    ("guardduty coverage", Kind.COVERAGE),
    ("guardduty eks coverage", Kind.COVERAGE),
    ("guardduty ecs coverage", Kind.COVERAGE),
    ("guardduty ec2 coverage", Kind.COVERAGE),
)
# What the Lambda console and Firehose's "Test with demo data" send.
_DEMO_KEYS = (frozenset({"key1", "key2", "key3"}), frozenset({"TICKER_SYMBOL", "SECTOR", "CHANGE", "PRICE"}))


def is_record(item: Object) -> bool:
    """Say whether an object is one CloudTrail record, of whatever category.

    S3, SQS, Kinesis and DynamoDB notifications share its names; their ``eventSource`` begins with ``aws:``.
    """
    if "eventName" in item:
        source = item.get("eventSource")
        if isinstance(source, str):
            return not source.startswith("aws:") and not _OF_RECORDS.isdisjoint(item)
        return len(_OF_RECORDS & item.keys()) >= _ENOUGH_OF_RECORDS
    return is_insight(item) and "eventID" in item


def is_insight(item: Object) -> bool:
    """Say whether a CloudTrail record tells of unusual activity rather than of a call."""
    return item.get("eventCategory") == "Insight" or item.get("eventType") == "AwsCloudTrailInsight"


def is_bare_finding(item: Object) -> bool:
    """Say whether an object is a finding without an envelope, in camelCase or PascalCase."""
    if "type" in item and ("resource" in item or "service" in item):
        names: tuple[str, ...] = _OF_FINDINGS
    elif "Type" in item and ("Resource" in item or "Service" in item):
        names = _OF_FINDINGS_PASCAL
    else:
        return False
    # A schema of findings has the same names, but objects under them.
    return sum(name in item and not isinstance(item[name], dict | list) for name in names) >= _ENOUGH_OF_FINDINGS


def kind_of_envelope(envelope: Object) -> Kind:
    """Say what an EventBridge envelope holds; its ``source`` alone decides nothing.

    ``detail-type`` is AWS's word for it. Where that is the user's own, the content of ``detail`` decides.
    """
    detail = envelope.get("detail")
    name = envelope.get("detail-type")
    told = _kind_by_name(name.strip().lower()) if isinstance(name, str) else None
    if detail == {}:
        return Kind.TEST if told is Kind.TEST else Kind.OTHER
    if isinstance(detail, dict) and told in {Kind.CLOUDTRAIL, None}:
        return _kind_by_content(detail, told or Kind.OTHER)
    return told or Kind.OTHER


def kind_of_record(record: Object) -> Kind:
    """Say what a CloudTrail record tells of."""
    return Kind.INSIGHT if is_insight(record) else Kind.CLOUDTRAIL


def kind_of_object(item: Object) -> Kind:
    """Say what an object is that is neither a wrapper, an envelope nor a record."""
    return next((kind for kind, holds in _KINDS if holds(item)), Kind.OTHER)


def _kind_by_name(name: str) -> Kind | None:
    if name.endswith("via cloudtrail"):
        return Kind.CLOUDTRAIL
    return _NAMED.get(name) or next((kind for start, kind in _STARTS if name.startswith(start)), None)


def _kind_by_content(detail: Object, otherwise: Kind) -> Kind:
    if is_record(detail) or otherwise is Kind.CLOUDTRAIL:
        return kind_of_record(detail)
    return Kind.FINDING if is_bare_finding(detail) else otherwise


def _is_digest(item: Object) -> bool:
    return "digestStartTime" in item and ("digestS3Object" in item or "logFiles" in item)


def _is_control(item: Object) -> bool:
    return item.get("messageType") == "CONTROL_MESSAGE" or (
        item.get("Type") in ("SubscriptionConfirmation", "UnsubscribeConfirmation") and "TopicArn" in item
    )


def _is_coverage(item: Object) -> bool:
    return ("coverageStatus" in item and "resourceDetails" in item) or (
        "CoverageStatus" in item and "ResourceDetails" in item
    )


def _is_scan(item: Object) -> bool:
    return ("scanStatus" in item and ("scanResultDetails" in item or "scanId" in item)) or (
        "ScanStatus" in item and ("ScanResultDetails" in item or "ScanId" in item)
    )


def _is_test(item: Object) -> bool:
    return item.get("Event") == "s3:TestEvent" or item.keys() in _DEMO_KEYS


_KINDS: tuple[tuple[Kind, Callable[[Object], bool]], ...] = (
    (Kind.FINDING, is_bare_finding),
    (Kind.DIGEST, _is_digest),
    (Kind.CONTROL, _is_control),
    (Kind.COVERAGE, _is_coverage),
    (Kind.SCAN, _is_scan),
    (Kind.TEST, _is_test),
)

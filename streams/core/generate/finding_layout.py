"""The order and names of a finding's members, in the one place that both generators share.

The format is that of "GuardDuty Finding" events of EventBridge (GuardDuty User Guide, "Processing GuardDuty findings
with Amazon EventBridge") with a finding as GetFindings returns it, in camel case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from streams.core.generate.finding_types import TITLES

if TYPE_CHECKING:
    from streams.core.generate.finding_types import FindingType


class Blanks(NamedTuple):
    """What differs from finding to finding; times are RFC 3339, ``done`` is what ``service`` says of the deed."""

    type: FindingType
    event_id: str
    finding_id: str
    account: str
    region: str
    detector: str
    name: str
    resource: Any
    done: dict[str, Any]
    time: str
    first_seen: str
    created: str
    updated: str
    times_seen: int = 1
    archived: bool = False
    sample: bool = False


def envelope(blanks: Blanks) -> dict[str, Any]:
    """Return an EventBridge envelope with a GuardDuty finding."""
    return {
        "version": "0",
        "id": blanks.event_id,
        "detail-type": "GuardDuty Finding",
        "source": "aws.guardduty",
        "account": blanks.account,
        "time": blanks.time,
        "region": blanks.region,
        "resources": [],
        "detail": _detail(blanks),
    }


def _detail(blanks: Blanks) -> dict[str, Any]:
    title = TITLES[blanks.type.purpose].format(name=blanks.name)
    arn = f"arn:aws:guardduty:{blanks.region}:{blanks.account}:detector/{blanks.detector}/finding/{blanks.finding_id}"
    return {
        "schemaVersion": "2.0",
        "accountId": blanks.account,
        "region": blanks.region,
        "partition": "aws",
        "id": blanks.finding_id,
        "arn": arn,
        "type": blanks.type.name,
        "resource": blanks.resource,
        "service": {
            "serviceName": "guardduty",
            "detectorId": blanks.detector,
            **blanks.done,
            "resourceRole": blanks.type.role,
            "additionalInfo": _additional_info(sample=blanks.sample),
            "eventFirstSeen": blanks.first_seen,
            "eventLastSeen": blanks.updated,
            "archived": blanks.archived,
            "count": blanks.times_seen,
        },
        "severity": blanks.type.severity,
        "createdAt": blanks.created,
        "updatedAt": blanks.updated,
        "title": title,
        "description": title,
    }


def _additional_info(*, sample: bool) -> dict[str, Any]:
    return (
        {"sample": True, "value": '{"sample":true}', "type": "default"}
        if sample
        else {"value": "{}", "type": "default"}
    )

"""A finding's parsed fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.event import Reason
from streams.core.parsing.finding_type import FindingType, parse_finding_type
from streams.core.parsing.network import remote_ends, security_groups
from streams.core.parsing.problem import Problem
from streams.core.parsing.resource_id import resource_id
from streams.core.parsing.sample import is_sample
from streams.core.parsing.severity import parse_severity
from streams.core.parsing.times import parse_time, to_rfc3339
from streams.core.parsing.values import as_object, as_rfc3339, as_text, as_truth, first_account

if TYPE_CHECKING:
    from collections.abc import Mapping


def parse_finding(document: Mapping[str, Any]) -> dict[str, Any] | Problem:
    """Return the parsed fields of a finding in normal form; docs/architecture.md lists them, all are always present.

    A Problem is what counting can't do without: a detail that is no object, a type that is no text, a severity that is
    no number from 0 to 10, an account that is neither text nor whole number, no usable time. Other fields of a wrong
    kind are read as absent.
    """
    detail = document.get("detail")
    if not isinstance(detail, dict):
        return Problem(Reason.WRONG_TYPE, "detail is not an object")
    kind = detail.get("type")
    if not isinstance(kind, str):
        return Problem(Reason.WRONG_TYPE, f"detail.type is not a text: {str(kind)[:80]}")
    severity = parse_severity(detail.get("severity"))
    if isinstance(severity, Problem):
        return severity
    account = first_account(detail.get("accountId"), document.get("account"))
    if isinstance(account, Problem):
        return account
    time = finding_time(document.get("time"), detail.get("updatedAt"))
    if isinstance(time, Problem):
        return time
    return {
        **type_fields(parse_finding_type(kind)),
        "severity": severity.number,
        "severity_label": severity.label,
        "account": account,
        "region": as_text(detail.get("region")) or as_text(document.get("region")),
        "source": as_text(document.get("source")),
        "event_time": to_rfc3339(time),
        **_details(detail),
    }


def finding_time(envelope_time: Any, updated_at: Any) -> int | Problem:
    """Return a finding's time in milliseconds since 1970: its envelope's, else that of its last update."""
    time = parse_time(envelope_time)
    if time is None:
        time = parse_time(updated_at)
    if time is None:
        shown = f"time is {str(envelope_time)[:40]!r}, detail.updatedAt {str(updated_at)[:40]!r}"
        return Problem(Reason.NO_TIME, f"no time that can be read: {shown}")
    return time


def type_fields(kind: FindingType) -> dict[str, Any]:
    """Return the parsed fields that come from the type alone."""
    return {
        "type": kind.whole,
        "type_recognised": kind.recognised,
        "threat_purpose": kind.purpose,
        "threat_resource_affected": kind.resource_affected,
        "threat_name": kind.name,
        "threat_family": kind.family,
        "threat_variant": kind.variant,
        "threat_artifact": kind.artifact,
    }


def _details(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that counting can do without."""
    resource, service = as_object(detail.get("resource")), as_object(detail.get("service"))
    addresses, countries = remote_ends(service)
    return {
        "resource_role": as_text(service.get("resourceRole")),
        "resource_type": as_text(resource.get("resourceType")),
        "resource_id": resource_id(resource),
        "finding_id": as_text(detail.get("id")),
        "title": as_text(detail.get("title")),
        "security_groups": security_groups(resource, service),
        "remote_addresses": addresses,
        "remote_countries": countries,
        "sample": is_sample(service.get("additionalInfo")),
        "archived": as_truth(service.get("archived")) is True,
        "created_at": as_rfc3339(detail.get("createdAt")),
        "updated_at": as_rfc3339(detail.get("updatedAt")),
        "first_seen": as_rfc3339(service.get("eventFirstSeen")),
        "last_seen": as_rfc3339(service.get("eventLastSeen")),
    }

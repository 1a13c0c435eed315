"""One form for every finding."""

from __future__ import annotations

from typing import Any

from streams.core.parsing.camel_case import camel_case

GUARDDUTY = "aws.guardduty"
FINDING_TYPE = "GuardDuty Finding"
# What older examples nest under detail.resource.instanceDetails, and where it stands today.
_MOVED = ("service", "severity", "title", "description", "createdAt", "updatedAt")
# Names that tell an object in camelCase, whatever else is in it.
_DETAIL = frozenset({"type", "severity", "service"})
_RESOURCE = frozenset({"resourceType"})
_SERVICE = frozenset({"action", "archived", "count", "eventFirstSeen", "eventLastSeen", "resourceRole", "serviceName"})
_ENVELOPE_NAMES = {
    "Source": "source", "DetailType": "detail-type", "detailType": "detail-type", "Detail": "detail",
    "Account": "account", "Region": "region", "Time": "time", "Id": "id", "Resources": "resources",
}  # fmt: skip


def as_envelope(item: dict[str, Any]) -> dict[str, Any] | None:
    """Return an EventBridge envelope under its usual names (PutEvents and SDKs write others), or None if it is none."""
    if "detail" in item and "detail-type" in item:
        return item
    if ("detail" in item or "Detail" in item) and ("detailType" in item or "DetailType" in item or "source" in item):
        return {_ENVELOPE_NAMES.get(key, key): value for key, value in item.items()}
    return None


def normalise(finding: dict[str, Any]) -> dict[str, Any]:
    """Return a finding's envelope with camelCase detail, everything in today's place.

    Takes an envelope or a bare finding, and leaves it unchanged: what is in normal form already comes back as it is,
    anything else as a copy. A detail that is no object is left for the parser to refuse.
    """
    if "detail" in finding:
        detail = finding["detail"]
        mended = _normal_detail(detail) if isinstance(detail, dict) else detail
        if mended is detail and finding.get("source"):
            return finding
        return {**finding, "source": finding.get("source") or GUARDDUTY, "detail": mended}
    detail = _normal_detail(finding)
    return {
        "detail-type": FINDING_TYPE,
        "source": GUARDDUTY,
        "account": detail.get("accountId"),
        "region": detail.get("region"),
        "time": detail.get("updatedAt"),
        "detail": detail,
    }


def _normal_detail(detail: dict[str, Any]) -> dict[str, Any]:
    if (
        _in_capitals(detail, _DETAIL)
        or _in_capitals(detail.get("resource"), _RESOURCE)
        or _in_capitals(detail.get("service"), _SERVICE)
    ):
        detail = camel_case(detail)
    resource = detail.get("resource")
    nested = resource.get("instanceDetails") if isinstance(resource, dict) else None
    if isinstance(nested, dict):
        moved = {name: nested[name] for name in _MOVED if name in nested and detail.get(name) is None}
        if moved:
            return {**detail, **moved}
    return detail


def _in_capitals(value: Any, names: frozenset[str]) -> bool:
    """Say whether an object has its names in PascalCase: capitals among them, and none as EventBridge writes it."""
    return isinstance(value, dict) and names.isdisjoint(value) and any(key[:1].isupper() for key in value)

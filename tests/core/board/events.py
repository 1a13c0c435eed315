"""Enriched events as their topics have them."""

from __future__ import annotations

from typing import Any

import orjson


def finding(**changes: Any) -> bytes:
    """An enriched finding."""
    found = {
        "account": "111122223333", "region": "us-east-1", "type": "Trojan:EC2/PhishingDomainRequest!DNS",
        "severity": 8, "severity_label": "High", "resource_type": "Instance", "resource_id": "i-1",
        "remote_addresses": ["203.0.113.7"], "finding_id": "f1", "event_time": "2026-11-24T09:00:00.000Z",
        "finding": {"id": "f1"},
    } | changes  # fmt: skip
    return orjson.dumps(found)


def record(**changes: Any) -> bytes:
    """An enriched record."""
    found = {
        "account": "111122223333", "region": "us-east-1", "event_name": "DeleteTrail", "outcome": "denied",
        "error_code": "AccessDenied", "principal": "arn:aws:iam::111122223333:user/eve",
        "source_address": "198.51.100.4", "event_id": "r1", "resource_arns": [],
        "event_time": "2026-11-24T09:00:00.000Z", "record": {"eventName": "DeleteTrail"},
    } | changes  # fmt: skip
    return orjson.dumps(found)

"""The messages by which CloudWatch Logs checks that a subscription's destination is there."""

from __future__ import annotations

from typing import Any


def control_message(at_ms: int) -> dict[str, Any]:
    """Return a control message sent at ``at_ms`` (since the epoch); it carries no event, only a sign of life.

    The format is that of the CloudWatch Logs User Guide, "Log group-level subscription filters".
    """
    event = {"id": "", "timestamp": at_ms, "message": "CWL CONTROL MESSAGE: Checking health of destination."}
    return {
        "messageType": "CONTROL_MESSAGE",
        "owner": "CloudwatchLogs",
        "logGroup": "",
        "logStream": "",
        "subscriptionFilters": [],
        "logEvents": [event],
    }

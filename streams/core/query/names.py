"""The names of fields that events have: the parsed ones, and the top level of each source's documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.measure import Source

_BOTH: Final = frozenset({
    "account", "account_environment", "account_name", "account_owner", "event_time", "region", "source",
})  # fmt: skip

PARSED: Final[Mapping[Source, frozenset[str]]] = {
    "findings": _BOTH | {
        "archived", "created_at", "finding_id", "first_seen", "last_seen", "remote_addresses", "remote_countries",
        "resource_id", "resource_role", "resource_type", "sample", "security_groups", "severity", "severity_label",
        "threat_artifact", "threat_family", "threat_name", "threat_purpose", "threat_resource_affected",
        "threat_variant", "title", "type", "type_recognised", "updated_at",
    },
    "cloudtrail": _BOTH | {
        "error_code", "event_id", "event_name", "event_source", "mfa", "outcome", "principal", "principal_type",
        "resource_arns", "session_issuer", "source_address", "user_agent",
    },
}  # fmt: skip
"""The parsed fields of each source, as docs/architecture.md lists them."""

DOCUMENT: Final[Mapping[Source, frozenset[str]]] = {
    "findings": frozenset({
        "account", "detail", "detail-type", "id", "region", "resources", "source", "time", "version",
    }),
    "cloudtrail": frozenset({
        "addendum", "additionalEventData", "apiVersion", "awsRegion", "edgeDeviceDetails", "errorCode", "errorMessage",
        "eventCategory", "eventContext", "eventID", "eventName", "eventSource", "eventTime", "eventType",
        "eventVersion", "managementEvent", "readOnly", "recipientAccountId", "requestID", "requestParameters",
        "resources", "responseElements", "serviceEventDetails", "sessionCredentialFromConsole", "sharedEventID",
        "sourceIPAddress", "tlsDetails", "userAgent", "userIdentity", "vpcEndpointAccountId", "vpcEndpointId",
    }),
}  # fmt: skip
"""The top level of the documents: EventBridge's envelope
(https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html) and CloudTrail's record
(https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html)."""


def is_known(source: Source, path: tuple[str, ...]) -> bool:
    """Whether events of the source can have something at the path, judged by its first segment."""
    return path[0] in DOCUMENT[source] or (len(path) == 1 and path[0] in PARSED[source])

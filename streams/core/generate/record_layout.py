"""The order and names of a CloudTrail record's members, in the one place that both generators share.

The format is that of the AWS CloudTrail User Guide, "CloudTrail record contents".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streams.core.generate.calls import Call
    from streams.core.generate.identities import Caller


class Blanks(NamedTuple):
    """What differs from record to record; ``time`` is RFC 3339 to the second, ``words`` fill the call's blanks.

    ``event_type`` is ``AwsApiCall`` unless somebody signs in to the console.
    """

    call: Call
    caller: Caller
    account: str
    region: str
    time: str
    request_id: str
    event_id: str
    words: Mapping[str, str]
    error: tuple[str, str] | None = None
    event_type: str = "AwsApiCall"
    additional: dict[str, Any] | None = None


def lay_out(blanks: Blanks) -> dict[str, Any]:
    """Return a CloudTrail record."""
    call = blanks.call
    code, message = blanks.error or (None, None)
    answer = None if blanks.error else fill(call.answer, blanks.words)
    record = {
        "eventVersion": "1.11",
        "userIdentity": blanks.caller.identity,
        "eventTime": blanks.time,
        "eventSource": call.event_source,
        "eventName": call.name,
        "awsRegion": blanks.region,
        "sourceIPAddress": blanks.caller.address,
        "userAgent": blanks.caller.agent,
        "errorCode": code,
        "errorMessage": message,
        "requestParameters": fill(call.arguments, blanks.words),
        "responseElements": answer,
        "additionalEventData": blanks.additional,
        "requestID": blanks.request_id,
        "eventID": blanks.event_id,
        "readOnly": call.read_only,
        "resources": _resources(call, blanks),
        "eventType": blanks.event_type,
        "managementEvent": True,
        "recipientAccountId": blanks.account,
        "eventCategory": "Management",
        "tlsDetails": _tls(call, blanks),
    }
    absent = {"errorCode", "errorMessage", "additionalEventData", "resources", "tlsDetails"}
    return {name: value for name, value in record.items() if value is not None or name not in absent}


def fill(value: Any, words: Mapping[str, str]) -> Any:
    """Put words into the blanks of every text in a JSON value, ``{name}`` and its like."""
    if isinstance(value, str):
        return value.format_map(words)
    if isinstance(value, dict):
        return {name: fill(member, words) for name, member in value.items()}
    return [fill(member, words) for member in value] if isinstance(value, list) else value


def _resources(call: Call, blanks: Blanks) -> list[dict[str, str]] | None:
    if call.resource is None:
        return None
    kind, arn = call.resource
    return [{"accountId": blanks.account, "type": kind, "ARN": fill(arn, blanks.words)}]


def _tls(call: Call, blanks: Blanks) -> dict[str, str] | None:
    if blanks.caller.identity["type"] == "AWSService":
        return None
    return {
        "tlsVersion": "TLSv1.3",
        "cipherSuite": "TLS_AES_128_GCM_SHA256",
        "clientProvidedHostHeader": f"{call.service}.{blanks.region}.amazonaws.com",
    }

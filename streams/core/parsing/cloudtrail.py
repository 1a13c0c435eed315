"""A CloudTrail record's parsed fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.event import Reason
from streams.core.parsing.identity import principal_of, session_issuer_of, used_mfa
from streams.core.parsing.outcome import parse_outcome
from streams.core.parsing.problem import Problem
from streams.core.parsing.times import parse_time, to_rfc3339
from streams.core.parsing.values import as_object, as_text, distinct, first_account

if TYPE_CHECKING:
    from collections.abc import Mapping

CLOUDTRAIL = "aws.cloudtrail"


def parse_cloudtrail(document: Mapping[str, Any]) -> dict[str, Any] | Problem:
    """Return the parsed fields of a CloudTrail record; docs/architecture.md lists them, all are always present.

    A Problem is what counting can't do without: an event source or name that is no text, an account that is neither
    text nor whole number, no usable time. Other fields of a wrong kind are read as absent.
    """
    source, name = document.get("eventSource"), document.get("eventName")
    for field, value in (("eventSource", source), ("eventName", name)):
        if value is not None and not isinstance(value, str):
            return Problem(Reason.WRONG_TYPE, f"{field} is not a text: {str(value)[:80]}")
    identity = as_object(document.get("userIdentity"))
    account = first_account(document.get("recipientAccountId"), identity.get("accountId"))
    if isinstance(account, Problem):
        return account
    time = parse_time(document.get("eventTime"))
    if time is None:
        return Problem(
            Reason.NO_TIME, f"no time that can be read: eventTime is {str(document.get('eventTime'))[:80]!r}"
        )
    error_code = document.get("errorCode")
    return {
        "account": account,
        "region": as_text(document.get("awsRegion")),
        "source": CLOUDTRAIL,
        "event_source": source or None,
        "event_name": name or None,
        "event_id": as_text(document.get("eventID")),
        "event_time": to_rfc3339(time),
        "error_code": as_text(error_code),
        "principal": principal_of(identity),
        "principal_type": as_text(identity.get("type")),
        "session_issuer": session_issuer_of(identity),
        "mfa": used_mfa(identity, document.get("additionalEventData")),
        "source_address": as_text(document.get("sourceIPAddress")),
        "user_agent": as_text(document.get("userAgent")),
        "outcome": parse_outcome(
            error_code, name, document.get("responseElements"), document.get("serviceEventDetails")
        ),
        "resource_arns": resource_arns(document.get("resources")),
    }


def resource_arns(resources: Any) -> list[str]:
    """Return the ARNs of a record's ``resources``, written ``ARN`` or ``arn``, each once, in order."""
    if not isinstance(resources, list):
        return []
    return distinct(one.get("ARN") or one.get("arn") for one in resources if isinstance(one, dict))

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
    from collections.abc import Callable, Mapping

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
    account = first_account(document.get("recipientAccountId"), _identity(document).get("accountId"))
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
        "event_time": to_rfc3339(time),
        "error_code": as_text(error_code),
        "outcome": parse_outcome(
            error_code, name, document.get("responseElements"), document.get("serviceEventDetails")
        ),
        **{field: read(document) for field, read in FIELDS.items()},
    }


def _identity(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return as_object(document.get("userIdentity"))


FIELDS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "event_id": lambda document: as_text(document.get("eventID")),
    "principal": lambda document: principal_of(_identity(document)),
    "principal_type": lambda document: as_text(_identity(document).get("type")),
    "session_issuer": lambda document: session_issuer_of(_identity(document)),
    "mfa": lambda document: used_mfa(_identity(document), document.get("additionalEventData")),
    "source_address": lambda document: as_text(document.get("sourceIPAddress")),
    "user_agent": lambda document: as_text(document.get("userAgent")),
    "resource_arns": lambda document: resource_arns(document.get("resources")),
}
"""Parsed fields that can be read one by one, where not all are wanted; none of them makes a record unreadable."""


def resource_arns(resources: Any) -> list[str]:
    """Return the ARNs of a record's ``resources``, written ``ARN`` or ``arn``, each once, in order."""
    if not isinstance(resources, list):
        return []
    return distinct(one.get("ARN") or one.get("arn") for one in resources if isinstance(one, dict))

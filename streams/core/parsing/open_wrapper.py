"""What AWS's carriers wrap around an event."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any, NamedTuple


class Coding(Enum):
    """How a payload is written."""

    VALUE = auto()
    JSON = auto()
    TEXT = auto()
    BASE64 = auto()


class Payload(NamedTuple):
    """One thing that a wrapper holds; ``holder`` is the object that stands for it when it is plain prose."""

    value: Any
    coding: Coding
    path: str
    holder: dict[str, Any]


# What CloudTrail, S3, Lambda, Firehose, Kinesis and GetFindings call their lists.
_LISTS = ("Records", "records", "Findings", "findings")


def open_wrapper(item: dict[str, Any]) -> list[Payload] | None:
    """Return what a carrier's object holds, or None if it is no wrapper that AWS documents.

    Known are CloudTrail files and GetFindings (lists), CloudWatch Logs subscriptions, SNS, SQS, Kinesis, Firehose and
    LookupEvents.
    """
    for name in _LISTS:
        held = item.get(name)
        if held and isinstance(held, list):
            return [Payload(held, Coding.VALUE, f".{name}", item)]
    return _open_logs(item) or _open_lists(item) or _open_message(item)


def _open_logs(item: dict[str, Any]) -> list[Payload] | None:
    subscription = item.get("awslogs")
    if isinstance(subscription, dict) and "data" in subscription:
        return [Payload(subscription["data"], Coding.BASE64, ".awslogs.data", subscription)]
    lines = item.get("logEvents")
    if isinstance(lines, list) and item.get("messageType") != "CONTROL_MESSAGE":
        return [
            Payload(line["message"], Coding.TEXT, f".logEvents[{number}].message", line)
            for number, line in enumerate(lines)
            if isinstance(line, dict) and "message" in line
        ]
    return None


def _open_lists(item: dict[str, Any]) -> list[Payload] | None:
    """Open lists with common names, if what is in them has the carrier's own field."""
    for name, field in (("Events", "CloudTrailEvent"), ("Messages", "Body")):
        held = item.get(name)
        if isinstance(held, list) and any(isinstance(one, dict) and field in one for one in held):
            return [Payload(held, Coding.VALUE, f".{name}", item)]
    return None


def _open_message(item: dict[str, Any]) -> list[Payload] | None:
    """Open one message, or one element of a list of messages."""
    for name, inner, coding in (("Sns", "Message", Coding.TEXT), ("kinesis", "data", Coding.BASE64)):
        held = item.get(name)
        if isinstance(held, dict) and inner in held:
            return [Payload(held[inner], coding, f".{name}.{inner}", item)]
    for field, companions, coding in _FIELDS:
        if field in item and (len(item) == 1 or not companions.isdisjoint(item)):
            return [Payload(item[field], coding, f".{field}", item)]
    if item.get("Type") == "Notification" and "Message" in item:
        return [Payload(item["Message"], Coding.TEXT, ".Message", item)]
    return None


# A field that holds the payload, the carrier's own names of which one must stand beside it unless it is alone, and how
# the payload is written.
_FIELDS: tuple[tuple[str, frozenset[str], Coding], ...] = (
    ("CloudTrailEvent", frozenset({"EventId", "EventName", "EventTime", "EventSource"}), Coding.JSON),
    ("body", frozenset({"messageId", "receiptHandle"}), Coding.TEXT),
    ("Body", frozenset({"MessageId", "ReceiptHandle"}), Coding.TEXT),
    ("data", frozenset({"recordId", "sequenceNumber", "approximateArrivalTimestamp"}), Coding.BASE64),
    ("Data", frozenset({"SequenceNumber", "PartitionKey"}), Coding.BASE64),
)

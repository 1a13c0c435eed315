"""What one Kafka message turns out to hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an event is, recognised by its content."""

    FINDING = "finding"
    CLOUDTRAIL = "cloudtrail"
    DIGEST = "cloudtrail-digest"
    INSIGHT = "cloudtrail-insight"
    COVERAGE = "guardduty-coverage"
    SCAN = "guardduty-malware-scan"
    RUNTIME_HEALTH = "guardduty-runtime-health"
    TEST = "test"
    CONTROL = "control"
    OTHER = "other"


class Reason(StrEnum):
    """Why a message, or a part of it, became a dead letter."""

    EMPTY = "empty"
    NOT_UTF8 = "not-utf8"
    NOT_JSON = "not-json"
    NOT_A_NUMBER = "not-a-number"
    TOO_DEEP = "too-deep"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    BAD_ENCODING = "bad-encoding"
    WRONG_TYPE = "wrong-type"
    OUT_OF_RANGE = "out-of-range"
    NO_TIME = "no-time"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Event:
    """One event in normal form; ``index`` is its place in the message, counted depth first from 0."""

    kind: Kind
    document: dict[str, Any]
    index: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """One part of a message that can't be read; ``detail`` says what is wrong, and where in the value."""

    reason: Reason
    detail: str
    index: int

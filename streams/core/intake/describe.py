"""Say what a message holds: which events, whose, from when, and where it belongs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from schemas.event import Event, Kind
from streams.core.parsing.times import parse_time
from streams.core.parsing.unwrap import unwrap

Source = Literal["findings", "cloudtrail"]

_FINDINGS = {Kind.FINDING, Kind.COVERAGE, Kind.SCAN, Kind.RUNTIME_HEALTH}
_CLOUDTRAIL = {Kind.CLOUDTRAIL, Kind.DIGEST, Kind.INSIGHT}

_ACCOUNT_PATHS = (
    ("detail", "accountId"),
    ("recipientAccountId",),
    ("detail", "recipientAccountId"),
    ("userIdentity", "accountId"),
    ("account",),
    ("accountId",),
    ("awsAccountId",),
    ("owner",),
)
_TIME_PATHS = (("time",), ("eventTime",), ("detail", "updatedAt"), ("updatedAt",))


@dataclass(frozen=True, slots=True)
class Described:
    """What one message holds; ``time_ms`` is its newest event's time, in epoch milliseconds."""

    value: bytes
    source: Source | None
    account: str | None
    kinds: Mapping[Kind, int]
    unreadable: int
    time_ms: int | None


def describe(value: bytes) -> Described:
    """Read a message as the worker will; ``source`` is None where nothing in it says which topic it belongs to."""
    parts = unwrap(value)
    events = [part for part in parts if isinstance(part, Event)]
    kinds = Counter(event.kind for event in events)
    return Described(
        value=value,
        source=_source(kinds),
        account=next(filter(None, (_account(event.document) for event in events)), None),
        kinds=kinds,
        unreadable=len(parts) - len(events),
        time_ms=max(filter(None, (_time(event.document) for event in events)), default=None),
    )


def _source(kinds: Mapping[Kind, int]) -> Source | None:
    findings = sum(kinds.get(kind, 0) for kind in _FINDINGS)
    records = sum(kinds.get(kind, 0) for kind in _CLOUDTRAIL)
    if not findings and not records:
        return None
    return "findings" if findings >= records else "cloudtrail"


def _account(document: Mapping[str, Any]) -> str | None:
    found = (value for value in _values(document, _ACCOUNT_PATHS) if isinstance(value, str | int))
    return next((str(value) for value in found if value and not isinstance(value, bool)), None)


def _time(document: Mapping[str, Any]) -> int | None:
    return next(filter(None, (parse_time(value) for value in _values(document, _TIME_PATHS))), None)


def _values(document: Mapping[str, Any], paths: Iterable[tuple[str, ...]]) -> Iterable[Any]:
    for path in paths:
        value: Any = document
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        yield value

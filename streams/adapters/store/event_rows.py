"""Enriched findings and records into their table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from streams.adapters.store.series import digest
from streams.adapters.store.tables import columns_of, next_number, stage
from streams.core.board.stored import EventRow
from streams.core.parsing.times import parse_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

    from streams.adapters.topic_reader import Message


_AT_MS = 6
"""The place of an event's time in a row."""


class EventRows:
    """Takes in the messages of both enriched topics; used by the one writer."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._events: dict[str, tuple[Any, ...]] = {}
        self._columns = columns_of(connection, "events")
        self._next = next_number(connection, "number", ["events"])

    def add(self, message: Message) -> None:
        """Take in one message; raises ValueError for one that is no enriched event."""
        document = orjson.loads(message.value or b"")
        if not isinstance(document, dict):
            text = "no object"
            raise ValueError(text)  # noqa: TRY004 - the message is wrong, not a type of ours
        at_ms = parse_time(document.get("event_time"))
        columns = _finding(document) if "finding" in document else _record(document)
        if at_ms is None or columns is None:
            text = "no time, or neither a finding nor a record"
            raise ValueError(text)
        kind, *others = columns
        place = (message.topic, message.partition, message.offset, self._next, message.timestamp_ms, kind, at_ms)
        self._next += 1
        value = message.value or b""
        mark = digest(value)
        self._events.setdefault(mark, (*place, *others, value.decode(), mark))

    def drop(self) -> None:
        """Forget what was added."""
        self._events.clear()

    def write(self) -> int:
        """Write what was added."""
        if self._events:
            rows = list(self._events.values())
            stage(self._connection, "seen", self._columns, rows)
            # A worker that died has written some a second time: the same bytes, elsewhere in the topic.
            known = "SELECT digest FROM events WHERE at_ms >= ?"
            earliest = min(row[_AT_MS] for row in rows)
            self._connection.execute(f"INSERT INTO events FROM seen WHERE digest NOT IN ({known})", [earliest])
            self.drop()
        return 0


def _finding(found: Mapping[str, Any]) -> tuple[Any, ...]:
    severity = found.get("severity")
    return (
        "finding",
        _text(found.get("account")),
        _text(found.get("region")),
        float(severity) if isinstance(severity, int | float) else None,
        _text(found.get("severity_label")),
        _text(found.get("type")),
        _text(found.get("threat_purpose")),
        _text(found.get("resource_type")),
        _texts([found.get("resource_id")]),
        _texts(found.get("security_groups")),
        _user(found["finding"]),
        _texts(found.get("remote_addresses")),
        None,
        None,
        None,
        _text(found.get("finding_id")),
        _text(found.get("threat_name")),
        # Measures leave the others out, too.
        not (found.get("sample") or found.get("archived")),
        _text(found.get("resource_id")),
    )


def _record(found: Mapping[str, Any]) -> tuple[Any, ...] | None:
    if "record" not in found:
        return None
    return (
        "record",
        _text(found.get("account")),
        _text(found.get("region")),
        None,
        None,
        _text(found.get("event_name")),
        None,
        None,
        _texts(found.get("resource_arns")),
        [],
        _text(found.get("principal")),
        _texts([found.get("source_address")]),
        _text(found.get("event_source")),
        _text(found.get("error_code")),
        _text(found.get("outcome")),
        _text(found.get("event_id")),
        None,
        False,
        None,
    )


def _user(finding: Any) -> str | None:
    """Whose credentials a finding is about; it may be in either of AWS's spellings."""
    for first, *path in (
        ("detail", "resource", "accessKeyDetails", "userName"),
        ("resource", "accessKeyDetails", "userName"),
        ("Resource", "AccessKeyDetails", "UserName"),
    ):
        value = finding.get(first) if isinstance(finding, dict) else None
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, str) and value:
            return value
    return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(values: object) -> list[str]:
    return [value for value in values if isinstance(value, str) and value] if isinstance(values, list) else []


def read_event(message: Message) -> EventRow | None:
    """A message of an enriched topic as an event, without a store; None for one that is none."""
    try:
        document = orjson.loads(message.value or b"")
        columns = _finding(document) if "finding" in document else _record(document)
        at_ms = parse_time(document.get("event_time"))
    except (ValueError, TypeError, AttributeError):
        return None
    if columns is None or at_ms is None:
        return None
    values: list[Any] = [tuple(value) if isinstance(value, list) else value for value in columns]
    # Without the name of the threat, whether it is counted and its one resource, which only counting asks for.
    kind, *shown = values[:-3]
    row: list[Any] = [message.topic, message.partition, message.offset, message.offset, kind, at_ms, *shown, document]
    return EventRow(*row)

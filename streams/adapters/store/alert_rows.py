"""Alerts, and what people did with them, into their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from schemas.alert_note import AlertNote
from streams.adapters.store.pane_messages import as_text
from streams.adapters.store.series import digest
from streams.adapters.store.tables import columns_of, next_number, stage
from streams.core.parsing.times import parse_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

    from streams.adapters.topic_reader import Message

_HEX = frozenset("0123456789abcdef")
_ID_LENGTH = 32


class AlertRows:
    """Takes in the messages of `alerts`: the last of an alert counts; used by the one writer."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._newest: dict[str, tuple[Any, ...]] = {}
        self._steps: dict[tuple[str, str], tuple[Any, ...]] = {}
        self._alerts = columns_of(connection, "alerts")
        self._step_columns = columns_of(connection, "steps")
        self._next = next_number(connection, "number", ["steps"])

    def add(self, message: Message) -> None:
        """Take in one message; raises ValueError for one that is no alert."""
        if message.value is None:
            text = "no alert"
            raise ValueError(text)
        document = orjson.loads(message.value)
        try:
            row = _alert_row(document, message)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(str(error)) from error
        name, status, level = row[0], row[2], row[5]
        self._newest[name] = row
        mark = digest(message.value)
        # After a crash a worker may send the same again, which is no step.
        if (name, mark) not in self._steps:
            self._steps[name, mark] = (name, mark, self._next, message.timestamp_ms, status, level)
            self._next += 1

    def drop(self) -> None:
        """Forget what was added."""
        self._newest.clear()
        self._steps.clear()

    def write(self) -> int:
        """Write what was added."""
        if self._newest:
            run = self._connection.execute
            stage(self._connection, "raised", self._alerts, list(self._newest.values()))
            run("DELETE FROM alerts USING raised WHERE alerts.alert_id = raised.alert_id")
            run("INSERT INTO alerts FROM raised")
            stage(self._connection, "stepped", self._step_columns, list(self._steps.values()))
            run("INSERT INTO steps FROM stepped ANTI JOIN steps USING (alert_id, digest)")
            self.drop()
        return 0


class NoteRows:
    """Takes in the messages of `alert-notes`; the same note twice is one; used by the one writer."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._notes: dict[str, tuple[Any, ...]] = {}
        self._columns = columns_of(connection, "notes")
        self._next = next_number(connection, "number", ["notes"])

    def add(self, message: Message) -> None:
        """Take in one message; raises ValueError for one that is no note."""
        note = AlertNote.model_validate_json(message.value or b"")
        at_ms = parse_time(note.at)
        if at_ms is None:
            text = "a note without a time"
            raise ValueError(text)
        if note.note_id not in self._notes:
            row = (
                note.note_id,
                note.alert_id,
                self._next,
                message.timestamp_ms,
                note.action,
                note.text,
                note.by,
                at_ms,
            )
            self._notes[note.note_id] = row
            self._next += 1

    def drop(self) -> None:
        """Forget what was added."""
        self._notes.clear()

    def write(self) -> int:
        """Write what was added."""
        if self._notes:
            stage(self._connection, "noted", self._columns, list(self._notes.values()))
            self._connection.execute("INSERT INTO notes FROM noted ANTI JOIN notes USING (note_id)")
            self.drop()
        return 0


def _alert_row(document: Mapping[str, Any], message: Message) -> tuple[Any, ...]:
    name, rule, labels = document["alert_id"], document["rule"], document.get("labels") or {}
    starts_ms, ends_ms = parse_time(document["starts_at"]), parse_time(document.get("ends_at"))
    if not isinstance(name, str) or len(name) != _ID_LENGTH or not _HEX.issuperset(name) or starts_ms is None:
        text = "an alert without its id or its start"
        raise ValueError(text)
    group = {key: as_text(value) for key, value in document["group"].items()}
    return (
        name,
        message.timestamp_ms,
        str(document["status"]),
        str(rule["id"]),
        str(rule["title"]),
        str(rule["level"]),
        group.get("account") or as_text(labels.get("account")),
        group.get("region") or as_text(labels.get("region")),
        starts_ms,
        ends_ms,
        bool(document.get("historical")),
        str(document.get("summary") or ""),
        orjson.dumps(group).decode(),
        (message.value or b"").decode(),
    )

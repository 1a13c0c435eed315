"""Enriched findings and records out of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from streams.adapters.store.reading import Reader, list_filter, steps_of, text_filter
from streams.core.board.stored import EventRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from streams.core.board.spans import Span
    from streams.core.query import Path

_TEXTS = {
    "kind": "kind",
    "account": "account",
    "region": "region",
    "severity_label": "severity_label",
    "type": "name",
    "event_name": "name",
    "threat_purpose": "threat_purpose",
    "resource_type": "resource_type",
    "principal": "principal",
    "event_source": "event_source",
    "error_code": "error_code",
    "outcome": "outcome",
    "event_id": "event_id",
}
_LISTS = {"resource_id": "resources", "security_group": "security_groups", "address": "addresses"}
EVENT_KEYS = frozenset({*_TEXTS, *_LISTS})
"""What events are narrowed by."""
_WHOLES = {
    ("account",): (None, "account"),
    ("region",): (None, "region"),
    ("severity_label",): ("finding", "severity_label"),
    ("threat_purpose",): ("finding", "threat_purpose"),
    ("type",): ("finding", "name"),
    ("resource_type",): ("finding", "resource_type"),
    ("event_name",): ("record", "name"),
    ("eventName",): ("record", "name"),
    ("event_source",): ("record", "event_source"),
    ("eventSource",): ("record", "event_source"),
    ("error_code",): ("record", "error_code"),
    ("outcome",): ("record", "outcome"),
    ("principal",): ("record", "principal"),
}
"""Paths of queries, the kind of event that has something there, and the column that has it."""
_ORIGINAL = frozenset({("eventName",), ("eventSource",)})
"""Those of the event as it came, which nobody has parsed."""
_SHOWN = (
    "topic, part, place, number, kind, at_ms, account, region, severity, severity_label, name, threat_purpose, "
    "resource_type, resources, security_groups, principal, addresses, event_source, error_code, outcome, "
    "event_id, document"
)
_FIRST_LIST, _SECOND_LIST, _THIRD_LIST = 13, 14, 16


class EventReads(Reader):
    """Events of a span by their own time. ``where`` narrows them by ``EVENT_KEYS``; None is an absent value.

    All that a principal, an address, a resource or an account has to do with is asked for by those keys. A finding's
    principal is the user name that it gives, a record's an ARN. Raises KeyError for other keys.
    """

    def events(
        self,
        span: Span,
        where: Mapping[str, Sequence[str | None]] | None = None,
        limit: int = 50,
        before: tuple[int, int] | None = None,
        required: Mapping[Path, frozenset[str]] | None = None,
    ) -> list[EventRow]:
        """The newest events; those after the one whose ``place`` is ``before``.

        Of events that have none of the ``required`` values (lower-cased) at a path of a query most are left out.
        """
        condition, parameters = _condition(span, where or {})
        for part, texts in _needed(required or {}):
            condition += f" AND {part}"
            parameters += texts
        if before is not None:
            condition += " AND (at_ms, number) < (?, ?)"
            parameters += before
        with self._reading() as cursor:
            # First which, then all of them: documents are by far the most of an event.
            rows = cursor.execute(
                f"SELECT {_SHOWN} FROM events WHERE rowid IN (SELECT rowid FROM events WHERE {condition} "
                "ORDER BY at_ms DESC, number DESC LIMIT ?) ORDER BY at_ms DESC, number DESC",
                [*parameters, limit],
            ).fetchall()
        return [_row(row) for row in rows]

    def affected(self, event_ids: Sequence[str], most: int = 12) -> list[tuple[str, list[tuple[str, int]]]]:
        """Accounts, resources and principals of some events, with how many of these events each is in."""
        found = []
        with self._reading() as cursor:
            for key, source in (
                ("account", "SELECT event_id, account AS one FROM events"),
                ("resource_id", "SELECT event_id, unnest(resources) AS one FROM events"),
                ("principal", "SELECT event_id, principal AS one FROM events"),
            ):
                rows = cursor.execute(
                    f"SELECT one, count(DISTINCT event_id) FROM ({source} WHERE event_id IN "
                    "(SELECT unnest(?::VARCHAR[]))) WHERE one IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
                    [list(event_ids), most],
                ).fetchall()
                if rows:
                    found.append((key, rows))
        return found

    def event(self, topic: str, partition: int, offset: int) -> EventRow | None:
        """The event that stands in a place; None where there is none."""
        with self._reading() as cursor:
            row = cursor.execute(
                f"SELECT {_SHOWN} FROM events WHERE topic = ? AND part = ? AND place = ?", [topic, partition, offset]
            ).fetchone()
        return None if row is None else _row(row)

    def event_counts(
        self, span: Span, step_minutes: int, where: Mapping[str, Sequence[str | None]] | None = None
    ) -> dict[str, list[int]]:
        """How many findings and records there are in each step of a span, by their ``kind``."""
        condition, parameters = _condition(span, where or {})
        step = f"(at_ms - {span.start_ms}) // {step_minutes * 60_000}"
        counts: dict[str, list[int]] = {}
        with self._reading() as cursor:
            text = f"SELECT kind, {step}, count(*) FROM events WHERE {condition} GROUP BY 1, 2"
            for kind, number, count in cursor.execute(text, parameters).fetchall():
                counts.setdefault(kind, [0] * steps_of(span, step_minutes))[number] = count
        return counts


def _row(row: tuple[Any, ...]) -> EventRow:
    values = list(row)
    for number in (_FIRST_LIST, _SECOND_LIST, _THIRD_LIST):
        values[number] = tuple(values[number] or ())
    values[-1] = orjson.loads(values[-1])
    return EventRow(*values)


def _needed(required: Mapping[Path, frozenset[str]]) -> Iterator[tuple[str, list[Any]]]:
    """Conditions that a match of a query certainly meets."""
    for path, texts in required.items():
        # Other letters are made small in other ways here than in a query.
        if path in _WHOLES and all(text.isascii() for text in texts):
            kind, column = _WHOLES[path]
            condition, given = text_filter(f"lower({column})", sorted(texts))
            if path in _ORIGINAL:
                # There may be a list or a number, which the column does not have.
                condition = f"({condition} OR {column} IS NULL)"
            yield (f"kind = '{kind}' AND {condition}" if kind else condition), given


def _condition(span: Span, where: Mapping[str, Sequence[str | None]]) -> tuple[str, list[Any]]:
    parts, parameters = ["at_ms >= ?", "at_ms < ?"], [span.start_ms, span.end_ms]
    for key, values in where.items():
        made = list_filter(_LISTS[key], values) if key in _LISTS else text_filter(_TEXTS[key], values)
        parts.append(made[0])
        parameters += made[1]
    return " AND ".join(parts), parameters

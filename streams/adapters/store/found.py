"""Asking the store: alerts, events, tags, and how old all of it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from schemas.alert_note import AlertNote
from schemas.tag import LifecycleTag
from streams.core.board.alerts import EVERY_ALERT, AlertRow, AlertsAsked, AlertsFound, Change
from streams.core.board.events import EventRow
from streams.core.tags.releases import Seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from streams.core.board.spans import Span
    from streams.core.board.state import Filters

MINUTE = 60_000
LEVEL_RANK = "CASE level WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END"
SORTS = {"time": "starts_ms", "level": LEVEL_RANK, "rule": "title", "status": "status"}
HANDLED = (
    "coalesce((SELECT CASE arg_max(action, seen_at) WHEN 'acknowledge' THEN 'acknowledged' WHEN 'close' THEN 'closed' "
    "ELSE 'open' END FROM notes WHERE notes.alert_id = alerts.alert_id AND action <> 'note'), 'open')"
)
EVENT_COLUMNS = {
    "account": "account", "region": "region", "type": "name", "severity_label": "severity_label",
    "threat_purpose": "threat_purpose", "resource_type": "resource_type", "resource_id": "resource_id",
    "security_group": "security_groups",
}  # fmt: skip
"""By a filter's key, the column of events that has its values."""
CHOICES = {"status": "status", "level": "level", "rule": "rule", "handling": HANDLED}


class Found:
    """Answers of one reading."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self._places: dict[str, int] | None = None

    def rows(self, query: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self._cursor.execute(query, given).fetchall()

    def alerts(self, span: Span, asked: AlertsAsked = EVERY_ALERT) -> AlertsFound:
        """Alerts that were firing at some time of the span, with how many there are by each choice."""
        inside = "starts_ms < ? AND coalesce(ends_ms, CASE status WHEN 'firing' THEN ? ELSE starts_ms END) >= ?"
        given: list[Any] = [span.end_ms, span.end_ms, span.start_ms]
        for key, values in asked.groups.items():
            inside += " AND list_has_any(groups, ?)"
            given.append([f"{key}={value}" for value in values])
        chosen = "".join(f" AND {CHOICES[name]} = ?" for name in asked.where)
        source = f"FROM alerts WHERE {inside}{chosen}"
        values_given = [*given, *asked.where.values()]
        order = f"{SORTS[asked.sort]} {'DESC' if asked.descending else 'ASC'}, starts_ms DESC, alert_id"
        columns = f"alert_id, rule, title, level, status, starts_ms, ends_ms, summary, grouped, {HANDLED}"
        found = self.rows(f"SELECT {columns} {source} ORDER BY {order} LIMIT {int(asked.most)}", values_given)
        [[total]] = self.rows(f"SELECT count(*) {source}", values_given)
        counts = {
            name: dict(self.rows(f"SELECT {value}, count(*) FROM alerts WHERE {inside} GROUP BY 1", given))
            for name, value in CHOICES.items()
        }
        return AlertsFound(tuple(AlertRow(*row) for row in found), total, counts)

    def alerts_over(self, span: Span, step_minutes: int) -> dict[str, list[int]]:
        """Alerts by level, for each step in which they began."""
        found: dict[str, list[int]] = {}
        bucket = f"(starts_ms - {span.start_ms}) // {int(step_minutes) * MINUTE}"
        for level, place, count in self.rows(
            f"SELECT level, {bucket}, count(*) FROM alerts WHERE starts_ms >= ? AND starts_ms < ? GROUP BY 1, 2",
            [span.start_ms, span.end_ms],
        ):
            found.setdefault(level, [0] * len(span.points(step_minutes)))[place] = count
        return found

    def alert(self, alert_id: str) -> tuple[dict[str, Any], list[Change], list[AlertNote]] | None:
        """An alert as the topic has it last, what became of it, and what people did with it; None for none."""
        found = self.rows("SELECT body FROM alerts WHERE alert_id = ?", [alert_id])
        if not found:
            return None
        changes = self.rows(
            "SELECT DISTINCT status, level, at_ms, seen_at FROM alert_changes WHERE alert_id = ? ORDER BY seen_at",
            [alert_id],
        )
        notes = self.rows(
            "SELECT note_id, alert_id, action, text, author, done_at FROM notes WHERE alert_id = ? ORDER BY seen_at",
            [alert_id],
        )
        names = ("note_id", "alert_id", "action", "text", "by", "at")
        return (
            orjson.loads(found[0][0]),
            [Change(*row[:3]) for row in changes],
            [AlertNote(**dict(zip(names, row, strict=True))) for row in notes],
        )

    def affected(self, event_ids: Sequence[str]) -> list[tuple[str, list[tuple[str, int]]]]:
        """Accounts, resources and principals of some events, with how many of the events each is in."""
        found = []
        for key in ("account", "resource_id", "principal"):
            rows = self.rows(
                f"SELECT {key}, count(DISTINCT event_id) FROM events WHERE event_id IN (SELECT unnest(?::VARCHAR[])) "
                f"AND {key} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12",
                [list(event_ids)],
            )
            if rows:
                found.append((key, [(str(value), int(count)) for value, count in rows]))
        return found

    def events(self, span: Span, where: Filters, *, most: int = 200_000) -> Iterator[EventRow]:
        """Enriched events, newest first; a key that events have no column for picks none."""
        conditions, given = ["time_ms >= ?", "time_ms < ?"], [span.start_ms, span.end_ms]
        for key, values in where.items():
            texts, column = [value for value in values if value is not None], EVENT_COLUMNS.get(key)
            if column is None:
                conditions.append("false")
                continue
            is_list = key == "security_group"
            absent = (f"len({column}) = 0" if is_list else f"{column} IS NULL") if None in values else "false"
            held = f"list_has_any({column}, ?::VARCHAR[])" if is_list else f"list_contains(?::VARCHAR[], {column})"
            conditions.append(f"({held} OR {absent})")
            given.append(texts)  # type: ignore[arg-type]
        columns = ", ".join(EventRow._fields)
        cursor = self._cursor.execute(
            f"SELECT {columns} FROM events WHERE {' AND '.join(conditions)} ORDER BY time_ms DESC LIMIT {int(most)}",
            given,
        )
        while rows := cursor.fetchmany(500):
            yield from map(EventRow._make, rows)

    def seen(self, span: Span) -> list[Seen]:
        """Findings as the analysis of a release takes them."""
        columns = "time_ms, name, threat_name, severity_label, account, resource_id, security_groups"
        found = self.rows(
            f"SELECT {columns} FROM events WHERE kind = 'finding' AND time_ms >= ? AND time_ms < ?",
            [span.start_ms, span.end_ms],
        )
        return [Seen(row[0], row[1] or "", row[2], row[3], row[4], row[5], tuple(row[6])) for row in found]

    def tags(self, span: Span | None = None) -> list[LifecycleTag]:
        """Tags that began in a span, or all; oldest first."""
        inside, given = (
            (" WHERE started_ms >= ? AND started_ms < ?", [span.start_ms, span.end_ms]) if span else ("", [])
        )
        return [
            LifecycleTag.decode(body)
            for (body,) in self.rows(f"SELECT body FROM tags{inside} ORDER BY started_ms", given)
        ]

    def tag(self, name: str) -> LifecycleTag | None:
        """A tag by its id."""
        found = self.rows("SELECT body FROM tags WHERE id = ?", [name])
        return LifecycleTag.decode(found[0][0]) if found else None

    def newest_pane_ms(self) -> int | None:
        """When the newest minute that was counted in ends (epoch ms)."""
        [[minute]] = self.rows("SELECT max(minute) FROM panes")
        return None if minute is None else (minute + 1) * MINUTE

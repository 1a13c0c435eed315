"""Alerts out of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import orjson

from schemas.rule_test import LEVELS
from streams.adapters.store.reading import Reader, group_of, steps_of, text_filter
from streams.core.board.stored import AlertRow, AlertStep, AlertWhole, Note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streams.core.board.spans import Span

Sort = Literal["newest", "oldest", "level", "rule"]

Place = tuple[int | str, ...]
"""Where a list goes on: the values of an alert that its order goes by, the id last."""

_RANK: Mapping[str, int] = {level: number for number, level in enumerate(LEVELS, 1)}
_LEVEL = f"coalesce(list_position({list(_RANK)}, level), 0)"
# What goes down has a minus.
_ORDERS: Mapping[Sort, tuple[str, ...]] = {
    "newest": ("-starts_ms", "alert_id"),
    "oldest": ("starts_ms", "alert_id"),
    "level": (f"-{_LEVEL}", "-starts_ms", "alert_id"),
    "rule": ("title", "rule_id", "-starts_ms", "alert_id"),
}
_COLUMNS = {
    "status": "status",
    "state": "state",
    "rule": "rule_id",
    "level": "level",
    "account": "account",
    "region": "region",
    "historical": "historical::VARCHAR",
}
# The newest action wins, in the order in which they came: people react to what they see, whatever their clocks say.
_ALERTS = """(
  SELECT alerts.*, coalesce(done.state, 'open') AS state FROM alerts LEFT JOIN (
    SELECT alert_id, CASE arg_max(action, number)
      WHEN 'acknowledge' THEN 'acknowledged' WHEN 'close' THEN 'closed' ELSE 'open' END AS state
    FROM notes WHERE action <> 'note' GROUP BY alert_id
  ) done USING (alert_id)
)"""
_SHOWN = (
    "alert_id, status, state, rule_id, title, level, account, region, starts_ms, ends_ms, historical, summary, groups"
)


class AlertReads(Reader):
    """Alerts that started in a span, or ever where the span is None.

    ``where`` narrows them by ``status``, ``state`` (open, acknowledged, closed), ``rule`` (its id), ``level``,
    ``account``, ``region``, ``historical`` (true, false), or any key of their groups; None is an absent value.
    """

    def alerts(
        self,
        span: Span | None,
        where: Mapping[str, Sequence[str | None]] | None = None,
        sort: Sort = "newest",
        limit: int = 50,
        after: Place | None = None,
    ) -> list[AlertRow]:
        """A page of a list of alerts: those after a place, which ``place_of`` gives."""
        condition, parameters = _condition(span, where or {})
        order = _ORDERS[sort]
        if after is not None:
            marks = ", ".join("?::UUID" if one == "alert_id" else "?" for one in order)
            condition += f" AND ({', '.join(order)}) > ({marks})"
            parameters += after
        with self._reading() as cursor:
            rows = cursor.execute(
                f"SELECT {_SHOWN} FROM {_ALERTS} WHERE {condition} ORDER BY {', '.join(order)} LIMIT ?",
                [*parameters, limit],
            ).fetchall()
        return [_row(row) for row in rows]

    def alert_counts(
        self, span: Span | None, where: Mapping[str, Sequence[str | None]] | None = None, by: str = "status"
    ) -> dict[str | None, int]:
        """How many alerts there are by ``status``, ``state``, ``rule``, ``level``, ``account`` or ``region``."""
        condition, parameters = _condition(span, where or {})
        with self._reading() as cursor:
            rows = cursor.execute(
                f"SELECT {_COLUMNS[by]}, count(*) FROM {_ALERTS} WHERE {condition} GROUP BY 1 ORDER BY 2 DESC, 1",
                parameters,
            ).fetchall()
        return dict(rows)

    def alerts_per(
        self, step_minutes: int, span: Span, where: Mapping[str, Sequence[str | None]] | None = None
    ) -> dict[str, list[int]]:
        """How many alerts started in each step of a span, by level."""
        condition, parameters = _condition(span, where or {})
        step = f"(starts_ms - {span.start_ms}) // {step_minutes * 60_000}"
        lines: dict[str, list[int]] = {}
        with self._reading() as cursor:
            text = f"SELECT level, {step}, count(*) FROM {_ALERTS} WHERE {condition} GROUP BY 1, 2"
            for level, number, count in cursor.execute(text, parameters).fetchall():
                lines.setdefault(level, [0] * steps_of(span, step_minutes))[number] += count
        return lines

    def alert(self, alert_id: str) -> AlertWhole | None:
        """All that is known of one alert; None where there is none with this id."""
        if len(alert_id) != 32 or not alert_id.isalnum():  # noqa: PLR2004 - the length of an id
            return None
        with self._reading() as cursor:
            picked = f"SELECT {_SHOWN}, document FROM {_ALERTS} WHERE alert_id = try_cast(? AS UUID)"
            row = cursor.execute(picked, [alert_id]).fetchone()
            if row is None:
                return None
            steps = cursor.execute(
                "SELECT status, level, sent_ms FROM steps WHERE alert_id = ?::UUID ORDER BY number", [alert_id]
            ).fetchall()
            notes = cursor.execute(
                "SELECT note_id, action, body, author, at_ms FROM notes WHERE alert_id = ?::UUID ORDER BY number",
                [alert_id],
            ).fetchall()
        return AlertWhole(
            _row(row[:-1]),
            orjson.loads(row[-1]),
            tuple(AlertStep(*step) for step in steps),
            tuple(Note(note[0].hex, *note[1:]) for note in notes),
        )


def place_of(row: AlertRow, sort: Sort) -> Place:
    """Where a list in this order goes on after an alert."""
    if sort == "oldest":
        return row.starts_ms, row.alert_id
    if sort == "rule":
        return row.title, row.rule_id, -row.starts_ms, row.alert_id
    if sort == "level":
        return -_RANK.get(row.level, 0), -row.starts_ms, row.alert_id
    return -row.starts_ms, row.alert_id


def _row(row: tuple[Any, ...]) -> AlertRow:
    values = list(row)
    values[0], values[-1] = row[0].hex, group_of(row[-1])
    return AlertRow(*values)


def _condition(span: Span | None, where: Mapping[str, Sequence[str | None]]) -> tuple[str, list[Any]]:
    parts, parameters = ["true"], []
    if span is not None:
        parts = ["starts_ms >= ? AND starts_ms < ?"]
        parameters = [span.start_ms, span.end_ms]
    for key, values in where.items():
        column = _COLUMNS.get(key)
        if column is None:
            # A pointer: the key may have dots in it. What has none of these keys does not fit.
            pointer = "/" + key.replace("~", "~0").replace("/", "~1").replace("'", "''")
            column = f"json_extract_string(groups, '{pointer}')"
        condition, texts = text_filter(column, values)
        parts.append(condition)
        parameters += texts
    return " AND ".join(parts), parameters

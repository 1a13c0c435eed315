"""Findings and alerts out of the store, as the comparison of many releases takes them: few columns of all rows."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import orjson

from streams.adapters.store.reading import Reader
from streams.core.board.comparing import Brief
from streams.core.board.releases import LOOK_BACK_MS
from streams.core.tags.releases import GRAVE, MOST_LISTED, Affected, InShort, Seen, Sort

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from duckdb import DuckDBPyConnection

    from streams.core.board.spans import Span
    from streams.core.tags.releases import Periods

_BITS = 24
"""Of a number: enough for all values there may be, and beside it for fifteen years in milliseconds."""
_MASK = (1 << _BITS) - 1
_PART_MS = 5 * 86_400_000
"""Findings of so long are read at once; less than a type has to be away to be new."""
_FIRST = "at_ms, coalesce(resource, ''), coalesce(account, ''), coalesce(security_groups, [])"
"""Of findings alike, the one with the least of these is the first."""


_COUNTED = "FROM events WHERE kind = 'finding' AND counted AND at_ms >= ? AND at_ms < ?"


class ReleaseReads(Reader):
    """What happened around releases, in short."""

    def in_short(self, periods: Periods) -> InShort:
        """Findings of a release's periods, but for those that measures leave out, added up for its analysis."""
        with self._reading() as cursor:
            sorts = cursor.execute(
                "SELECT coalesce(name, ''), threat_name, severity_label, count(*) FILTER (at_ms < ?), "
                "count(*) FILTER (at_ms >= ? AND at_ms < ?), count(*) FILTER (at_ms >= ?), "
                f"min(({_FIRST})) FILTER (at_ms >= ?) {_COUNTED} GROUP BY 1, 2, 3",
                [
                    periods.before, periods.before, *[periods.release] * 3,
                    min(periods.known_from, periods.release), max(periods.after, periods.release),
                ],
            ).fetchall()  # fmt: skip
            affected = [
                cursor.execute(
                    f"SELECT one, count(*), count(*) OVER () FROM (SELECT {part} AS one {_COUNTED}) WHERE one <> '' "
                    "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
                    [periods.release, periods.after, MOST_LISTED],
                ).fetchall()
                for part in ("account", "resource", "unnest(list_distinct(security_groups))")
            ]
        return InShort(
            [Sort._make((*row[:6], _seen(row[:3], row[6]))) for row in sorts],
            *[Affected(rows[0][2] if rows else 0, tuple(row[:2] for row in rows)) for rows in affected],
        )

    def findings_in_brief(self, span: Span) -> Brief:
        """The findings of a span."""
        labels = ", ".join(f"'{label}'" for label in sorted(GRAVE))
        with self._reading() as cursor:
            times, accounts, _ = _numbered(cursor, span, "account", "true")
            grave_times, types, names = _numbered(cursor, span, "name", f"severity_label IN ({labels})")
            parts = cursor.execute(
                f"SELECT coalesce(name, ''), min(at_ms), max(at_ms) {_COUNTED} GROUP BY at_ms // {_PART_MS}, 1 "
                "ORDER BY 2, 1",
                [span.start_ms, span.end_ms],
            ).fetchall()
        return Brief(times, accounts, grave_times, [names[number] for number in types], _rare(parts))

    def alert_starts(self, span: Span) -> list[int]:
        """When each alert began (epoch ms), in order."""
        with self._reading() as cursor:
            rows = cursor.execute(
                "SELECT starts_ms FROM alerts WHERE starts_ms >= ? AND starts_ms < ? ORDER BY 1",
                [span.start_ms, span.end_ms],
            ).fetchall()
        return [row[0] for row in rows]


def _numbered(
    cursor: DuckDBPyConnection, span: Span, column: str, condition: str
) -> tuple[Sequence[int], Sequence[int], Sequence[str]]:
    """Times of findings, and for each the number of a column's value, in the order of time and value; and the values.

    A part of the time at once, and time and number as one number in JSON: rows of values take four times as long to
    come over, and all of them at once as much memory as the store has. An absent value is an empty one, and has the
    number 0.
    """
    known = cursor.execute(
        f"SELECT DISTINCT {column} {_COUNTED} AND {condition} AND {column} <> '' ORDER BY 1",
        [span.start_ms, span.end_ms],
    ).fetchall()
    values = ["", *(value for (value,) in known)]
    times, numbers = array("q"), array("i")
    for start in range(span.start_ms, span.end_ms, _PART_MS):
        row = cursor.execute(
            "WITH known AS (SELECT unnest(?::VARCHAR[]) AS value, unnest(range(?)) AS number) "
            f"SELECT to_json(list_sort(list((after << {_BITS}) + coalesce(number, 0))))::VARCHAR "
            f"FROM (SELECT at_ms - ? AS after, {column} AS value {_COUNTED} AND {condition}) "
            "LEFT JOIN known USING (value)",
            [values, len(values), start, start, min(start + _PART_MS, span.end_ms)],
        ).fetchone()
        found = orjson.loads(row[0]) if row and row[0] else []
        times += array("q", [start + (one >> _BITS) for one in found])
        numbers += array("i", [one & _MASK for one in found])
    return times, numbers, values


def _rare(parts: Iterable[tuple[str, int, int]]) -> list[tuple[int, str, int | None]]:
    """Findings whose type had not come for long, from the first and the last of each type in each part of the time.

    Within a part there is no such pause. ``parts`` are in order.
    """
    last: dict[str, int] = {}
    rare = []
    for kind, first, newest in parts:
        before = last.get(kind)
        if before is None or first - before > LOOK_BACK_MS:
            rare.append((first, kind, before))
        last[kind] = newest
    return rare


def _seen(sort: Sequence[Any], first: tuple[int, str, str, list[str]] | None) -> Seen | None:
    if first is None:
        return None
    at, resource, account, groups = first
    return Seen._make((at, *sort, account or None, resource or None, tuple(groups)))

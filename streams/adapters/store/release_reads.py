"""Findings and alerts out of the store, as the comparison of many releases takes them: few columns of all rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from streams.adapters.store.reading import Reader
from streams.core.board.comparing import Brief
from streams.core.board.releases import LOOK_BACK_MS
from streams.core.tags.releases import GRAVE, MOST_LISTED, Affected, InShort, Seen, Sort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

    from streams.core.board.spans import Span
    from streams.core.tags.releases import Periods

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
        """The findings of a span. Columns come as JSON: rows of values take four times as long."""
        counted, within = f"(SELECT *, coalesce(name, '') AS type {_COUNTED})", [span.start_ms, span.end_ms]
        labels = ", ".join(f"'{label}'" for label in sorted(GRAVE))
        with self._reading() as cursor:
            times, accounts = _columns(
                cursor,
                f"WITH known AS (SELECT account, row_number() OVER () AS n FROM (SELECT DISTINCT account {_COUNTED}) "
                "WHERE account <> '') SELECT at_ms, coalesce(n, 0) "
                f"FROM {counted} LEFT JOIN known USING (account) ORDER BY at_ms",
                within * 2,
            )
            grave_times, grave_types = _columns(
                cursor,
                f"SELECT at_ms, type FROM {counted} WHERE severity_label IN ({labels}) ORDER BY at_ms, type",
                within,
            )
            rare = cursor.execute(
                "SELECT at_ms, type, earlier FROM (SELECT at_ms, type, lag(at_ms) OVER (PARTITION BY type ORDER BY "
                f"at_ms) AS earlier FROM {counted}) WHERE earlier IS NULL OR at_ms - earlier > ? ORDER BY at_ms, type",
                [*within, LOOK_BACK_MS],
            ).fetchall()
        return Brief(times, accounts, grave_times, grave_types, rare)

    def alert_starts(self, span: Span) -> list[int]:
        """When each alert began (epoch ms), in order."""
        with self._reading() as cursor:
            rows = cursor.execute(
                "SELECT starts_ms FROM alerts WHERE starts_ms >= ? AND starts_ms < ? ORDER BY 1",
                [span.start_ms, span.end_ms],
            ).fetchall()
        return [row[0] for row in rows]


def _columns(cursor: DuckDBPyConnection, text: str, parameters: Sequence[Any]) -> list[list[Any]]:
    """The two columns of a query's rows, each as a list."""
    found = cursor.execute(
        f"SELECT CAST(to_json(list(a)) AS VARCHAR), CAST(to_json(list(b)) AS VARCHAR) FROM ({text}) AS rows (a, b)",
        parameters,
    ).fetchone()
    return [orjson.loads(one) if one else [] for one in found or (None, None)]


def _seen(sort: Sequence[Any], first: tuple[int, str, str, list[str]] | None) -> Seen | None:
    if first is None:
        return None
    at, resource, account, groups = first
    return Seen._make((at, *sort, account or None, resource or None, tuple(groups)))

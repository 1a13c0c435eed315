"""Findings and alerts out of the store, as the comparison of many releases takes them: few columns of all rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.adapters.store.reading import Reader

if TYPE_CHECKING:
    from streams.core.board.spans import Span


class ReleaseReads(Reader):
    """What happened in a span, in short."""

    def findings_in_brief(self, span: Span) -> list[tuple[int, str, str | None, str | None]]:
        """Time (epoch ms), type, severity and account of each finding, in the order of time and type."""
        with self._reading() as cursor:
            return cursor.execute(
                "SELECT at_ms, coalesce(name, ''), severity_label, account FROM events "
                "WHERE kind = 'finding' AND counted AND at_ms >= ? AND at_ms < ? ORDER BY at_ms, 2",
                [span.start_ms, span.end_ms],
            ).fetchall()

    def alert_starts(self, span: Span) -> list[int]:
        """When each alert began (epoch ms), in order."""
        with self._reading() as cursor:
            rows = cursor.execute(
                "SELECT starts_ms FROM alerts WHERE starts_ms >= ? AND starts_ms < ? ORDER BY 1",
                [span.start_ms, span.end_ms],
            ).fetchall()
        return [row[0] for row in rows]

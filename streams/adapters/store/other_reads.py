"""Lifecycle tags out of the store, and how fresh all of it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.tag import LifecycleTag
from streams.adapters.store.reading import Reader
from streams.adapters.store.tables import panes_of
from streams.core.board.stored import Fresh, TopicFresh

if TYPE_CHECKING:
    from streams.core.board.spans import Span


class OtherReads(Reader):
    """Tags and freshness."""

    def tags(self, span: Span | None = None) -> list[LifecycleTag]:
        """Tags that a span has a part of, in order, or all; one without an end is where it starts."""
        begin, end = (span.start_ms, span.end_ms) if span else (-(1 << 62), 1 << 62)
        with self._reading() as cursor:
            rows = cursor.execute(
                "SELECT document FROM tags WHERE started_ms < ? AND coalesce(finished_ms, started_ms) >= ? "
                "ORDER BY started_ms, id",
                [end, begin],
            ).fetchall()
        return [LifecycleTag.decode(row[0].encode()) for row in rows]

    def tag(self, name: str) -> LifecycleTag | None:
        """The tag with this id; None where there is none."""
        with self._reading() as cursor:
            row = cursor.execute("SELECT document FROM tags WHERE id = ?", [name]).fetchone()
        return None if row is None else LifecycleTag.decode(row[0].encode())

    def fresh(self, before_ms: int | None = None) -> Fresh:
        """How far everything was read. Panes that begin at ``before_ms`` (epoch ms) or later are not looked at."""
        before = (1 << 62) if before_ms is None else before_ms // 60_000
        minutes: dict[str, tuple[int, int]] = {}
        with self._reading() as cursor:
            for number, measure in cursor.execute("SELECT id, measure FROM definitions").fetchall():
                found = cursor.execute(
                    f"SELECT min(minute), max(minute) FROM {panes_of(number)} WHERE minute < ?", [before]
                ).fetchone()
                if found is not None and found[0] is not None:
                    known = minutes.get(measure, found)
                    minutes[measure] = min(known[0], found[0]), max(known[1], found[1])
            rows = cursor.execute(
                "SELECT topic, max(newest_ms), sum(skipped)::BIGINT FROM offsets GROUP BY topic ORDER BY topic"
            ).fetchall()
        return Fresh(minutes, tuple(TopicFresh(*row) for row in rows))

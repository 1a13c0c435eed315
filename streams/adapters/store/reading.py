"""Asking the store: counts. All answers of one reading see the same state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.adapters.store.found import Found

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streams.core.board.spans import Span
    from streams.core.board.state import Filters
    from streams.core.board.views import Values

MINUTE = 60_000


class Reading(Found):
    """Answers about counts; ``Found`` has those about alerts, events and tags."""

    def measures(self) -> dict[str, tuple[str, ...]]:
        """The keys of each measure that has counts; of several definitions those that all have."""
        found: dict[str, tuple[str, ...]] = {}
        for measure, keys in self.rows("SELECT measure, keys FROM definitions"):
            found[measure] = tuple(key for key in found.get(measure, keys) if key in keys)
        return found

    def totals(self, measure: str, span: Span, where: Filters, by: Sequence[str]) -> list[tuple[Values, int]]:
        """Counts by the values of some keys; ``span`` is in whole minutes."""
        columns = [self._column(key) for key in by]
        chosen = "".join(f"{column}, " for column in columns)
        source, given = self._source(measure, span, where, by)
        grouped = f" GROUP BY {', '.join(columns)}" if columns else ""
        found = self.rows(f"SELECT {chosen}sum(panes.count)::BIGINT {source}{grouped}", given)
        return [(tuple(row[:-1]), row[-1]) for row in found if row[-1]]

    def trend(
        self, measure: str, span: Span, where: Filters, by: Sequence[str], step_minutes: int
    ) -> Mapping[Values, Sequence[int]]:
        """Counts by the values of some keys, one for each step of the span."""
        columns = [self._column(key) for key in by]
        source, given = self._source(measure, span, where, by)
        bucket = f"(panes.minute - {span.start_ms // MINUTE}) // {int(step_minutes)}"
        parts = [*columns, bucket]
        found = self.rows(
            f"SELECT {', '.join(parts)}, sum(panes.count)::BIGINT {source} GROUP BY {', '.join(parts)}", given
        )
        length = len(span.points(step_minutes))
        lines: dict[Values, list[int]] = {} if by else {(): [0] * length}
        for *values, place, count in found:
            if count:
                lines.setdefault(tuple(values), [0] * length)[place] = count
        return lines

    def _column(self, key: str) -> str:
        if self._places is None:
            self._places = dict(self.rows("SELECT name, place FROM keys"))
        place = self._places.get(key)
        return "NULL" if place is None else f"series.k{place}"

    def _source(self, measure: str, span: Span, where: Filters, by: Sequence[str]) -> tuple[str, list[Any]]:
        """What is counted, as SQL from FROM on; only definitions that have all the keys."""
        conditions = [
            "series.measure = ?",
            "series.definition IN (SELECT definition FROM definitions WHERE measure = ? AND list_has_all(keys, ?))",
            "panes.minute >= ?",
            "panes.minute < ?",
        ]
        asked = list(dict.fromkeys([*by, *where]))
        given: list[Any] = [measure, measure, asked, span.start_ms // MINUTE, span.end_ms // MINUTE]
        for key, values in where.items():
            column = self._column(key)
            texts = [value for value in values if value is not None]
            absent = f" OR {column} IS NULL" if None in values else ""
            conditions.append(f"({column} IN (SELECT unnest(?::VARCHAR[])){absent})")
            given.append(texts)
        joined = "FROM panes JOIN series ON series.id = panes.series WHERE "
        return joined + " AND ".join(conditions), given

"""Findings counted one by one: by any keys at once, for which no measure of a worker's has counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from streams.adapters.store.reading import MINUTE_MS, Reader, list_filter, steps_of, text_filter
from streams.core.board.ranking import NONE, rank
from streams.core.board.state import NO_VALUE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streams.adapters.store.reading import Values
    from streams.core.board.ranking import Ranking
    from streams.core.board.spans import Span

_TEXTS = {
    "severity_label": "severity_label",
    "account": "account",
    "region": "region",
    "threat_purpose": "threat_purpose",
    "type": "name",
    "resource_type": "resource_type",
    # The one that it is about, in a column of its own: out of a list it takes twice as long.
    "resource_id": "resource",
}
_LISTS = {"security_group": "security_groups"}


class FindingReads(Reader):
    """Counts of the findings that the store holds, but for samples and archived ones, as measures leave them out.

    A finding counts once for each security group that it names, where it is asked for by those, and not at all where it
    names none. Raises KeyError for other keys than those of ``streams.core.board.choose.ONE_BY_ONE``.
    """

    def finding_totals(
        self, span: Span, where: Mapping[str, Sequence[str | None]], by: Sequence[str]
    ) -> list[tuple[Values, int]]:
        """How many there are by the values of some keys."""
        return [
            (tuple(values), count) for *values, count in self._counted(span, where, [self._part(key) for key in by])
        ]

    def finding_trend(
        self, span: Span, where: Mapping[str, Sequence[str | None]], by: Sequence[str], step_minutes: int
    ) -> dict[Values, list[int]]:
        """The same for each step of the span."""
        step = f"(at_ms - {span.start_ms}) // {step_minutes * MINUTE_MS:d}"
        length = steps_of(span, step_minutes)
        lines: dict[Values, list[int]] = {} if by else {(): [0] * length}
        for *values, place, count in self._counted(span, where, [*map(self._part, by), step]):
            lines.setdefault(tuple(values), [0] * length)[place] = count
        return lines

    def finding_ranking(
        self, span: Span, where: Mapping[str, Sequence[str | None]], by: Sequence[str], most: int, parts: str | None
    ) -> Ranking:
        """The values of some keys that count most: ranked here, since a page shows twelve of 20,000 resources."""
        keys = [*by, parts] if parts else list(by)
        text, given = self._counting(span, where, [self._part(key) for key in keys])
        values = [f"v{number}" for number in range(len(by))]
        part = f"v{len(by)}" if parts else "NULL"
        labels = "".join(f", coalesce({value}, '{NO_VALUE}')" for value in values)
        same = " AND ".join(f"counts.{value} IS NOT DISTINCT FROM first.{value}" for value in values)
        shown = ", ".join(f"first.{value}" for value in values)
        with self._reading() as cursor:
            rows = cursor.execute(
                f"WITH counts AS MATERIALIZED ({text}), "
                f"sums AS MATERIALIZED (SELECT {', '.join(values)}, sum(n) AS n FROM counts GROUP BY ALL), "
                f"first AS (SELECT * FROM sums ORDER BY n DESC{labels} LIMIT ?) "
                f"SELECT {shown}, {part}, counts.n, (SELECT count(*) FROM sums), (SELECT sum(n)::BIGINT FROM sums) "
                f"FROM first JOIN counts ON {same}",
                [*given, most],
            ).fetchall()
        counts = [(tuple(row[: len(keys)]), row[-3]) for row in rows]
        return replace(rank(counts, len(by), most), groups=rows[0][-2], total=rows[0][-1]) if rows else NONE

    @staticmethod
    def _part(key: str) -> str:
        return f"unnest({_LISTS[key]})" if key in _LISTS else _TEXTS[key]

    def _counted(
        self, span: Span, where: Mapping[str, Sequence[str | None]], parts: Sequence[str]
    ) -> list[tuple[Any, ...]]:
        text, given = self._counting(span, where, parts)
        with self._reading() as cursor:
            return cursor.execute(text, given).fetchall()

    def _counting(
        self, span: Span, where: Mapping[str, Sequence[str | None]], parts: Sequence[str]
    ) -> tuple[str, list[Any]]:
        """A query that counts by ``parts`` as v0, v1, ..., and n; and its parameters."""
        conditions = ["kind = 'finding'", "counted", "at_ms >= ?", "at_ms < ?"]
        given: list[Any] = [span.start_ms, span.end_ms]
        afterwards: list[str] = []
        given_afterwards: list[Any] = []
        for key, values in where.items():
            made = list_filter(_LISTS[key], values) if key in _LISTS else text_filter(_TEXTS[key], values)
            conditions.append(made[0])
            given += made[1]
            if self._part(key) in parts and key in _LISTS:
                # Of several values of a finding only those that are asked for.
                only = text_filter(f"v{parts.index(self._part(key))}", values)
                afterwards.append(only[0])
                given_afterwards += only[1]
        picked = "".join(f", {part} AS v{number}" for number, part in enumerate(parts))
        names = [f"v{number}" for number in range(len(parts))]
        grouped = f" GROUP BY {', '.join(names)}" if names else " HAVING count(*) > 0"
        kept = f" WHERE {' AND '.join(afterwards)}" if afterwards else ""
        text = (
            f"SELECT {''.join(f'{name}, ' for name in names)}count(*) AS n FROM (SELECT 1{picked} FROM events "
            f"WHERE {' AND '.join(conditions)}){kept}{grouped}"
        )
        return text, [*given, *given_afterwards]

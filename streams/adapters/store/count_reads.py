"""Counts out of the store: sums of panes by the values of some keys."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from streams.adapters.store.reading import Reader, group_of, minutes_of, steps_of
from streams.adapters.store.tables import ABSENT, BUCKET, KEYS, MISSING, panes_of, placeholders
from streams.core.board.stored import Ratio
from streams.core.board.untold import NOT_KEPT, OVERFLOW, Untold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from streams.adapters.store.reading import Values
    from streams.core.board.spans import Span

_MOST_WORDS = 100_000
_UNSAID: dict[int, str | None] = {ABSENT: None, BUCKET: OVERFLOW, MISSING: NOT_KEPT}
_NUMBER_OF = {id(OVERFLOW): BUCKET, id(NOT_KEPT): MISSING}


@dataclass(frozen=True, slots=True)
class _Query:
    """What is asked of one definition's table: columns to count by, and a condition with its parameters."""

    table: str
    columns: list[str]
    condition: str
    parameters: list[Any]


class CountReads(Reader):
    """Sums of counts. Values of keys are texts, None where absent, or what ``untold`` has for what nobody can tell.

    A value in ``where`` is met by itself alone: groups without room of their own are left out as soon as there is a
    filter, since nobody knows what is in them; ``OVERFLOW`` as a value asks for them.
    """

    def __init__(self) -> None:
        self._words = dict(_UNSAID)

    def measures(self) -> dict[str, tuple[str, ...]]:
        """Measures that have panes, with their keys: those of the definition with the newest pane."""
        with self._reading() as cursor:
            found = []
            for number, measure, keys in cursor.execute("SELECT id, measure, keys FROM definitions").fetchall():
                newest = cursor.execute(f"SELECT max(minute) FROM {panes_of(number)}").fetchone()
                if newest is not None and newest[0] is not None:
                    found.append((newest[0], number, measure, tuple(keys)))
        return dict(sorted({measure: keys for _, _, measure, keys in sorted(found)}.items()))

    def totals(
        self, measure: str, span: Span, where: Mapping[str, Sequence[str | None]], by: Sequence[str]
    ) -> list[tuple[Values, int]]:
        """Counts of a span by the values of some keys; only what was counted at all."""
        sums: defaultdict[Values, int] = defaultdict(int)
        with self._reading() as cursor:
            for query in self._queries(cursor, measure, span, where, by):
                rows = _summed(cursor, query, query.columns)
                words = self._words_of(cursor, rows, len(by))
                for row in rows:
                    sums[tuple([words[number] for number in row[: len(by)]])] += row[-1]
        return list(sums.items())

    def trend(
        self,
        measure: str,
        span: Span,
        where: Mapping[str, Sequence[str | None]],
        by: Sequence[str],
        step_minutes: int,
    ) -> dict[Values, list[int]]:
        """Counts by the values of some keys, one for each step of the span; without keys there is always one line."""
        steps, (start, _) = steps_of(span, step_minutes), minutes_of(span)
        lines: dict[Values, list[int]] = {} if by else {(): [0] * steps}
        with self._reading() as cursor:
            for query in self._queries(cursor, measure, span, where, by):
                rows = _summed(cursor, query, [*query.columns, f"(minute - {start}) // {step_minutes:d}"])
                words = self._words_of(cursor, rows, len(by))
                for row in rows:
                    values = tuple([words[number] for number in row[: len(by)]])
                    lines.setdefault(values, [0] * steps)[row[-2]] += row[-1]
        return lines

    def overflowed(self, measure: str, span: Span) -> int:
        """How much of a span was counted in groups without room of their own; filters leave it out."""
        start, end = minutes_of(span)
        with self._reading() as cursor:
            found = cursor.execute(
                "SELECT id FROM definitions WHERE measure = ? AND len(keys) > 0", [measure]
            ).fetchall()
            text = "SELECT coalesce(sum(count), 0)::BIGINT FROM {} WHERE minute >= ? AND minute < ? AND k0 = ?"
            rows = [
                cursor.execute(text.format(panes_of(number)), [start, end, BUCKET]).fetchone() for (number,) in found
            ]
        return sum(row[0] for row in rows if row is not None)

    def ratios(self, measure: str, span: Span) -> list[Ratio]:
        """Ratios of windows that end in a span, in order."""
        start, end = minutes_of(span)
        with self._reading() as cursor:
            rows = cursor.execute(
                "SELECT groups, minute, until, numerator, denominator, value FROM ratios "
                "WHERE measure = ? AND until > ? AND until <= ? ORDER BY until, minute, groups",
                [measure, start, end],
            ).fetchall()
        return [Ratio(group_of(row[0]), *row[1:]) for row in rows]

    def _queries(
        self,
        cursor: DuckDBPyConnection,
        measure: str,
        span: Span,
        where: Mapping[str, Sequence[str | None]],
        by: Sequence[str],
    ) -> Iterator[_Query]:
        """One for each definition of a measure."""
        found = cursor.execute("SELECT id, keys FROM definitions WHERE measure = ?", [measure]).fetchall()
        wanted = _numbers(cursor, where) if found else {}
        for number, keys in found:
            column = dict(zip(keys, KEYS, strict=False))
            parts = ["minute >= ?", "minute < ?"]
            for key, numbers in wanted.items():
                among = ", ".join(map(str, numbers))
                parts.append(f"{column.get(key, MISSING)} IN ({among})" if numbers else "false")
            columns = [column.get(key, f"{MISSING}::INTEGER") for key in by]
            yield _Query(panes_of(number), columns, " AND ".join(parts), [*minutes_of(span)])

    def _words_of(
        self, cursor: DuckDBPyConnection, rows: Sequence[tuple[int, ...]], width: int
    ) -> Mapping[int, str | None]:
        """What the numbers of an answer stand for. They are remembered: a word's number is never given to another."""
        words = self._words
        unknown = list({number for row in rows for number in row[:width] if number not in words})
        if unknown:
            text = f"SELECT id, word FROM words WHERE id IN ({placeholders(unknown)})"
            found = cursor.execute(text, unknown).fetchall()
            if len(words) + len(found) > _MOST_WORDS:
                # A new one, since another thread may be reading the old.
                words = self._words = {
                    **_UNSAID,
                    **{number: words[number] for row in rows for number in row[:width] if number in words},
                }
            words.update(found)
        return words


def _summed(cursor: DuckDBPyConnection, query: _Query, columns: Sequence[str]) -> list[tuple[int, ...]]:
    picked = "".join(f"{column}, " for column in columns)
    groups = f"GROUP BY {', '.join(str(number + 1) for number in range(len(columns)))}" if columns else ""
    text = (
        f"SELECT {picked}sum(count)::BIGINT FROM {query.table} WHERE {query.condition} {groups} HAVING sum(count) > 0"
    )
    return cursor.execute(text, query.parameters).fetchall()


def _numbers(cursor: DuckDBPyConnection, where: Mapping[str, Sequence[str | None]]) -> dict[str, list[int]]:
    """The words of filters as numbers; a word that was never heard has none."""
    texts = list({value for values in where.values() for value in values if isinstance(value, str)})
    texts = [text for text in texts if not isinstance(text, Untold)]
    found: dict[str, int] = {}
    if texts:
        rows = cursor.execute(f"SELECT word, id FROM words WHERE word IN ({placeholders(texts)})", texts).fetchall()
        found = dict(rows)
    return {
        key: [number for value in values if (number := _number(value, found)) is not None]
        for key, values in where.items()
    }


def _number(value: str | None, found: Mapping[str, int]) -> int | None:
    if value is None:
        return ABSENT
    return _NUMBER_OF.get(id(value)) if isinstance(value, Untold) else found.get(value)

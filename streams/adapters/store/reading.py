"""Questions to the store, from any thread, while it takes in more."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from streams.core.board.spans import Span

MINUTE_MS = 60_000
Values = tuple[str | None, ...]


class Reader:
    """Gives a cursor to each question; all that it asks of one cursor is of one moment."""

    _connection: DuckDBPyConnection

    @contextmanager
    def _reading(self) -> Iterator[DuckDBPyConnection]:
        cursor = self._connection.cursor()
        try:
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            yield cursor
        finally:
            cursor.close()


def minutes_of(span: Span) -> tuple[int, int]:
    """The minutes since 1970 of a span; the end is exclusive."""
    return span.start_ms // MINUTE_MS, -(-span.end_ms // MINUTE_MS)


def text_filter(expression: str, values: Sequence[str | None]) -> tuple[str, list[Any]]:
    """A condition that a text is one of these, None for one that is absent; and its parameters."""
    texts = [value for value in values if value is not None]
    parts = [f"{expression} IN ({', '.join('?' * len(texts))})"] if texts else []
    if None in values:
        parts.append(f"{expression} IS NULL")
    return f"({' OR '.join(parts)})" if parts else "false", texts


def list_filter(expression: str, values: Sequence[str | None]) -> tuple[str, list[Any]]:
    """A condition that a list has one of these, None for an empty one; and its parameters."""
    texts = [value for value in values if value is not None]
    # One by one: asked for one value, a list answers ten times as fast as for any of several.
    parts = [f"list_contains({expression}, ?)"] * len(texts)
    if None in values:
        parts.append(f"coalesce(len({expression}), 0) = 0")
    return f"({' OR '.join(parts)})" if parts else "false", texts


def group_of(text: str) -> dict[str, str | None]:
    """A group as it was written down."""
    found: Mapping[str, str | None] = orjson.loads(text)
    return dict(found)


def steps_of(span: Span, step_minutes: int) -> int:
    """How many steps a span has; the last may be cut short."""
    return -(-(span.end_ms - span.start_ms) // (step_minutes * MINUTE_MS))

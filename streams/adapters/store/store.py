"""The store: takes in messages of all topics that the dashboard shows, and answers its questions."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol, Self

import duckdb

from schemas.errors import GuardstreamError
from streams.adapters.store.alert_reads import AlertReads
from streams.adapters.store.alert_rows import AlertRows, NoteRows
from streams.adapters.store.count_reads import CountReads
from streams.adapters.store.count_rows import CountRows
from streams.adapters.store.event_reads import EventReads
from streams.adapters.store.event_rows import EventRows
from streams.adapters.store.finding_reads import FindingReads
from streams.adapters.store.forgetting import forget
from streams.adapters.store.note_reads import NoteReads
from streams.adapters.store.other_reads import OtherReads
from streams.adapters.store.release_reads import ReleaseReads
from streams.adapters.store.tables import prepare
from streams.adapters.store.tag_rows import TagRows
from streams.core.board.choose import ONE_BY_ONE
from streams.core.board.ranking import rank
from streams.core.board.stored import Kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from schemas.topics import Topics
    from streams.adapters.store.reading import Values
    from streams.adapters.topic_reader import Message
    from streams.core.board.ranking import Ranking
    from streams.core.board.spans import Span

Place = tuple[str, int]
"""Topic and partition."""


class _Rows(Protocol):
    def add(self, message: Message) -> None: ...
    def drop(self) -> None: ...
    def write(self) -> int: ...


class Store(CountReads, FindingReads, AlertReads, NoteReads, EventReads, ReleaseReads, OtherReads):
    """One file, which one process at a time may open. One thread takes messages in, any number ask questions."""

    def __init__(self, connection: DuckDBPyConnection, topics: Topics) -> None:
        super().__init__()
        self._connection = connection
        # Temporary tables belong to a cursor, and so does the transaction.
        self._writer = connection.cursor()
        self._lock = threading.Lock()
        rows = self._writer.execute("SELECT topic, part, next, newest_ms, skipped FROM offsets").fetchall()
        self._offsets: dict[Place, tuple[int, int, int]] = {(row[0], row[1]): row[2:] for row in rows}
        events = EventRows(self._writer)
        self._rows: dict[str, tuple[str, _Rows]] = {
            topics.window_counts: ("counts", CountRows(self._writer)),
            topics.alerts: ("alerts", AlertRows(self._writer)),
            topics.alert_notes: ("alerts", NoteRows(self._writer)),
            topics.lifecycle_tags: ("tags", TagRows(self._writer)),
            topics.enriched_findings: ("events", events),
            topics.enriched_cloudtrail: ("events", events),
        }

    @classmethod
    def open(cls, path: Path, topics: Topics, memory_limit: str = "300MB") -> Self:
        """Open a file, or make it; raises GuardstreamError where that can't be done.

        ``memory_limit`` is DuckDB's own part, of which it gives back what it does not need.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = duckdb.connect(str(path), config={"memory_limit": memory_limit, "threads": 2})
            prepare(connection, str(path))
            # A bulk of panes then is written once, not with every 16 MB.
            connection.execute("SET wal_autocheckpoint = '64MB'; SET preserve_insertion_order = false")
        except (duckdb.Error, OSError) as error:
            message = f"the dashboard's store {path} can't be opened; has another dashboard got it? ({error})"
            raise GuardstreamError(message) from error
        return cls(connection, topics)

    def close(self) -> None:
        """Write everything to the file. Questions that are still asked fail."""
        with self._lock:
            self._writer.close()
            self._connection.close()

    def totals(
        self, measure: str, span: Span, where: Mapping[str, Sequence[str | None]], by: Sequence[str]
    ) -> list[tuple[Values, int]]:
        """Counts by the values of some keys, of a measure or of the findings themselves."""
        if measure == ONE_BY_ONE.name:
            return self.finding_totals(span, where, by)
        return super().totals(measure, span, where, by)

    def trend(
        self,
        measure: str,
        span: Span,
        where: Mapping[str, Sequence[str | None]],
        by: Sequence[str],
        step_minutes: int,
    ) -> dict[Values, list[int]]:
        """The same for each step of the span."""
        if measure == ONE_BY_ONE.name:
            return self.finding_trend(span, where, by, step_minutes)
        return super().trend(measure, span, where, by, step_minutes)

    def ranking(  # noqa: PLR0913, PLR0917 - each is a part of the question
        self,
        measure: str,
        span: Span,
        where: Mapping[str, Sequence[str | None]],
        by: Sequence[str],
        most: int,
        parts: str | None = None,
    ) -> Ranking:
        """The values of some keys that count most, each taken apart by the key ``parts``."""
        if measure == ONE_BY_ONE.name:
            return self.finding_ranking(span, where, by, most, parts)
        return rank(super().totals(measure, span, where, (*by, parts) if parts else by), len(by), most)

    @property
    def topics(self) -> tuple[str, ...]:
        """Topics whose messages it takes."""
        return tuple(self._rows)

    def offsets(self) -> dict[Place, int]:
        """The next message to take of each partition that any was taken of."""
        return {place: known[0] for place, known in self._offsets.items()}

    def take(self, messages: Sequence[Message]) -> frozenset[str]:
        """Take in messages, in order within a partition; what they have news of: counts, alerts, events, tags.

        Rows and offsets are written in one transaction. A message that was taken before changes nothing, one that
        can't be read is skipped and counted. Raises duckdb.Error where it can't be written; then nothing was taken.
        """
        with self._lock:
            offsets, news = self._sort(messages)
            if not news:
                return frozenset()
            try:
                self._writer.execute("BEGIN")
                for topic, (_, rows) in self._rows.items():
                    self._skip(offsets, topic, rows.write())
                self._write_offsets(offsets)
                self._writer.execute("COMMIT")
            except BaseException:
                self._abort()
                raise
            self._offsets |= offsets
            return frozenset(news)

    def rewind(self, topic: str, partition: int, offset: int) -> None:
        """Take a partition's messages from ``offset`` on, whatever was taken before: it was cut, or made anew."""
        with self._lock:
            known = self._offsets.get((topic, partition), (0, 0, 0))
            offsets = {(topic, partition): (offset, known[1], known[2])}
            try:
                self._writer.execute("BEGIN")
                # They will be taken again, or are no more.
                self._writer.execute(
                    "DELETE FROM events WHERE topic = ? AND part = ? AND place >= ?", [topic, partition, offset]
                )
                self._write_offsets(offsets)
                self._writer.execute("COMMIT")
            except BaseException:
                self._abort()
                raise
            self._offsets |= offsets

    def forget(self, now_ms: int, kept: Kept | None = None) -> None:
        """Remove what is older than it is kept, by the clock of ``now_ms`` (epoch ms)."""
        with self._lock:
            try:
                forget(self._writer, now_ms, kept or Kept())
            except BaseException:
                self._abort()
                raise
            finally:
                # Series and words may be gone.
                for _, rows in self._rows.values():
                    rows.drop()

    def _sort(self, messages: Sequence[Message]) -> tuple[dict[Place, tuple[int, int, int]], set[str]]:
        """Hand messages to their tables; the offsets after them, and what they have news of."""
        offsets: dict[Place, tuple[int, int, int]] = {}
        news: set[str] = set()
        for message in messages:
            place = (message.topic, message.partition)
            following, newest, skipped = offsets.get(place) or self._offsets.get(place) or (0, 0, 0)
            if message.offset < following:
                continue
            kind, rows = self._rows[message.topic]
            try:
                rows.add(message)
            except ValueError:
                skipped += 1
            offsets[place] = (message.offset + 1, max(newest, message.timestamp_ms), skipped)
            news.add(kind)
        return offsets, news

    def _skip(self, offsets: dict[Place, tuple[int, int, int]], topic: str, count: int) -> None:
        place = next((place for place in offsets if place[0] == topic), None)
        if count and place is not None:
            following, newest, skipped = offsets[place]
            offsets[place] = (following, newest, skipped + count)

    def _write_offsets(self, offsets: Mapping[Place, tuple[int, int, int]]) -> None:
        for place, known in offsets.items():
            self._writer.execute("DELETE FROM offsets WHERE topic = ? AND part = ?", list(place))
            self._writer.execute("INSERT INTO offsets VALUES (?, ?, ?, ?, ?)", [*place, *known])

    def _abort(self) -> None:
        for _, rows in self._rows.values():
            rows.drop()
        try:
            self._writer.execute("ROLLBACK")
        except duckdb.Error:
            # It was rolled back already, or never begun.
            return

"""Writing the store: rows and the offsets up to which topics were read, in one transaction."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
import orjson

from schemas.errors import GuardstreamError, Where
from streams.adapters.store.reading import Reading
from streams.adapters.store.staged import OVERFLOW, TOO_MANY, Group, Staged
from streams.adapters.store.tables import MOST_KEYS, NAMES, TABLES, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from schemas.topics import Topics
    from streams.adapters.store.staged import Count, Pane
    from streams.adapters.topic_reader import Message

MINUTE = 60_000


class Store:
    """One file, which one process owns. ``take`` is called by one thread at a time; ``reading`` by any."""

    def __init__(self, path: Path, topics: Topics, memory_mb: int = 256) -> None:
        self.topics = topics
        self.unread = 0
        """Messages that were none of what their topic holds, since the start."""
        path.parent.mkdir(parents=True, exist_ok=True)
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{memory_mb}MB",
            "threads": 2,
            "preserve_insertion_order": False,
        }
        try:
            self._connection = duckdb.connect(str(path), config=config)
        except duckdb.IOException as error:
            message = f"the dashboard's store can't be opened; does another dashboard use it? ({error})"
            raise GuardstreamError(message, Where(file=str(path))) from error
        self._writing = threading.Lock()
        self._set_up()
        self._keys: dict[str, int] = dict(self._rows("SELECT name, place FROM keys"))
        self._definitions = {
            (measure, name) for measure, name in self._rows("SELECT measure, definition FROM definitions")
        }
        found = self._rows("SELECT measure, definition, grouped, id FROM series")
        self._series = {Group(measure, name, grouped): number for measure, name, grouped, number in found}

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(query).fetchall()

    def _set_up(self) -> None:
        self._connection.execute(TABLES)
        version = self._rows("SELECT version FROM about")
        if version and version[0][0] != VERSION:
            for name in NAMES:
                self._connection.execute(f"DROP TABLE {name}")
            self._connection.execute(TABLES)
            version = []
        if not version:
            self._connection.execute("INSERT INTO about VALUES (?)", [VERSION])
        self._connection.execute(
            "CREATE TEMP TABLE staged (series INTEGER, minute INTEGER, arrived INTEGER, count BIGINT, late BIGINT, "
            "version BIGINT, forced BOOLEAN)"
        )

    def close(self) -> None:
        """Close the file."""
        with self._writing:
            self._connection.close()

    def offsets(self) -> dict[tuple[str, int], int]:
        """By topic and partition, the offset that is to be read next."""
        found = self._connection.cursor().execute("SELECT topic, part, next FROM offsets").fetchall()
        return {(topic, part): at for topic, part, at in found}

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Answers that all see the same state; from any thread."""
        cursor = self._connection.cursor()
        try:
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            yield Reading(cursor)
            cursor.execute("COMMIT")
        finally:
            cursor.close()

    def take(self, messages: Iterable[Message]) -> set[str]:
        """Write what messages say, and that they were read; what there is news of: counts, alerts, events, tags."""
        staged = Staged(self.topics)
        for message in messages:
            staged.take(message)
        with self._writing, self._transaction():
            self._write_panes(staged.panes)
            self._write_alerts(staged)
            self._write_new("events", "identity", list(staged.events.values()))
            self._write_tags(staged.tags)
            rows = [(*place, *known) for place, known in staged.next.items()]
            self._write("INSERT OR REPLACE INTO offsets", rows)
        self.unread += staged.unread
        return staged.kinds

    def forget(self, before_ms: int) -> None:
        """Forget what is older; tags stay."""
        with self._writing, self._transaction():
            execute = self._connection.execute
            execute("DELETE FROM panes WHERE minute < ?", [before_ms // MINUTE])
            execute("DELETE FROM events WHERE time_ms < ?", [before_ms])
            execute("DELETE FROM alerts WHERE coalesce(ends_ms, starts_ms) < ? AND status <> 'firing'", [before_ms])
            for table in ("alert_changes", "notes"):
                execute(f"DELETE FROM {table} WHERE alert_id NOT IN (SELECT alert_id FROM alerts)")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN")
        known = dict(self._keys), set(self._definitions), len(self._series)
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.execute("ROLLBACK")
            self._keys, self._definitions = known[0], known[1]
            for group in list(self._series)[known[2] :]:
                del self._series[group]
            raise

    def _write(self, into: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows column by column, which is much faster than row by row."""
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            self._connection.execute(f"{into} SELECT {', '.join(['unnest(?)'] * len(columns))}", columns)

    def _write_new(self, table: str, key: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows whose key is not there yet."""
        if not rows:
            return
        execute = self._connection.execute
        execute(f"CREATE OR REPLACE TEMP TABLE fresh AS SELECT * FROM {table} LIMIT 0")
        self._write("INSERT INTO fresh", rows)
        execute(f"INSERT INTO {table} SELECT * FROM fresh WHERE {key} NOT IN (SELECT {key} FROM {table})")

    def _write_panes(self, panes: Mapping[Pane, Count]) -> None:
        if not panes:
            return
        execute = self._connection.execute
        numbers = self._numbers({pane.group for pane in panes})
        rows = [
            (numbers[pane.group], pane.minute, pane.arrived, one.count, one.late, one.version, one.forced)
            for pane, one in panes.items()
            if pane.group in numbers
        ]
        execute("DELETE FROM staged")
        self._write("INSERT INTO staged", rows)
        first = min(pane.minute for pane in panes)
        same = "panes.series = staged.series AND panes.minute = staged.minute AND panes.arrived = staged.arrived"
        newer = f"DELETE FROM staged USING panes WHERE {same} AND panes.minute >= ? AND panes.version > staged.version"
        execute(f"{newer} AND NOT staged.forced", [first])
        execute(f"DELETE FROM panes USING staged WHERE {same} AND panes.minute >= ?", [first])
        execute(
            "INSERT INTO panes SELECT series, minute, arrived, count, late, version FROM staged WHERE count IS NOT NULL"
        )

    def _numbers(self, groups: set[Group]) -> dict[Group, int]:
        """The series of each group, made where there is none; a measure with too many names of keys has none."""
        made = []
        for group in groups - self._series.keys():
            named: dict[str, str | None] = orjson.loads(group.grouped)
            if (group.measure, group.definition) not in self._definitions:
                self._define(group, list(named))
            if not named.keys() <= self._keys.keys():
                continue
            values: list[str | None] = [None] * MOST_KEYS
            crowded = any(isinstance(value, str) and OVERFLOW.match(value) for value in named.values())
            for name, value in named.items():
                values[self._keys[name]] = TOO_MANY if crowded else value
            number = self._series[group] = len(self._series)
            made.append((number, *group, *values))
        self._write("INSERT INTO series", made)
        return {group: self._series[group] for group in groups if group in self._series}

    def _define(self, group: Group, names: list[str]) -> None:
        fresh = [name for name in names if name not in self._keys]
        if len(self._keys) + len(fresh) <= MOST_KEYS:
            rows = [(name, len(self._keys) + place) for place, name in enumerate(fresh)]
            self._keys |= dict(rows)
            self._write("INSERT INTO keys", rows)
        self._definitions.add((group.measure, group.definition))
        self._connection.execute("INSERT INTO definitions VALUES (?, ?, ?)", [group.measure, group.definition, names])

    def _write_alerts(self, staged: Staged) -> None:
        execute = self._connection.execute
        if staged.alerts:
            execute("DELETE FROM alerts WHERE alert_id IN (SELECT unnest(?))", [list(staged.alerts)])
            self._write("INSERT INTO alerts", list(staged.alerts.values()))
            self._write("INSERT INTO alert_changes", staged.changes)
        self._write_new("notes", "note_id", list(staged.notes.values()))

    def _write_tags(self, tags: Mapping[str, tuple[Any, ...] | None]) -> None:
        if tags:
            self._connection.execute("DELETE FROM tags WHERE id IN (SELECT unnest(?))", [list(tags)])
            self._write("INSERT INTO tags", [row for row in tags.values() if row is not None])

"""Panes and ratios into their tables: the newest version of each."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from streams.adapters.store.pane_messages import CountNews
from streams.adapters.store.series import SeriesBook, digest
from streams.adapters.store.tables import MOST_KEYS, columns_of, pane_columns, panes_of, stage

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from streams.adapters.topic_reader import Message

_SAME_PANE = "p.series = s.series AND p.minute = s.minute AND p.arrived = s.arrived"
_NOTHING = (None, None, None, None)
_SAID = {**pane_columns(MOST_KEYS), "removed": "BOOLEAN"}
_NUMBERS = "count = s.count, late = s.late, value = s.value, version = s.version"


class CountRows:
    """Takes in the messages of `window-counts`; used by the one writer."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._news = CountNews()
        self._book = SeriesBook(connection)
        self._columns: dict[str, str] = {}
        self._ratios = {**columns_of(connection, "ratios"), "removed": "BOOLEAN"}

    def add(self, message: Message) -> None:
        """Take in one message; raises ValueError for one that is no count."""
        self._news.add(message)

    def drop(self) -> None:
        """Forget what was added, and what an aborted transaction may have left in memory."""
        self._news.clear()
        self._book.forget()
        self._columns.clear()

    def write(self) -> int:
        """Write what was added; how many panes turned out to be unreadable."""
        skipped = self._write_panes() if self._news.panes else 0
        if self._news.ratios:
            self._write_ratios()
        self._news.clear()
        return skipped

    def _write_panes(self) -> int:
        panes = self._news.panes.values()
        fresh = {pane.head for pane in panes if pane.numbers is not None}
        series = self._book.find({pane.head for pane in panes}, fresh)
        rows: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
        removed: set[int] = set()
        for pane in panes:
            found = series.get(pane.head)
            if found is not None:
                number, definition, *words = found
                numbers = pane.numbers or _NOTHING
                rows[definition].append((pane.minute, pane.arrived, number, *numbers, *words, pane.removed))
                if pane.removed:
                    removed.add(definition)
        for definition, said in rows.items():
            stage(self._connection, "said", _SAID, said)
            self._merge(definition, removed=definition in removed)
        return sum(pane.head in self._book.unreadable for pane in panes) if self._book.unreadable else 0

    def _merge(self, definition: int, *, removed: bool) -> None:
        run, table = self._connection.execute, panes_of(definition)
        within = run("SELECT min(minute), max(minute) FROM said").fetchone()
        # Said outright, so that only the blocks of these minutes are read.
        near = f"p.minute BETWEEN {within[0]} AND {within[1]}" if within else "true"
        if removed:
            run(f"DELETE FROM {table} p USING said s WHERE {near} AND {_SAME_PANE} AND s.removed")
        run(
            "CREATE OR REPLACE TEMP TABLE known AS "
            "SELECT s.series, s.minute, s.arrived, s.version >= p.version AS wins "
            f"FROM {table} p JOIN said s ON {_SAME_PANE} WHERE {near} AND s.version IS NOT NULL"
        )
        counted = run("SELECT count(*), count(*) FILTER (wins) FROM known").fetchone() or (0, 0)
        if counted[1]:
            run(f"UPDATE {table} p SET {_NUMBERS} FROM said s WHERE {near} AND {_SAME_PANE} AND s.version >= p.version")
        new = f"ANTI JOIN known p ON {_SAME_PANE}" if counted[0] else ""
        run(f"INSERT INTO {table} BY NAME SELECT {self._names(table)} FROM said s {new} WHERE s.version IS NOT NULL")

    def _names(self, table: str) -> str:
        if table not in self._columns:
            self._columns[table] = ", ".join(columns_of(self._connection, table))
        return self._columns[table]

    def _write_ratios(self) -> None:
        nothing = [None] * (len(self._ratios) - 2)
        rows = [(digest(key), *(news.row or nothing), news.removed) for key, news in self._news.ratios.items()]
        stage(self._connection, "told", self._ratios, rows)
        run = self._connection.execute
        run("DELETE FROM ratios r USING told t WHERE r.digest = t.digest AND (t.removed OR t.version >= r.version)")
        names = ", ".join([name for name in self._ratios if name != "removed"])
        new = "told t ANTI JOIN ratios r USING (digest) WHERE version IS NOT NULL"
        run(f"INSERT INTO ratios SELECT {names} FROM {new}")

"""Panes and ratios into their tables: the newest version of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.adapters.store.pane_messages import CountNews
from streams.adapters.store.series import SeriesBook, digest
from streams.adapters.store.tables import KEYS, columns_of, stage

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from streams.adapters.topic_reader import Message

_SAME_PANE = "p.series = s.series AND p.minute = s.minute AND p.arrived = s.arrived"
_NUMBERS = "count = s.count, late = s.late, value = s.value, version = s.version"


class CountRows:
    """Takes in the messages of `window-counts`; used by the one writer."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._news = CountNews()
        self._book = SeriesBook(connection)
        self._panes = {**columns_of(connection, "panes"), "removed": "BOOLEAN"}
        self._ratios = {**columns_of(connection, "ratios"), "removed": "BOOLEAN"}

    def add(self, message: Message) -> None:
        """Take in one message; raises ValueError for one that is no count."""
        self._news.add(message)

    def drop(self) -> None:
        """Forget what was added, and what an aborted transaction may have left in memory."""
        self._news.clear()
        self._book.forget()

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
        rows = []
        for pane in panes:
            found = series.get(pane.head)
            if found is not None:
                numbers = pane.numbers or (None, None, None, None)
                rows.append((found[1], pane.minute, pane.arrived, found[0], *numbers, *found[2:], pane.removed))
        unreadable = sum(pane.head in self._book.unreadable for pane in panes) if self._book.unreadable else 0
        if rows:
            stage(self._connection, "said", self._panes, rows)
            self._merge_panes(removed=any(pane.removed for pane in panes))
        return unreadable

    def _merge_panes(self, *, removed: bool) -> None:
        run = self._connection.execute
        within = run("SELECT min(minute), max(minute) FROM said").fetchone()
        # Said outright, so that only the blocks of these minutes are read.
        near = f"p.minute BETWEEN {within[0]} AND {within[1]}" if within else "true"
        if removed:
            run(f"DELETE FROM panes p USING said s WHERE {near} AND {_SAME_PANE} AND s.removed")
        run(
            f"CREATE OR REPLACE TEMP TABLE older AS SELECT s.series, s.minute, s.arrived, s.version >= p.version AS wins "
            f"FROM panes p JOIN said s ON {_SAME_PANE} WHERE {near} AND s.version IS NOT NULL"
        )
        same = "o.series = s.series AND o.minute = s.minute AND o.arrived = s.arrived"
        wins = run("SELECT count(*) FILTER (wins) FROM older").fetchone()
        if wins and wins[0]:
            run(f"UPDATE panes p SET {_NUMBERS} FROM said s WHERE {near} AND {_SAME_PANE} AND s.version >= p.version")
        names = ", ".join(["definition", "minute", "arrived", "series", "count", "late", "value", "version", *KEYS])
        run(f"INSERT INTO panes SELECT {names} FROM said s ANTI JOIN older o ON {same} WHERE s.version IS NOT NULL")

    def _write_ratios(self) -> None:
        nothing = [None] * (len(self._ratios) - 2)
        rows = [(digest(key), *(news.row or nothing), news.removed) for key, news in self._news.ratios.items()]
        stage(self._connection, "told", self._ratios, rows)
        run = self._connection.execute
        run(
            "DELETE FROM ratios r USING told t WHERE r.digest = t.digest "
            "AND (t.removed OR t.version >= r.version)"
        )
        names = ", ".join([name for name in self._ratios if name != "removed"])
        run(f"INSERT INTO ratios SELECT {names} FROM told t ANTI JOIN ratios r USING (digest) WHERE version IS NOT NULL")

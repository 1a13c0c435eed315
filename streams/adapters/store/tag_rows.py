"""Lifecycle tags into their table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.tag import LifecycleTag
from streams.adapters.store.tables import columns_of, stage
from streams.core.parsing.times import parse_time

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from streams.adapters.topic_reader import Message


class TagRows:
    """Takes in the messages of `lifecycle-tags`: the last of a tag counts, null removes it; used by the one writer."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._news: dict[str, tuple[Any, ...] | None] = {}
        self._columns = columns_of(connection, "tags")

    def add(self, message: Message) -> None:
        """Take in one message; raises ValueError for one that is no tag."""
        if message.value is None:
            self._news[(message.key or b"").decode()] = None
            return
        tag = LifecycleTag.decode(message.value)
        started_ms, finished_ms = parse_time(tag.started_at), parse_time(tag.finished_at)
        if started_ms is None:
            text = "a tag without a start"
            raise ValueError(text)
        self._news[tag.id] = (tag.id, started_ms, finished_ms, tag.encode().decode())

    def drop(self) -> None:
        """Forget what was added."""
        self._news.clear()

    def write(self) -> int:
        """Write what was added."""
        if self._news:
            stage(self._connection, "tagged", {"id": "VARCHAR"}, [(name,) for name in self._news])
            self._connection.execute("DELETE FROM tags USING tagged WHERE tags.id = tagged.id")
            rows = [row for row in self._news.values() if row is not None]
            if rows:
                stage(self._connection, "tagged", self._columns, rows)
                self._connection.execute("INSERT INTO tags FROM tagged")
            self.drop()
        return 0

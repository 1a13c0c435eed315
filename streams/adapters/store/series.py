"""Numbers for measures' definitions, words and groups, so that a pane is a row of numbers."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING

from streams.adapters.store.pane_messages import head_of
from streams.adapters.store.tables import ABSENT, BUCKET, KEYS, MOST_KEYS, create_panes, next_number, stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from duckdb import DuckDBPyConnection

Series = tuple[int, ...]
"""Number of the series, number of its definition, and a word for each of its keys, filled up with zeros."""
MOST_REMEMBERED = 60_000
_BUCKET = re.compile(r"\(overflow [0-9]{3}\)")
_COLUMNS = {"id": "INTEGER", "digest": "UUID", "definition": "INTEGER", **dict.fromkeys(KEYS, "INTEGER")}


def digest(text: bytes) -> str:
    """What stands for a text in the store, as an UUID is written: nobody can make up two with the same."""
    return blake2b(text, digest_size=16).hexdigest()


def is_bucket(group: Mapping[str, str | None]) -> bool:
    """Whether a group stands for those without room: the bucket's number first, and no value after it."""
    first, *others = group.values() or (None,)
    return first is not None and _BUCKET.fullmatch(first) is not None and all(value is None for value in others)


class SeriesBook:
    """Finds series by the heads of their messages, and enters new ones; used by the one writer.

    What it remembers holds only if the transaction is committed: ``forget`` it where it is not. Numbers are never
    given again while the process lives, so that readers may remember what they stand for.
    """

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._known: dict[str, Series] = {}
        self._words: dict[str, int] = {}
        self._definitions: dict[tuple[str, str, tuple[str, ...]], int] = {}
        self._next_series = next_number(connection, "id", ["series"])
        self._next_word = next_number(connection, "id", ["words"])
        self._next_definition = next_number(connection, "id", ["definitions"])
        self.unreadable: set[bytes] = set()
        """Heads of the last call that say nothing of a measure and a group."""

    def forget(self) -> None:
        """Ask the tables again."""
        self._known.clear()
        self._words.clear()
        self._definitions.clear()

    def find(self, heads: Iterable[bytes], fresh: set[bytes]) -> dict[bytes, Series]:
        """Each head's series; those of ``fresh`` are entered where there are none yet."""
        digests = {head: digest(head) for head in heads}
        if len(self._known) + len(digests) > MOST_REMEMBERED:
            self._known.clear()
        self._look_up([one for one in digests.values() if one not in self._known])
        self._enter({head: digests[head] for head in fresh if digests[head] not in self._known})
        return {head: self._known[one] for head, one in digests.items() if one in self._known}

    def _look_up(self, digests: list[str]) -> None:
        if not digests:
            return
        stage(self._connection, "wanted", {"digest": "UUID"}, [(one,) for one in digests])
        picked = f"SELECT digest, id, definition, {', '.join(KEYS)} FROM series SEMI JOIN wanted USING (digest)"
        found = self._connection.execute(picked)
        self._known.update({row[0].hex: row[1:] for row in found.fetchall()})

    def _enter(self, digests: Mapping[bytes, str]) -> None:
        groups: dict[bytes, tuple[str, str, dict[str, str | None]]] = {}
        self.unreadable = set()
        for head in digests:
            try:
                groups[head] = head_of(head)
            except ValueError:
                self.unreadable.add(head)
        if not groups:
            return
        self._learn_words({word for _, _, group in groups.values() for word in group.values() if word is not None})
        rows = []
        for head, (measure, definition, group) in groups.items():
            kind = self._definition(measure, definition, tuple(group)[:MOST_KEYS])
            series = (self._next_series, kind, *self._values(group))
            self._next_series += 1
            self._known[digests[head]] = series
            rows.append((series[0], digests[head], *series[1:]))
        stage(self._connection, "entered", _COLUMNS, rows)
        self._connection.execute("INSERT INTO series FROM entered")

    def _values(self, group: Mapping[str, str | None]) -> list[int]:
        if is_bucket(group):
            words = [BUCKET] * len(group)
        else:
            words = [ABSENT if word is None else self._words[word] for word in group.values()]
        return [*words, *[ABSENT] * MOST_KEYS][:MOST_KEYS]

    def _definition(self, measure: str, definition: str, keys: tuple[str, ...]) -> int:
        if not self._definitions:
            found = self._connection.execute("SELECT measure, definition, keys, id FROM definitions").fetchall()
            self._definitions = {(one[0], one[1], tuple(one[2])): one[3] for one in found}
        number = self._definitions.get((measure, definition, keys))
        if number is None:
            number = self._definitions[measure, definition, keys] = self._next_definition
            self._next_definition += 1
            self._connection.execute(
                "INSERT INTO definitions VALUES (?, ?, ?, ?)", [number, measure, definition, list(keys)]
            )
            create_panes(self._connection, number, len(keys))
        return number

    def _learn_words(self, words: set[str]) -> None:
        if len(self._words) + len(words) > MOST_REMEMBERED:
            self._words.clear()
        unknown = [word for word in words if word not in self._words]
        if not unknown:
            return
        stage(self._connection, "spoken", {"word": "VARCHAR"}, [(word,) for word in unknown])
        found = self._connection.execute("SELECT word, id FROM words SEMI JOIN spoken USING (word)").fetchall()
        self._words.update(found)
        unheard = [word for word in unknown if word not in self._words]
        new = list(enumerate(unheard, self._next_word))
        if new:
            self._next_word += len(new)
            self._words.update({word: number for number, word in new})
            stage(self._connection, "coined", {"id": "INTEGER", "word": "VARCHAR"}, new)
            self._connection.execute("INSERT INTO words FROM coined")

"""The questions that rules' queries consist of, each compiled once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.core.alerts.text import LARGEST_EXACT_FLOAT
from streams.core.query import WHOLE, Query
from streams.core.query.reduce import conjuncts
from streams.core.query.text import Text, words
from streams.core.query.tree import Leaf

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.core.query import Path, Value
    from streams.core.query.closures import Predicate
    from streams.core.query.tree import Match, Node

    ValueOf = Callable[[Path], Value]

Key = str | float
"""A value, or a word."""

MOST_QUESTIONS = 100_000
MOST_REMEMBERED = 50_000


class Question:
    """One question, compiled, and how the values of its field lead to it.

    ``values`` are those one of which the field must have, lower-cased where they are texts; with one of
    them the question is answered. ``words`` all have to be among the field's words. Both are empty where the
    question can only be asked.
    """

    __slots__ = ("_judge", "number", "path", "reads", "values", "words")

    def __init__(self, node: Node, number: int) -> None:
        self.number = number
        self.path: Path | None = None
        self.values: frozenset[Key] = frozenset()
        self.words: tuple[str, ...] = ()
        if isinstance(node, Leaf) and node.path != WHOLE and not getattr(node.match, "exact", False):
            self.values, self.words = _keys(node.match)
            self.path = node.path if self.values or self.words else None
        query = Query("", node, checked=True)
        self.reads = tuple(sorted(query.paths))
        self._judge: Predicate = query.bind({path: slot for slot, path in enumerate(self.reads)})

    def passes(self, value_of: ValueOf) -> bool:
        """Whether an event with these values passes."""
        return self._judge([value_of(path) for path in self.reads])


class Questions:
    """Questions that were asked before: classes of events and rules ask the same ones."""

    def __init__(self) -> None:
        self._known: dict[Node, Question] = {}
        self.remembered = Remembered()

    def of(self, node: Node) -> list[Question]:
        """The questions of a query, each once."""
        return list(dict.fromkeys(map(self._question, conjuncts(node))))

    def _question(self, node: Node) -> Question:
        known = self._known.get(node)
        if known is None:
            if len(self._known) >= MOST_QUESTIONS:
                self._known.clear()
            known = self._known[node] = Question(node, len(self._known))
        return known


def _keys(match: Match) -> tuple[frozenset[Key], tuple[str, ...]]:
    """The values of which a match needs one, or else the words of which it needs all."""
    if match.wholes is not None:
        return match.wholes, ()
    if not isinstance(match, Text) or match.text.lower() in {"true", "false"}:
        return frozenset(), ()
    if match.number is None:
        return frozenset(), tuple(words(match.text))
    value = match.number.value
    # An account id is text, or a number; beyond 2^53 floats are equal to other integers than they mean.
    if match.whole and isinstance(value, int) and abs(value) < LARGEST_EXACT_FLOAT:
        return frozenset({match.text.lower(), value}), ()
    return frozenset(), ()


class Remembered:
    """Where values of fields led, in parts that others read: the same few values come again and again."""

    def __init__(self) -> None:
        self._parts: list[dict[Value, Any]] = []
        self._number = 0

    def keep(self, part: dict[Value, Any], value: Value, ways: Any) -> None:
        """Keep one in its part; forget all when there are too many, so that no input can fill the memory."""
        if self._number >= MOST_REMEMBERED:
            for other in self._parts:
                other.clear()
            self._parts.clear()
            self._number = 0
        if not part:
            self._parts.append(part)
        part[value] = ways
        self._number += 1

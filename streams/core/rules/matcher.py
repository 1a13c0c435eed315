"""A compiled query, ready to be asked about an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.core.query import WHOLE, Query, compile_query, values_at
from streams.core.query.reduce import reduce
from streams.core.query.tree import Clauses

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from schemas.measure import Lists
    from streams.core.query import Path
    from streams.core.query.text import Test
    from streams.core.query.tree import Leaf, Node

Subject = "Mapping[str, Any]"


class Matcher:
    """A query bound to the paths that it reads."""

    __slots__ = ("_judge", "_tests", "node", "paths", "required")

    def __init__(self, query: Query) -> None:
        self.paths: tuple[Path, ...] = tuple(sorted(query.paths))
        self.required = query.required
        self.node = query.node
        self._judge = query.bind({path: slot for slot, path in enumerate(self.paths)})
        self._tests: dict[int, Test] = {}

    def matches(self, subject: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
        """Whether the event matches; terms without a field search ``document``, which has no parsed fields."""
        return self._judge([values_at(document if path == WHOLE else subject, path) for path in self.paths])

    def possible(self, subject: Mapping[str, Any], fixed: AbstractSet[Path]) -> bool:
        """Whether an event with these values of the ``fixed`` paths can match, whatever its other values are."""
        return all(
            _lowered(values_at(subject, path)) & allowed for path, allowed in self.required.items() if path in fixed
        )

    def only_reads(self, fixed: AbstractSet[Path]) -> bool:
        """Whether the ``fixed`` paths decide."""
        return all(path in fixed for path in self.paths)

    def reduced(self, subject: Mapping[str, Any], fixed: AbstractSet[Path]) -> bool | Node:
        """The same where the ``fixed`` paths decide; else what is left to be asked once their values are known."""

        def decide(leaf: Leaf) -> bool | None:
            if leaf.path not in fixed:
                return None
            test = self._tests.get(id(leaf))
            if test is None:
                # The leaves live as long as the query does.
                test = self._tests[id(leaf)] = leaf.match.test()
            value = values_at(subject, leaf.path)
            if isinstance(value, list):
                return any(map(test, value))
            return value is not None and test(value)

        return reduce(self.node, decide)


def matcher_of(text: str, lists: Lists) -> Matcher:
    """Compile a query of a rule or measure; raises QueryError."""
    return Matcher(compile_query(text, {name: frozenset(values) for name, values in lists.items()}))


def both(first: Matcher, second: Matcher) -> Matcher:
    """Two queries of which both have to match."""
    return Matcher(Query("", Clauses(must=(first.node, second.node)), checked=True))


def _lowered(value: Any) -> set[str]:
    values = value if isinstance(value, list) else [value]
    return {text.lower() for text in values if isinstance(text, str)}

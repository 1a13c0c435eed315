"""What a query takes at most for one event, so that none is let in that would hold up the stream.

Costs are microseconds, measured on one core of 2.5 GHz and rounded up, for an event of 6 KB with 150 values, of which a
field reaches one of 500 characters or ten short ones. They are sums over all tests of a query, as if none were skipped.
They also bound how long it takes to read a query, since each term that is not merged has a pattern to compile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.core.query.addresses import Networks
from streams.core.query.errors import QueryError
from streams.core.query.lists import Listed
from streams.core.query.patterns import Pattern, Wildcard
from streams.core.query.ranges import Exists, NumberRange, OrderedRange
from streams.core.query.terms import Terms
from streams.core.query.text import OneOf, Text
from streams.core.query.tree import Clauses, Leaf, Node, SameAs
from streams.core.query.values import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

BUDGET: Final = 1_000

# For each kind of test: in one field, and in every value of an event.
_COSTS: Final[dict[type, tuple[float, float]]] = {
    Text: (5, 25),
    Terms: (20, 150),
    OneOf: (2, 20),
    Listed: (4, 60),
    Exists: (0.1, 1),
    NumberRange: (4, 50),
    OrderedRange: (5, 80),
    Networks: (5, 60),
    Wildcard: (2, 30),
    Pattern: (4, 70),
}
_OF_WHOLE: Final = 2
_SAME_AS: Final = 6
_OF_PART: Final = 0.15
_OF_PLACE: Final = (10, 25)


def check_cost(text: str, node: Node) -> None:
    """Refuse a query that may take more than a millisecond for an event.

    Args:
        text: as written, for the error.
        node: its merged tree.

    Raises:
        QueryError: at the test that goes beyond the budget.
    """
    spent = 0.0
    for leaf in _leaves(node):
        spent += _cost(leaf)
        if spent > BUDGET:
            what = "every value of an event" if isinstance(leaf, Leaf) and leaf.path == WHOLE else "an event"
            problem = f"the query would look at {what} for more than a millisecond"
            raise QueryError(text, leaf.position, problem, _advice(leaf))


def _leaves(node: Node) -> Iterator[Leaf | SameAs]:
    if isinstance(node, Clauses):
        for clause in (*node.must, *node.should, *node.must_not):
            yield from _leaves(clause)
    elif isinstance(node, Leaf | SameAs):
        yield node


def _cost(leaf: Leaf | SameAs) -> float:
    if isinstance(leaf, SameAs):
        return _SAME_AS
    everywhere = leaf.path == WHOLE
    if isinstance(leaf.match, Text) and (leaf.match.whole or leaf.match.exact):
        return _OF_WHOLE
    cost = _COSTS[type(leaf.match)][everywhere]
    if isinstance(leaf.match, Pattern):
        cost += leaf.match.weight * _OF_PLACE[everywhere]
    elif isinstance(leaf.match, Wildcard):
        cost += len(leaf.match.parts) * _OF_PART
    return cost


def _advice(leaf: Leaf | SameAs) -> str:
    if isinstance(leaf, Leaf) and isinstance(leaf.match, Pattern):
        return "Repeat less, {2,60} for example, begin the regex with what is certain, or put whole values into a list."
    if isinstance(leaf, Leaf) and leaf.path == WHOLE:
        return "Write field:value where the field is known, or make several queries of it."
    return "Put whole values or networks into a named list, field:@name, or make several queries of it."

"""What is left of a query once the values of some fields are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.core.query.tree import Clauses, Everything, Leaf, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Decide = Callable[[Leaf], bool | None]


def reduce(node: Node, decide: Decide) -> bool | Node:
    """Whether the query matches, where that is certain; else a query on the rest that is true where the whole is.

    ``decide`` answers for one leaf: true, false, or None where its field is not known.
    """
    if isinstance(node, Leaf):
        known = decide(node)
        return node if known is None else known
    if isinstance(node, Everything):
        return True
    if isinstance(node, Clauses):
        return _reduced(node, decide)
    return node


def _reduced(node: Clauses, decide: Decide) -> bool | Node:
    must = [reduce(clause, decide) for clause in node.must]
    must_not = [reduce(clause, decide) for clause in node.must_not]
    if any(clause is False for clause in must) or any(clause is True for clause in must_not):
        return False
    needed = tuple(clause for clause in must if not isinstance(clause, bool))
    forbidden = tuple(clause for clause in must_not if not isinstance(clause, bool))
    # The optional clauses of a bracket that has required ones decide nothing.
    should = [] if node.must else [reduce(clause, decide) for clause in node.should]
    if any(clause is True for clause in should):
        should = []
    elif should:
        should = [clause for clause in should if not isinstance(clause, bool)]
        if not should:
            return False
    optional = tuple(clause for clause in should if not isinstance(clause, bool))
    return _simplest(needed, optional, forbidden)


def _simplest(must: tuple[Node, ...], should: tuple[Node, ...], must_not: tuple[Node, ...]) -> bool | Node:
    if not must_not and len(must) + len(should) <= 1:
        return (*must, *should)[0] if must or should else True
    return Clauses(must, should, must_not)


def conjuncts(node: Node) -> Iterator[Node]:
    """Clauses all of which hold where the query matches, and nowhere else."""
    if isinstance(node, Clauses) and node.must:
        for clause in node.must:
            yield from conjuncts(clause)
        if node.must_not:
            yield Clauses(must_not=node.must_not)
    else:
        yield node

"""The same meaning in fewer tests: what is judged for each event is not what was written, but what it comes to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from streams.core.query.addresses import Networks
from streams.core.query.terms import MOST_WORDS, Terms
from streams.core.query.text import OneOf, Text
from streams.core.query.tree import Clauses, Leaf, Node

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.core.query.fields import Field

# Fewer terms are found quicker one by one.
_FEW = 3


def merged(node: Node) -> Node:
    """A tree that matches the same events; no clause twice in a bracket, alternatives of one field in one test."""
    if not isinstance(node, Clauses):
        return node
    must = _once(node.must)
    # The optional clauses of a bracket that has required ones decide nothing.
    should = () if must else _together(_opened(_once(node.should)))
    must_not = _together(_opened(_once(node.must_not)))
    if not must_not and len(must) + len(should) == 1:
        return (*must, *should)[0]
    return Clauses(must, should, must_not)


def _once(clauses: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(dict.fromkeys(merged(clause) for clause in clauses))


def _opened(clauses: Iterable[Node]) -> list[Node]:
    """An OR inside an OR is one OR."""
    found: list[Node] = []
    for clause in clauses:
        alternatives = isinstance(clause, Clauses) and clause.should and not clause.must_not
        found += clause.should if isinstance(clause, Clauses) and alternatives else [clause]
    return found


def _together(clauses: Iterable[Node]) -> tuple[Node, ...]:
    """Alternatives: 25 event names, addresses or words of one field cost as much as one."""
    sets: dict[tuple[object, bool], tuple[Field, set[str]]] = {}
    terms: defaultdict[object, list[Leaf]] = defaultdict(list)
    nets: defaultdict[object, list[Leaf]] = defaultdict(list)
    rest: list[Node] = []
    for clause in clauses:
        match = clause.match if isinstance(clause, Leaf) else None
        if not isinstance(clause, Leaf):
            rest.append(clause)
        elif clause.field and isinstance(match, Text | OneOf) and match.wholes is not None:
            known = sets.setdefault((clause.path, match.exact), (clause.field, set()))[1]
            known.update(_texts(match) if match.exact else match.wholes)
        elif isinstance(match, Text) and not match.exact and len(match.parts) <= MOST_WORDS:
            terms[clause.path].append(clause)
        elif isinstance(match, Networks):
            nets[clause.path].append(clause)
        else:
            rest.append(clause)
    return (
        *(Leaf(field, OneOf(frozenset(texts), exact)) for (_path, exact), (field, texts) in sets.items()),
        *(leaf for leaves in nets.values() for leaf in _networks(leaves)),
        *(leaf for leaves in terms.values() for leaf in _terms(leaves)),
        *rest,
    )


def _texts(match: Text | OneOf) -> frozenset[str]:
    return frozenset({match.text}) if isinstance(match, Text) else match.texts


def _terms(leaves: list[Leaf]) -> list[Leaf]:
    if len(leaves) <= _FEW:
        return leaves
    first = leaves[0]
    return [
        Leaf(first.field, Terms(tuple(leaf.match for leaf in leaves if isinstance(leaf.match, Text))), first.position)
    ]


def _networks(leaves: list[Leaf]) -> list[Leaf]:
    first = leaves[0]
    several = tuple(one for leaf in leaves if isinstance(leaf.match, Networks) for one in leaf.match.networks)
    return [Leaf(first.field, Networks(several), first.position)]

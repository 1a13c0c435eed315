"""What a query certainly requires, so that rules can be indexed by it."""

from __future__ import annotations

from streams.core.query.tree import Clauses, Leaf, Node
from streams.core.query.values import WHOLE, Path


def required(node: Node) -> dict[Path, frozenset[str]]:
    """For each path here, some value of it, lower-cased, is in the set whenever the query matches.

    An empty set: the query can match nothing. A path that is missing promises nothing. Numbers and booleans are never
    promised, since data has them both as such and as text.
    """
    if isinstance(node, Leaf):
        wholes = node.match.wholes
        return {} if wholes is None or node.path == WHOLE else {node.path: wholes}
    if not isinstance(node, Clauses):
        return {}
    if node.must:
        return _all_of([required(clause) for clause in node.must])
    return _any_of([required(clause) for clause in node.should])


def _all_of(clauses: list[dict[Path, frozenset[str]]]) -> dict[Path, frozenset[str]]:
    """Of two promises on one path the narrower; both hold, maybe by different elements of an array."""
    merged: dict[Path, frozenset[str]] = {}
    for clause in clauses:
        for path, values in clause.items():
            if path not in merged or len(values) < len(merged[path]):
                merged[path] = values
    return merged


def _any_of(clauses: list[dict[Path, frozenset[str]]]) -> dict[Path, frozenset[str]]:
    """What every alternative promises; an alternative that can match nothing has no say."""
    possible = [clause for clause in clauses if all(clause.values())]
    if not possible:
        return clauses[0] if clauses else {}
    paths = set.intersection(*(set(clause) for clause in possible))
    return {path: frozenset().union(*(clause[path] for clause in possible)) for path in paths}

"""From the meaning of a query to one closure over slots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from streams.core.query.fields import Reading
from streams.core.query.numbers import Exact, exact
from streams.core.query.text import Test, text_of
from streams.core.query.tree import Clauses, Everything, Leaf, Node, SameAs
from streams.core.query.values import Path, Scalar, Value

Predicate: TypeAlias = Callable[[Sequence[Value]], bool]
Binder: TypeAlias = Callable[[Mapping[Path, int]], Predicate]


def paths(node: Node) -> frozenset[Path]:
    """The paths that a query reads."""
    if isinstance(node, Leaf):
        return frozenset({node.path})
    if isinstance(node, SameAs):
        return frozenset({node.field.path, node.other.path})
    if isinstance(node, Clauses):
        return frozenset().union(*(paths(clause) for clause in (*node.must, *node.should, *node.must_not)))
    return frozenset()


def binder(node: Node) -> Binder:
    """Does all work that can be done once (patterns, words, sets); what it returns only fills in slot numbers."""
    if isinstance(node, Leaf):
        return _leaf(node.path, node.match.test())
    if isinstance(node, SameAs):
        return _same_as(node)
    if isinstance(node, Everything):
        return lambda _slots: lambda _row: True
    return _clauses(node)


def _leaf(path: Path, test: Test) -> Binder:
    def bind(slots: Mapping[Path, int]) -> Predicate:
        slot = slots[path]

        def matches(row: Sequence[Value]) -> bool:
            value = row[slot]
            if value is None:
                return False
            if value.__class__ is list:
                # A loop, since a generator costs more than most tests do.
                for element in value:  # noqa: SIM110
                    if test(element):
                        return True
                return False
            return test(value)  # type: ignore[arg-type]

        return matches

    return bind


def _clauses(node: Clauses) -> Binder:
    must_binders = [binder(clause) for clause in node.must]
    # The optional clauses of a bracket that has required ones decide nothing.
    should_binders = [binder(clause) for clause in (() if node.must else node.should)]
    must_not_binders = [binder(clause) for clause in node.must_not]

    def bind(slots: Mapping[Path, int]) -> Predicate:
        must = [bind(slots) for bind in must_binders]
        if should_binders:
            must.append(_any([bind(slots) for bind in should_binders]))
        must_not = [bind(slots) for bind in must_not_binders]
        if must_not:
            must.append(_none(must_not))
        return _all(must)

    return bind


def _all(parts: list[Predicate]) -> Predicate:
    if len(parts) == 1:
        return parts[0]
    several = tuple(parts)

    def matches(row: Sequence[Value]) -> bool:
        for part in several:  # noqa: SIM110 - as above, a generator costs more than most parts do.
            if not part(row):
                return False
        return True

    return matches


def _any(parts: list[Predicate]) -> Predicate:
    if len(parts) == 1:
        return parts[0]
    several = tuple(parts)

    def matches(row: Sequence[Value]) -> bool:
        for part in several:  # noqa: SIM110 - as above.
            if part(row):
                return True
        return False

    return matches


def _none(parts: list[Predicate]) -> Predicate:
    some = _any(parts)
    return lambda row: not some(row)


def _same_as(node: SameAs) -> Binder:
    exactly = Reading.EXACT in {node.field.reading, node.other.reading}
    numbers = Reading.NUMBER in {node.field.reading, node.other.reading}

    def keys(value: Value) -> set[str | Exact]:
        elements: Sequence[Scalar] = value if isinstance(value, list) else [] if value is None else [value]
        read = (_key(element, exactly=exactly, numbers=numbers) for element in elements)
        return {key for key in read if key is not None}

    def bind(slots: Mapping[Path, int]) -> Predicate:
        left, right = slots[node.field.path], slots[node.other.path]
        return lambda row: not keys(row[left]).isdisjoint(keys(row[right]))

    return bind


def _key(value: Scalar, *, exactly: bool, numbers: bool) -> str | Exact | None:
    """What two fields are compared by: numbers as numbers, all else as text regardless of case."""
    if numbers or value.__class__ in {int, float}:
        read = exact(value)
        if read is not None or numbers:
            return read
    return text_of(value) if exactly else text_of(value).lower()

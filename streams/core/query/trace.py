"""A query judged clause by clause for one event, so that people see why it matched, or did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from streams.core.query.closures import binder, paths
from streams.core.query.explain import named
from streams.core.query.tree import Clauses, Everything, Leaf, Node, SameAs
from streams.core.query.values import WHOLE, Path, Scalar, Value, values_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from streams.core.query.query import Query

    Read = Callable[[Path], Value]

MOST_VALUES = 5
"""Values of a field that are shown; a term without a field may have looked at hundreds."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: what it asks in words, whether the event matches it, and the values that it looked at.

    ``values`` are those that matched, or else the first of what stands there; ``none_of`` holds where none of its
    ``parts`` does. What ``decides`` nothing is an optional clause beside required ones.
    """

    text: str
    holds: bool
    values: tuple[Scalar, ...] = ()
    parts: tuple[Clause, ...] = ()
    decides: bool = True


def trace(query: Query, subject: Mapping[str, Any], document: Mapping[str, Any] | None = None) -> Clause:
    """Judge every clause of a query for one event; the result ``holds`` where the query matches.

    Args:
        query: the compiled query.
        subject: the event, parsed fields among its keys.
        document: the event alone, which terms without a field search; None: it is the subject.
    """
    whole = subject if document is None else document

    def read(path: Path) -> Value:
        return values_at(whole if path == WHOLE else subject, path)

    return _traced(query.node, read)


def _traced(node: Node, read: Read) -> Clause:
    if isinstance(node, Everything):
        return Clause("every event", holds=True)
    if isinstance(node, Leaf):
        return _leaf(node, read)
    if isinstance(node, SameAs):
        values = (*_listed(read(node.field.path)), *_listed(read(node.other.path)))
        return Clause(f"{named(node.field)} equals {named(node.other)}", _holds(node, read), values[:MOST_VALUES])
    return _clauses(node, read)


def _leaf(node: Leaf, read: Read) -> Clause:
    value = read(node.path)
    test = node.match.test()
    found = _listed(value)
    matching = [one for one in found if test(one)]
    text = f"{named(node.field)} {node.match.describe()}"
    # Of a term that searches everything, values that do not match say nothing.
    shown = matching if matching or node.field is None else found
    return Clause(text, _holds(node, read), tuple(shown[:MOST_VALUES]))


def _clauses(node: Clauses, read: Read) -> Clause:
    must = tuple(_traced(clause, read) for clause in node.must)
    should = tuple(_traced(clause, read) for clause in node.should)
    must_not = tuple(_traced(clause, read) for clause in node.must_not)
    parts = list(must)
    if should and not must:
        parts.append(Clause("any of", any(part.holds for part in should), parts=should))
    if must_not:
        parts.append(Clause("none of", not any(part.holds for part in must_not), parts=must_not))
    holds = all(part.holds for part in parts)
    if should and must:
        parts.append(Clause("no matter whether", any(part.holds for part in should), parts=should, decides=False))
    if len(parts) == 1:
        return parts[0]
    return Clause("all of" if parts else "every event", holds, parts=tuple(parts))


def _holds(node: Leaf | SameAs, read: Read) -> bool:
    """By the very closures that judge events, so that what is shown is what was decided."""
    slots = {path: slot for slot, path in enumerate(sorted(paths(node)))}
    return binder(node)(slots)([read(path) for path in slots])


def _listed(value: Value) -> list[Scalar]:
    return value if isinstance(value, list) else [] if value is None else [value]

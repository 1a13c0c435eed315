"""What a query means, however it is written: two with the same meaning match the same events."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, TypeAlias

from streams.core.query.lists import Listed
from streams.core.query.text import OneOf, Text
from streams.core.query.tree import Clauses, Everything, Leaf, SameAs

if TYPE_CHECKING:
    from streams.core.query.fields import Field
    from streams.core.query.tree import Match, Node

Meaning: TypeAlias = Hashable

EVERYTHING: Meaning = ("everything",)


def meaning(node: Node) -> Meaning:
    """A value that is equal for queries which differ in order, brackets, repetitions, or the case of what is compared.

    Equal meanings match the same events; different ones may do so too, since no field's values are reasoned about.
    """
    if isinstance(node, Leaf):
        return ("leaf", _field(node.field), _match(node.match))
    if isinstance(node, SameAs):
        return ("same", frozenset({_field(node.field), _field(node.other)}))
    if isinstance(node, Everything):
        return EVERYTHING
    must = _all_of(node)
    if must is None:
        alternatives = any_of(node)
        return next(iter(alternatives)) if len(alternatives) == 1 else ("any", alternatives)
    required, excluded = must
    if not excluded and len(required) == 1:
        return next(iter(required))
    return ("all", required, excluded)


def is_part(one: Node, other: Node) -> bool:
    """Whether what matches ``one`` is certain to match ``other``, since that demands nothing else."""
    required, excluded = _demands(one)
    wanted, unwanted = _demands(other)
    return wanted - {EVERYTHING} <= required and unwanted <= excluded


def _demands(node: Node) -> tuple[frozenset[Meaning], frozenset[Meaning]]:
    found = _all_of(node) if isinstance(node, Clauses) else None
    return found or (frozenset({meaning(node)}), frozenset())


def any_of(node: Clauses) -> frozenset[Meaning]:
    """The meanings of alternatives, those within alternatives too."""
    found: set[Meaning] = set()
    for clause in node.should:
        inner = isinstance(clause, Clauses) and not clause.must and not clause.must_not
        found |= any_of(clause) if inner and isinstance(clause, Clauses) else {meaning(clause)}
    return frozenset(found)


def _all_of(node: Clauses) -> tuple[frozenset[Meaning], frozenset[Meaning]] | None:
    """The meanings of which all, and of which none must hold; None for mere alternatives."""
    if not node.must and not node.must_not:
        return None
    required: set[Meaning] = set()
    excluded: set[Meaning] = {meaning(clause) for clause in node.must_not}
    for clause in node.must:
        inner = _all_of(clause) if isinstance(clause, Clauses) else None
        if inner is None:
            required.add(meaning(clause))
        else:
            required |= inner[0]
            excluded |= inner[1]
    # What is optional decides only where nothing is required.
    if not node.must and node.should:
        alternatives = any_of(node)
        required.add(next(iter(alternatives)) if len(alternatives) == 1 else ("any", alternatives))
    if len(required) > 1:
        required.discard(EVERYTHING)
    return frozenset(required), frozenset(excluded)


def _field(field: Field | None) -> Meaning:
    return None if field is None else (field.path, str(field.reading))


def _match(match: Match) -> Meaning:
    if isinstance(match, Text):
        return ("text", match.text if match.exact else match.text.lower(), match.whole, match.exact)
    if isinstance(match, Listed):
        entries = match.entries if match.exact else frozenset(entry.lower() for entry in match.entries)
        return ("listed", entries, match.exact)
    if isinstance(match, OneOf):
        return ("one of", match.texts if match.exact else frozenset(text.lower() for text in match.texts), match.exact)
    # Every other kind is frozen, and equal where it judges alike.
    return (type(match).__name__, repr(match))

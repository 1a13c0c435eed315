"""What a query means, once it is read: leaves that look at one field, and Lucene's three kinds of clause."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

from streams.core.query.values import WHOLE, Path

if TYPE_CHECKING:
    from streams.core.query.fields import Field
    from streams.core.query.text import Test


def at() -> int:
    """A place in the query, 0 unless it is given; nodes that differ in nothing else mean the same."""
    place: int = field(default=0, compare=False)
    return place


class Match(Protocol):
    """How one value is judged."""

    @property
    def wholes(self) -> frozenset[str] | None:
        """The lower-cased texts one of which a matching value must be; None if other values may match."""

    def test(self) -> Test:
        """A predicate on one scalar; it never raises."""

    def describe(self) -> str:
        """In words, for people."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Some value of a field passes; ``field`` is None for every value of the original document.

    Attributes:
        position: where it stands in the query.
    """

    field: Field | None
    match: Match
    position: int = at()

    @property
    def path(self) -> Path:
        """Where its values are."""
        return self.field.path if self.field else WHOLE


@dataclass(frozen=True, slots=True)
class SameAs:
    """Some value of one field equals some value of another."""

    field: Field
    other: Field
    position: int = at()


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches any event."""


@dataclass(frozen=True, slots=True)
class Clauses:
    """All of ``must``, none of ``must_not``; and one of ``should`` if there is any and ``must`` is empty.

    Attributes:
        mixed: AND and OR stand side by side without brackets, as written.
        unless: OR stands beside a negation, as written.
    """

    must: tuple[Node, ...] = ()
    should: tuple[Node, ...] = ()
    must_not: tuple[Node, ...] = ()
    mixed: bool = False
    unless: bool = False


Node: TypeAlias = Leaf | SameAs | Everything | Clauses

"""What a query means, once it is read: leaves that look at one field, and Lucene's three kinds of clause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from streams.core.query.values import WHOLE, Path

if TYPE_CHECKING:
    from streams.core.query.fields import Field
    from streams.core.query.text import Test


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
    """Some value of a field passes; ``field`` is None for every value of the original document."""

    field: Field | None
    match: Match

    @property
    def path(self) -> Path:
        """Where its values are."""
        return self.field.path if self.field else WHOLE


@dataclass(frozen=True, slots=True)
class SameAs:
    """Some value of one field equals some value of another."""

    field: Field
    other: Field


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches any event."""


@dataclass(frozen=True, slots=True)
class Clauses:
    """All of ``must``, none of ``must_not``; and one of ``should`` if there is any and ``must`` is empty.

    Attributes:
        mixed: AND and OR stand side by side without brackets, as written.
    """

    must: tuple[Node, ...] = ()
    should: tuple[Node, ...] = ()
    must_not: tuple[Node, ...] = ()
    mixed: bool = False


Node: TypeAlias = Leaf | SameAs | Everything | Clauses

"""Membership in a named list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.core.query.addresses import network
from streams.core.query.text import OneOf, Test

if TYPE_CHECKING:
    from streams.core.query.values import Scalar


@dataclass(frozen=True, slots=True)
class Listed:
    """A value is an entry of a list, whole and regardless of case, or an address in a network that is one.

    Attributes:
        name: the list's.
        entries: texts; an empty list matches nothing.
        exact: case matters, and networks are text.
    """

    name: str
    entries: frozenset[str]
    exact: bool = False

    @property
    def wholes(self) -> frozenset[str] | None:
        """The lower-cased texts one of which a matching value must be; None if other values may match."""
        return None if self._networks() else OneOf(self.entries, self.exact).wholes

    def test(self) -> Test:
        """A predicate on one scalar; it never raises."""
        among = OneOf(self.entries, self.exact).test()
        within = self._networks()
        if not within:
            return among

        def test(value: Scalar) -> bool:
            return among(value) or any(inside(value) for inside in within)

        return test

    def _networks(self) -> list[Test]:
        return [] if self.exact else [net.test() for entry in sorted(self.entries) if (net := network(entry))]

    def describe(self) -> str:
        """In words, for people."""
        return f"is in the list {self.name} ({len(self.entries)} entries)"

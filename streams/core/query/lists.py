"""Membership in a named list."""

from __future__ import annotations

from dataclasses import dataclass

from streams.core.query.addresses import Networks, network
from streams.core.query.text import OneOf, Test


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
        return None if self.networks else OneOf(self.entries, self.exact).wholes

    @property
    def networks(self) -> Networks | None:
        """Those entries that are networks, None if there are none."""
        if self.exact:
            return None
        found = [net for entry in sorted(self.entries) if "/" in entry and (net := network(entry))]
        return Networks(tuple(one for net in found for one in net.networks)) if found else None

    def test(self) -> Test:
        """A predicate on one scalar; it never raises."""
        among = OneOf(self.entries, self.exact).test()
        if (networks := self.networks) is None:
            return among
        within = networks.test()
        return lambda value: among(value) or within(value)

    def describe(self) -> str:
        """In words, for people."""
        return f"is in the list {self.name} ({len(self.entries)} entries)"

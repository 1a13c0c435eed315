"""Membership in a named list."""

from __future__ import annotations

from dataclasses import dataclass, field

from streams.core.query.addresses import Networks, network
from streams.core.query.text import OneOf, Test


@dataclass(frozen=True, slots=True)
class Listed:
    """A value is an entry of a list, whole and regardless of case, or an address in a network that is one.

    Attributes:
        name: the list's.
        entries: texts; an empty list matches nothing.
        exact: case matters, and networks are text.
        networks: those entries that are networks, None if there are none.
    """

    name: str
    entries: frozenset[str]
    exact: bool = False
    networks: Networks | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Find the networks once: thousands take tens of milliseconds."""
        entries = [] if self.exact else sorted(entry for entry in self.entries if "/" in entry)
        found = [one for entry in entries if (net := network(entry)) for one in net.networks]
        object.__setattr__(self, "networks", Networks(tuple(found)) if found else None)

    @property
    def wholes(self) -> frozenset[str] | None:
        """The lower-cased texts one of which a matching value must be; None if other values may match."""
        return None if self.networks else OneOf(self.entries, self.exact).wholes

    def test(self) -> Test:
        """A predicate on one scalar; it never raises."""
        among = OneOf(self.entries, self.exact).test()
        if (networks := self.networks) is None:
            return among
        within = networks.test()
        return lambda value: among(value) or within(value)

    def describe(self) -> str:
        """In words, for people."""
        return f"is in the list {self.name} ({len(self.entries):,} {'entry' if len(self.entries) == 1 else 'entries'})"

"""Networks: which addresses belong to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from streams.core.query.text import Test
    from streams.core.query.values import Scalar

_Network: TypeAlias = IPv4Network | IPv6Network

# What an address can look like: most values are none, and finding that out in full takes ten times as long.
_LIKE_ADDRESS = re.compile(r"[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]+(?:%.+)?", re.DOTALL)
# The longest text of an address: IPv6 with IPv4 at its end, and a zone.
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Networks:
    """Addresses of any of these networks, and the identical text; a network in the data is no address.

    An IPv4 address written inside IPv6 (``::ffff:10.0.0.1``) is the IPv4 address.

    Attributes:
        networks: each as it was written, and what it means.
    """

    networks: tuple[tuple[str, _Network], ...]
    wholes: frozenset[str] | None = None

    def test(self) -> Test:
        """A predicate on one scalar; it never raises. It reads a value once, however many networks there are."""
        texts = frozenset(text.lower() for text, _network in self.networks)
        bases: dict[int, dict[int, set[int]]] = {4: {}, 6: {}}
        for _text, net in self.networks:
            bases[net.version].setdefault(int(net.netmask), set()).add(int(net.network_address))
        masks = {
            version: [(mask, frozenset(found)) for mask, found in by_mask.items()] for version, by_mask in bases.items()
        }

        def test(value: Scalar) -> bool:
            if value.__class__ is not str:
                return False
            address = _address(value)
            if address is None:
                return value.lower() in texts
            number = int(address)
            # A loop, since a generator costs more than the comparison does.
            for mask, found in masks[address.version]:  # noqa: SIM110
                if number & mask in found:
                    return True
            return False

        return test

    def describe(self) -> str:
        """In words, for people."""
        return f"is an address in {' or '.join(str(net) for _text, net in self.networks)}"


def network(text: str) -> Networks | None:
    """The network that a text such as ``10.0.0.0/8`` or ``2001:db8::/32`` names; host bits are let pass.

    None if it is none: a path, or an address without a length.
    """
    address, slash, length = text.partition("/")
    if not slash or not length.isdecimal() or not length.isascii():
        return None
    try:
        return Networks(((text, ip_network((address, int(length)), strict=False)),))
    except ValueError:
        return None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    if len(text) > _LONGEST or not _LIKE_ADDRESS.fullmatch(text):
        return None
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address

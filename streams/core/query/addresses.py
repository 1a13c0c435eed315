"""Networks: which addresses belong to them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from streams.core.query.text import Test
    from streams.core.query.values import Scalar

_Network: TypeAlias = IPv4Network | IPv6Network

# The longest text of an address: IPv6 with IPv4 at its end, and a zone.
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Network:
    """Addresses of a network, and the identical text; a network in the data is no address.

    An IPv4 address written inside IPv6 (``::ffff:10.0.0.1``) is the IPv4 address.
    """

    text: str
    network: _Network
    wholes: frozenset[str] | None = None

    def test(self) -> Test:
        """A predicate on one scalar; it never raises."""
        text = self.text.lower()
        version = self.network.version
        mask = int(self.network.netmask)
        base = int(self.network.network_address)

        def test(value: Scalar) -> bool:
            if not isinstance(value, str):
                return False
            if value.lower() == text:
                return True
            address = _address(value)
            return address is not None and address.version == version and int(address) & mask == base

        return test

    def describe(self) -> str:
        """In words, for people."""
        return f"is an address in {self.network}"


def network(text: str) -> Network | None:
    """The network that a text such as ``10.0.0.0/8`` or ``2001:db8::/32`` names; host bits are let pass.

    None if it is none: a path, or an address without a length.
    """
    address, slash, length = text.partition("/")
    if not slash or not length.isdecimal() or not length.isascii():
        return None
    try:
        return Network(text, ip_network((address, int(length)), strict=False))
    except ValueError:
        return None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    if len(text) > _LONGEST or ("." not in text and ":" not in text):
        return None
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address

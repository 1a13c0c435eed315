"""Networks: which addresses belong to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from streams.core.query.text import Test
    from streams.core.query.values import Scalar

_Network: TypeAlias = IPv4Network | IPv6Network

_OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_FOUR = re.compile(r"\.".join([_OCTET] * 4))
# What the other kind can look like: most values are none, and finding that out in full takes ten times as long.
_SIX = re.compile(r"[0-9A-Fa-f:.]+(?:%.+)?", re.DOTALL)
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
            version, number = address
            # A loop, since a generator costs more than the comparison does.
            for mask, found in masks[version]:  # noqa: SIM110
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


def _address(text: str) -> tuple[int, int] | None:
    """The version and number of an address, None for any other text."""
    # Nearly all addresses are these, and the standard library takes four times as long for them.
    if four := _FOUR.fullmatch(text):
        first, second, third, last = four.groups()
        return 4, int(first) << 24 | int(second) << 16 | int(third) << 8 | int(last)
    if ":" not in text or len(text) > _LONGEST or not _SIX.fullmatch(text):
        return None
    try:
        address = IPv6Address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped
    return (6, int(address)) if mapped is None else (4, int(mapped))

"""The far end of what findings and records tell: addresses, organisations, countries, domains.

Addresses are those set aside for documentation (RFC 5737), numbers of autonomous systems too (RFC 5398), names of
domains end in ``example`` (RFC 2606): none of them belongs to anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.core.generate.chance import Weighted, hex_digits

if TYPE_CHECKING:
    from streams.core.generate.chance import Chance

_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")

_PLACES = Weighted(
    (
        ("Netherlands", "Amsterdam", 52.37, 4.89),
        ("United States", "Ashburn", 39.04, -77.49),
        ("Germany", "Frankfurt am Main", 50.11, 8.68),
        ("China", "Shanghai", 31.22, 121.46),
        ("Russia", "Moscow", 55.75, 37.62),
        ("Singapore", "Singapore", 1.29, 103.85),
        ("Brazil", "São Paulo", -23.55, -46.63),
        ("Vietnam", "Hanoi", 21.03, 105.85),
        ("Romania", "Bucharest", 44.43, 26.1),
        ("Seychelles", "Victoria", -4.62, 55.45),
    ),
    (20, 18, 12, 12, 10, 8, 6, 6, 5, 3),
)

_ORGANISATIONS = ("Example Net", "Example ISP", "Example VPN", "Example Host", "Example Cloud", "Example Edu")

_WORDS = ("mail", "login", "update", "cdn", "secure", "account", "pool", "static", "relay", "drop")


def address(rng: Chance) -> str:
    """Return an IPv4 address of a range for documentation."""
    return f"{rng.choice(_NETWORKS)}.{rng.randrange(1, 255)}"


def remote_ip_details(rng: Chance) -> dict[str, Any]:
    """Return a ``remoteIpDetails`` member, with organisation, country, city and location."""
    country, city, latitude, longitude = _PLACES.pick(rng)
    organisation = rng.choice(_ORGANISATIONS)
    return {
        "ipAddressV4": address(rng),
        "organization": {
            "asn": str(rng.randrange(64_496, 64_512)),
            "asnOrg": organisation,
            "isp": organisation,
            "org": organisation,
        },
        "country": {"countryName": country},
        "city": {"cityName": city},
        "geoLocation": {"lat": latitude, "lon": longitude},
    }


def domain(rng: Chance) -> str:
    """Return the name of a domain that nobody can own."""
    return f"{rng.choice(_WORDS)}-{hex_digits(rng, 5)}.{rng.choice(_WORDS)}.example"

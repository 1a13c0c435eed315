from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.query import compile_query


@pytest.mark.parametrize(
    ("network", "value"),
    [
        ("10.0.0.0/8", "10.255.0.1"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("10.1.2.3/8", "10.9.9.9"),
        ("10.0.0.0/8", "::ffff:10.0.0.1"),
        ("0.0.0.0/0", "198.51.100.7"),
        ("198.51.100.7/32", "198.51.100.7"),
        ("2001:db8::/32", "2001:DB8:1::5"),
        ('"2001:db8::/32"', "2001:db8::"),
        ("(172.16.0.0/12 OR fe80::/10)", "fe80::1%eth0"),
    ],
)
def test_a_network_matches_its_addresses_and_the_identical_text(network: str, value: str) -> None:
    assert compile_query(f"ip:{network}").matches({"ip": value})


@pytest.mark.parametrize(
    ("network", "value"),
    [
        ("10.0.0.0/8", "11.0.0.1"),
        ("10.0.0.0/8", "10.0.0.0/16"),
        ("10.0.0.0/8", "10.0.0.1:443"),
        ("10.0.0.0/8", "guardduty.amazonaws.com"),
        ("10.0.0.0/8", "::a00:1"),
        ("2001:db8::/32", "10.0.0.1"),
        ("10.0.0.0/8", 167772161),
        ("10.0.0.0/8", ""),
        ("10.0.0.0/8", "9" * 5_000),
    ],
)
def test_a_network_matches_nothing_else(network: str, value: object) -> None:
    assert not compile_query(f"ip:{network}").matches({"ip": value})


def test_an_address_is_text_with_colons_where_a_field_may_stand() -> None:
    assert compile_query("ip:(::1 OR 2001:db8::5)").matches({"ip": "2001:db8::5"})


def test_a_network_after_keyword_is_only_text() -> None:
    assert not compile_query("ip.keyword:10.0.0.0/8").matches({"ip": "10.0.0.1"})


ODD = [
    "010.0.0.1",
    "256.0.0.1",
    "10.0.0",
    "10.0.0.1.",
    "1.2.3.4\n",
    "\u0661.0.0.1",
    ":::",
    "::1%",
    "::ffff:1.2.3.4",
    "a" * 99,
]


@given(
    st.ip_addresses().map(str) | st.from_regex(r"[0-9a-f.:]{0,12}", fullmatch=True) | st.sampled_from(ODD),
    st.sampled_from(["0.0.0.0/0", "128.0.0.0/1", "10.0.0.0/7", "::/0", "8000::/1", "fe80::/10"]),
)
def test_an_address_is_what_the_standard_library_takes_for_one(value: str, network: str) -> None:
    try:
        address = ip_address(value)
    except ValueError:
        belongs = False
    else:
        address = getattr(address, "ipv4_mapped", None) or address
        belongs = address in ip_network(network)
    assert compile_query(f"ip:{network}").matches({"ip": value}) is belongs

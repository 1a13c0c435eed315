from __future__ import annotations

from streams.core.generate.remote import domain, remote_ip_details
from tests.core.generate.seeded import chance


def test_an_autonomous_system_has_a_number_set_aside_for_documentation() -> None:
    rng = chance()
    numbers = {int(remote_ip_details(rng)["organization"]["asn"]) for _ in range(300)}
    assert numbers == set(range(64_496, 64_512))


def test_domains_differ() -> None:
    rng = chance()
    assert len({domain(rng) for _ in range(100)}) > 95

from __future__ import annotations

import ipaddress
from collections import Counter
from itertools import pairwise
from typing import Any

import orjson
import pytest

from schemas.event import Event, Kind
from streams.core.generate.estate import ResourceKind
from streams.core.generate.finding_types import FINDING_TYPES
from streams.core.generate.findings import FindingGenerator
from streams.core.parsing.finding import parse_finding
from streams.core.parsing.unwrap import unwrap
from tests.core.generate.seeded import NOW_MS, chance, estate

_DOCUMENTATION = [ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]


def findings(count: int, **shares: float) -> list[dict[str, Any]]:
    """Some findings, two seconds apart."""
    generator = FindingGenerator(chance(), estate(), **shares)  # type: ignore[arg-type]  # Only shares are given.
    return [generator.make(NOW_MS + number * 2_000) for number in range(count)]


def parsed(envelope: dict[str, Any]) -> dict[str, Any]:
    """What the worker parses from a finding."""
    [event] = unwrap(orjson.dumps(envelope))
    assert isinstance(event, Event)
    assert event.kind is Kind.FINDING
    fields = parse_finding(event.document)
    assert isinstance(fields, dict)
    return fields


def test_the_same_seed_makes_the_same_findings() -> None:
    assert findings(50) == findings(50)


def test_every_finding_has_all_that_the_worker_looks_for() -> None:
    for envelope in findings(300):
        fields = parsed(envelope)
        assert fields["type_recognised"]
        assert fields["severity_label"] in {"Low", "Medium", "High", "Critical"}
        assert fields["account"] == envelope["account"]
        assert fields["region"] in estate().regions
        assert fields["resource_role"] in {"TARGET", "ACTOR"}
        assert fields["first_seen"] <= fields["created_at"] <= fields["updated_at"] <= fields["event_time"]
        assert not fields["sample"]


@pytest.mark.parametrize("kind", ResourceKind)
def test_every_kind_of_resource_is_told_with_its_own_id(kind: ResourceKind) -> None:
    told = {
        fields["resource_id"]
        for fields in (parsed(envelope) for envelope in findings(3_000))
        if fields["resource_type"] == kind
    }
    assert None not in told or kind is ResourceKind.ATTACK_SEQUENCE
    assert len(told) > 5 or kind is ResourceKind.ATTACK_SEQUENCE


def test_instances_name_the_estate_s_security_groups_on_one_or_two_interfaces() -> None:
    known = {group.name for group in estate().security_groups}
    instances = [one for one in findings(1_000) if one["detail"]["resource"]["resourceType"] == "Instance"]
    interfaces = Counter(len(one["detail"]["resource"]["instanceDetails"]["networkInterfaces"]) for one in instances)
    assert set(interfaces) == {1, 2}
    for envelope in instances:
        groups = parsed(envelope)["security_groups"]
        assert groups
        assert set(groups) <= known


def test_remote_addresses_are_nobody_s_and_come_with_a_country() -> None:
    several = [parsed(envelope) for envelope in findings(500)]
    addresses = {address for fields in several for address in fields["remote_addresses"]}
    assert len(addresses) > 100
    assert all(any(ipaddress.ip_address(address) in net for net in _DOCUMENTATION) for address in addresses)
    assert all(bool(fields["remote_addresses"]) == bool(fields["remote_countries"]) for fields in several)


def test_types_come_in_their_shares() -> None:
    drawn = Counter(envelope["detail"]["type"].partition(":")[0] for envelope in findings(12_000, update_share=0))
    total = sum(row.weight for row in FINDING_TYPES)
    for purpose in ("Recon", "UnauthorizedAccess", "Policy", "Backdoor", "Trojan"):
        expected = sum(row.weight for row in FINDING_TYPES if row.purpose == purpose) / total
        assert drawn[purpose] / 12_000 == pytest.approx(expected, abs=0.015)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_updates_come_in_their_share(share: float) -> None:
    # An update that would not be later than what it updates is not made: a few in a hundred, two seconds apart.
    updates = sum(envelope["detail"]["service"]["count"] > 1 for envelope in findings(5_000, update_share=share))
    assert updates / 5_000 == pytest.approx(share, abs=0.05)


def test_an_update_is_the_same_finding_later_and_once_more() -> None:
    by_id: dict[str, list[dict[str, Any]]] = {}
    for envelope in findings(2_000, update_share=0.5):
        by_id.setdefault(envelope["detail"]["id"], []).append(envelope["detail"])
    again = [details for details in by_id.values() if len(details) > 1]
    assert len(again) > 100
    for earlier, later in (pair for details in again for pair in pairwise(details)):
        assert later["service"]["count"] == earlier["service"]["count"] + 1
        assert later["updatedAt"] > earlier["updatedAt"]
        assert [later[name] for name in ("type", "resource", "createdAt", "arn")] == [
            earlier[name] for name in ("type", "resource", "createdAt", "arn")
        ]


def test_samples_and_archived_findings_are_flagged_where_the_worker_looks() -> None:
    several = [parsed(envelope) for envelope in findings(2_000, sample_share=0.2, archived_share=0.1, update_share=0)]
    assert sum(fields["sample"] for fields in several) / 2_000 == pytest.approx(0.2, abs=0.03)
    assert sum(fields["archived"] for fields in several) / 2_000 == pytest.approx(0.1, abs=0.03)


def test_a_finding_is_about_two_kilobytes() -> None:
    sizes = [len(orjson.dumps(envelope)) for envelope in findings(2_000)]
    assert 1_600 < sum(sizes) / 2_000 < 2_200

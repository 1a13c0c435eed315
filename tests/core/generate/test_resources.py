from __future__ import annotations

import pytest

from streams.core.generate.estate import ResourceKind
from streams.core.generate.resources import name_of, resource_member
from tests.core.generate.seeded import estate


@pytest.mark.parametrize("kind", [kind for kind in ResourceKind if kind is not ResourceKind.ATTACK_SEQUENCE])
def test_a_resource_is_told_alike_each_time_and_names_its_kind(kind: ResourceKind) -> None:
    [resource, *_] = estate().resources_of(estate().accounts[0], kind)
    assert resource_member(resource) == resource_member(resource)
    assert resource_member(resource)["resourceType"] == kind
    assert len(resource_member(resource)) > 1


def test_no_two_resources_of_one_kind_share_a_name() -> None:
    instances = [resource for resource in estate().resources if resource.kind is ResourceKind.INSTANCE]
    assert len({name_of(resource) for resource in instances}) == len(instances)


def test_an_attack_sequence_is_about_no_single_resource() -> None:
    assert resource_member(estate().resources[0], ResourceKind.ATTACK_SEQUENCE) == {"resourceType": "AttackSequence"}

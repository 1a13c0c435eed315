from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from streams.core.generate.estate import MOST_ACCOUNTS, ResourceKind, make_estate
from tests.core.generate.seeded import chance, estate


def test_the_same_seed_makes_the_same_estate() -> None:
    assert make_estate(chance(3)).resources == make_estate(chance(3)).resources
    assert make_estate(chance(3)).resources != make_estate(chance(4)).resources


def test_an_estate_has_the_sizes_that_were_asked_for() -> None:
    made = make_estate(chance(), accounts=1_000, resources=5_000, security_groups=200, regions=3)
    assert len({account.id for account in made.accounts}) == 1_000
    assert len({resource.digits for resource in made.resources}) == 5_000
    assert len({group.name for group in made.security_groups}) == 200
    assert len(made.regions) == 3


def test_no_two_accounts_share_an_id_of_twelve_digits() -> None:
    made = make_estate(chance(), accounts=MOST_ACCOUNTS, regions=1)
    ids = {account.id for account in made.accounts}
    assert len(ids) == MOST_ACCOUNTS
    assert all(len(id_) == 12 and id_.isdigit() and id_[0] != "0" for id_ in ids)


def test_every_account_has_something_where_resources_suffice() -> None:
    made = make_estate(chance(), accounts=500, resources=600)
    assert {resource.account.id for resource in made.resources} == {account.id for account in made.accounts}


@pytest.mark.parametrize("kind", ResourceKind)
def test_the_first_account_has_something_of_every_kind(kind: ResourceKind) -> None:
    made = make_estate(chance(), accounts=50, resources=60)
    assert made.resources_of(made.accounts[0], kind)


def test_accounts_follow_a_zipf_law() -> None:
    rng = chance()
    drawn = Counter(estate().pick_account(rng).id for _ in range(40_000))
    first, second, fourth = (drawn[estate().accounts[rank - 1].id] for rank in (1, 2, 4))
    assert first / second == pytest.approx(2, rel=0.1)
    assert first / fourth == pytest.approx(4, rel=0.1)


def test_most_resources_are_heard_of_rarely_and_a_few_often() -> None:
    rng = chance()
    drawn = Counter(estate().pick_resource(rng, ResourceKind.INSTANCE).digits for _ in range(20_000))
    often = sum(count for _, count in drawn.most_common(len(drawn) // 10))
    assert often > 10_000


@pytest.mark.parametrize("kind", [ResourceKind.INSTANCE, ResourceKind.LAMBDA, ResourceKind.ATTACK_SEQUENCE])
def test_a_skewed_account_has_its_share_of_every_kind(kind: ResourceKind) -> None:
    made = make_estate(chance(), accounts=100, skew=0.8)
    rng = chance()
    first = made.accounts[0].id
    resources = sum(made.pick_resource(rng, kind).account.id == first for _ in range(10_000))
    accounts = sum(made.pick_account(rng).id == first for _ in range(10_000))
    assert resources / 10_000 == pytest.approx(0.8, abs=0.02)
    assert accounts / 10_000 == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ({"accounts": 0}, "accounts must be 1 to 9000, not 0"),
        ({"resources": 3}, "resources must be 7 or more, not 3"),
        ({"security_groups": 1}, "security groups must be 2 or more, not 1"),
        ({"regions": 99}, "regions must be 1 to 7, not 99"),
        ({"skew": 1.0}, "skew must be between 0 and 1, not 1.0"),
    ],
)
def test_sizes_that_cannot_be_met_are_refused(sizes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make_estate(chance(), **sizes)


def test_all_sizes_that_cannot_be_met_are_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"accounts .*; skew "):
        make_estate(chance(), accounts=0, skew=2)

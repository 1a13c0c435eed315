"""An invented AWS estate: its accounts, what stands in them, and how often each is heard of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

from streams.core.generate.chance import Chance, Weighted, hex_digits, zipf_weights

FINDINGS_BUCKET = "example-guardduty-findings"
"""The bucket to which the estate exports its findings; the demo's rules list it."""

MOST_ACCOUNTS = 9_000
_FEWEST_GROUPS = 2

_REGIONS = ("us-east-1", "eu-west-1", "us-west-2", "eu-central-1", "ap-southeast-1", "ap-northeast-1", "sa-east-1")
_TEAMS = ("shop", "billing", "search", "data", "mobile", "platform", "media", "partner", "research", "support")
_GROUPS = ("web", "app", "db", "cache", "bastion", "build", "lb", "queue", "batch", "admin")


class ResourceKind(StrEnum):
    """What a finding is about, as ``resource.resourceType`` spells it."""

    INSTANCE = "Instance"
    ACCESS_KEY = "AccessKey"
    S3_BUCKET = "S3Bucket"
    EKS_CLUSTER = "EKSCluster"
    CONTAINER = "Container"
    RDS_INSTANCE = "RDSDBInstance"
    LAMBDA = "Lambda"
    ATTACK_SEQUENCE = "AttackSequence"


_KIND_SHARES = {
    ResourceKind.INSTANCE: 0.36,
    ResourceKind.ACCESS_KEY: 0.22,
    ResourceKind.S3_BUCKET: 0.2,
    ResourceKind.EKS_CLUSTER: 0.05,
    ResourceKind.CONTAINER: 0.06,
    ResourceKind.RDS_INSTANCE: 0.05,
    ResourceKind.LAMBDA: 0.06,
}


@dataclass(frozen=True, slots=True)
class Account:
    """One AWS account; ``id`` has twelve digits, ``detectors`` one detector id for each of the estate's regions."""

    id: str
    name: str
    detectors: dict[str, str]


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A security group's id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Resource:
    """Something in an account that a finding can be about; ``digits`` are 17 hexadecimal digits of its own."""

    kind: ResourceKind
    account: Account
    region: str
    name: str
    digits: str
    security_groups: tuple[SecurityGroup, ...]


@dataclass(frozen=True, slots=True)
class Estate:
    """Accounts, regions and resources, the most heard of first, and how to draw from them."""

    accounts: tuple[Account, ...]
    regions: tuple[str, ...]
    resources: tuple[Resource, ...]
    security_groups: tuple[SecurityGroup, ...]
    account_weights: tuple[float, ...]
    _drawn_accounts: Weighted[Account] = field(repr=False)
    _drawn_resources: dict[ResourceKind, Weighted[Resource]] = field(repr=False)

    def pick_account(self, rng: Chance) -> Account:
        """Draw an account by its share of events."""
        return self._drawn_accounts.pick(rng)

    def pick_resource(self, rng: Chance, kind: ResourceKind) -> Resource:
        """Draw a resource of a kind: by its account's share, then by a Zipf law within the account.

        An attack sequence stands for no resource of its own; it is drawn as the access key that it began with.
        """
        return self._drawn_resources[_stands_for(kind)].pick(rng)

    def resources_of(self, account: Account, kind: ResourceKind) -> list[Resource]:
        """Return one account's resources of a kind, in the order in which they were made."""
        kind = _stands_for(kind)
        return [own for own in self.resources if own.kind is kind and own.account.id == account.id]


def _stands_for(kind: ResourceKind) -> ResourceKind:
    return ResourceKind.ACCESS_KEY if kind is ResourceKind.ATTACK_SEQUENCE else kind


def make_estate(  # noqa: PLR0913  # The sizes are what callers choose, each by its name.
    rng: Chance,
    *,
    accounts: int = 40,
    resources: int = 5_000,
    security_groups: int = 200,
    regions: int = 4,
    skew: float | None = None,
) -> Estate:
    """Invent an estate.

    Accounts follow a Zipf law, and with ``skew`` the first one gets exactly that share, in (0, 1), of all events. The
    first account has something of every kind, and every account has something as long as the resources suffice.
    ``ValueError`` where the sizes can't be met.
    """
    _check(accounts, resources, security_groups, regions, skew)
    names = _REGIONS[:regions]
    made_accounts = tuple(_account(rng, number, names) for number in range(accounts))
    groups = tuple(
        SecurityGroup(f"sg-{hex_digits(rng, 17)}", f"{_GROUPS[number % 10]}-{_TEAMS[number // 10 % 10]}-{number:03d}")
        for number in range(security_groups)
    )
    weights = _account_weights(accounts, skew)
    made_resources = _make_resources(rng, resources, Weighted(made_accounts, weights), names, groups)
    weight_of = {account.id: weight for account, weight in zip(made_accounts, weights, strict=True)}
    drawn = _draw_resources(made_resources, weight_of, made_accounts[0].id, skew)
    drawn_accounts = Weighted(made_accounts, weights)
    return Estate(made_accounts, names, made_resources, groups, tuple(weights), drawn_accounts, drawn)


def _check(accounts: int, resources: int, security_groups: int, regions: int, skew: float | None) -> None:
    problems = [
        *([f"accounts must be 1 to {MOST_ACCOUNTS}, not {accounts}"] if not 1 <= accounts <= MOST_ACCOUNTS else []),
        *([f"resources must be {len(_KIND_SHARES)} or more, not {resources}"] if resources < len(_KIND_SHARES) else []),
        *(
            [f"security groups must be {_FEWEST_GROUPS} or more, not {security_groups}"]
            if security_groups < _FEWEST_GROUPS
            else []
        ),
        *([f"regions must be 1 to {len(_REGIONS)}, not {regions}"] if not 1 <= regions <= len(_REGIONS) else []),
        *([f"skew must be between 0 and 1, not {skew}"] if skew is not None and not 0 < skew < 1 else []),
    ]
    if problems:
        raise ValueError("; ".join(problems))


def _account(rng: Chance, number: int, regions: tuple[str, ...]) -> Account:
    # Four digits, each three times, look like the ids in AWS's documentation and are told at a glance from real ones.
    # 5,311 shares no factor with 9,000, so that neighbours look unlike each other and none comes twice.
    digits = str(1_000 + (number * 5_311 + 234) % MOST_ACCOUNTS)
    name = f"{_TEAMS[number % 10]}-{('production', 'staging', 'sandbox')[number // 10 % 3]}-{number:03d}"
    return Account("".join(digit * 3 for digit in digits), name, {region: hex_digits(rng, 32) for region in regions})


def _account_weights(accounts: int, skew: float | None) -> list[float]:
    weights = zipf_weights(accounts)
    if skew is not None and accounts > 1:
        weights[0] = sum(weights[1:]) * skew / (1 - skew)
    return weights


def _make_resources(
    rng: Chance,
    count: int,
    accounts: Weighted[Account],
    regions: tuple[str, ...],
    groups: tuple[SecurityGroup, ...],
) -> tuple[Resource, ...]:
    kinds = Weighted(_KIND_SHARES, _KIND_SHARES.values())
    drawn_regions = Weighted(regions, zipf_weights(len(regions)))
    drawn_groups = Weighted(groups, zipf_weights(len(groups), 0.7))
    each_kind = list(_KIND_SHARES)
    made = []
    for number in range(count):
        kind = each_kind[number] if number < len(each_kind) else kinds.pick(rng)
        account = _owner(rng, number - len(each_kind), accounts)
        region = drawn_regions.pick(rng)
        name = f"{rng.choice(_TEAMS)}-{rng.choice(_GROUPS)}-{number:04d}"
        some = tuple(dict.fromkeys(drawn_groups.pick(rng) for _ in range(rng.randrange(1, 3))))
        made.append(Resource(kind, account, region, name, hex_digits(rng, 17), some))
    return tuple(made)


def _owner(rng: Chance, number: int, accounts: Weighted[Account]) -> Account:
    # The first account has one of each kind (numbers below 0), then each account gets something, then chance decides.
    if number < 0:
        return accounts.items[0]
    return accounts.items[number] if number < len(accounts.items) else accounts.pick(rng)


def _draw_resources(
    resources: tuple[Resource, ...], weight_of: dict[str, float], first: str, skew: float | None
) -> dict[ResourceKind, Weighted[Resource]]:
    by_kind: dict[ResourceKind, dict[str, list[Resource]]] = defaultdict(lambda: defaultdict(list))
    for resource in resources:
        by_kind[resource.kind][resource.account.id].append(resource)
    drawn = {}
    for kind, by_account in by_kind.items():
        owners = {account: weight_of[account] for account in by_account}
        # Not every account has something of every kind; the skewed one keeps its share among those that have.
        if skew is not None and len(owners) > 1:
            owners[first] = sum(weight for account, weight in owners.items() if account != first) * skew / (1 - skew)
        pairs = [
            (resource, owners[account] * share)
            for account, own in by_account.items()
            for resource, share in zip(own, _shares(len(own)), strict=True)
        ]
        drawn[kind] = Weighted((resource for resource, _ in pairs), (weight for _, weight in pairs))
    return drawn


def _shares(count: int) -> list[float]:
    weights = zipf_weights(count)
    return [weight / sum(weights) for weight in weights]

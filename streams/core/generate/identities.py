"""Who makes a call: ``userIdentity``, and from where and with what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from streams.core.generate.chance import Weighted
from streams.core.generate.remote import address

if TYPE_CHECKING:
    from streams.core.generate.chance import Chance

_ROLES = ("app-runtime", "deploy", "monitoring", "backup", "readonly-audit", "data-pipeline", "node-group", "inventory")
_USERS = ("alice", "bruno", "chiara", "dmitri", "ci-legacy", "emeka")

_ROOT_SHARE, _USER_SHARE = 0.003, 0.147
_MFA_SHARE = 0.7

_MACHINE_AGENTS = Weighted(
    (
        "Boto3/1.40.21 md/Botocore#1.40.21 ua/2.1 os/linux#6.1.141 md/arch#x86_64 lang/python#3.13.5",
        "aws-sdk-go-v2/1.39.0 ua/2.1 os/linux lang/go#1.25.1 md/GOARCH#amd64 api/ec2#1.254.0",
        "aws-sdk-java/2.33.6 md/io#sync md/http#Apache ua/2.1 os/Linux#6.1.141 lang/java#21.0.8",
        "APN/1.0 HashiCorp/1.0 Terraform/1.13.1 (+https://www.terraform.io) terraform-provider-aws/6.12.0",
        "aws-sdk-js/3.883.0 ua/2.1 os/linux#6.1.141 lang/js md/nodejs#22.19.0 api/dynamodb#3.883.0",
    ),
    (40, 24, 16, 10, 10),
)
_PEOPLE_AGENTS = Weighted(
    (
        "aws-cli/2.28.21 md/awscrt#0.27.6 ua/2.1 os/macos#24.6.0 md/arch#arm64 lang/python#3.13.7",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        "Boto3/1.40.21 md/Botocore#1.40.21 ua/2.1 os/windows#11 lang/python#3.12.10",
    ),
    (60, 30, 10),
)


class Caller(NamedTuple):
    """A ``userIdentity`` member, and the ``sourceIPAddress`` and ``userAgent`` that go with it."""

    identity: dict[str, Any]
    address: str
    agent: str


def any_caller(rng: Chance, account: str, since: str) -> Caller:
    """Draw somebody of an account; ``since`` is when the session began, RFC 3339 to the second."""
    chance = rng.random()
    if chance < _ROOT_SHARE:
        return root(rng, account, since)
    if chance < _ROOT_SHARE + _USER_SHARE:
        return user(rng, account, since, mfa=rng.random() < _MFA_SHARE)
    return role(rng, account, since)


def role(rng: Chance, account: str, since: str) -> Caller:
    """Return a machine or a person that assumed a role."""
    place = rng.randrange(0, len(_ROLES))
    name = _ROLES[place]
    session = f"{name}-session"
    issuer = {
        "type": "Role",
        "principalId": f"AROA{place}EXAMPLE{account}",
        "arn": f"arn:aws:iam::{account}:role/{name}",
        "accountId": account,
        "userName": name,
    }
    identity = {
        "type": "AssumedRole",
        "principalId": f"AROA{place}EXAMPLE{account}:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        "accountId": account,
        "accessKeyId": f"ASIA{place}EXAMPLE{account}",
        "sessionContext": {
            "sessionIssuer": issuer,
            "webIdFederationData": {},
            "attributes": {"creationDate": since, "mfaAuthenticated": "false"},
        },
    }
    return Caller(identity, address(rng), _MACHINE_AGENTS.pick(rng))


def user(rng: Chance, account: str, since: str, *, mfa: bool) -> Caller:
    """Return an IAM user, signed in with or without a second factor."""
    place = rng.randrange(0, len(_USERS))
    identity = {
        "type": "IAMUser",
        "principalId": f"AIDA{place}EXAMPLE{account}",
        "arn": f"arn:aws:iam::{account}:user/{_USERS[place]}",
        "accountId": account,
        "accessKeyId": f"AKIA{place}EXAMPLE{account}",
        "userName": _USERS[place],
        "sessionContext": {"attributes": {"creationDate": since, "mfaAuthenticated": str(mfa).lower()}},
    }
    return Caller(identity, address(rng), _PEOPLE_AGENTS.pick(rng))


def root(rng: Chance, account: str, since: str) -> Caller:
    """Return the root user of an account."""
    identity = {
        "type": "Root",
        "principalId": account,
        "arn": f"arn:aws:iam::{account}:root",
        "accountId": account,
        "accessKeyId": "",
        "sessionContext": {"attributes": {"creationDate": since, "mfaAuthenticated": "true"}},
    }
    return Caller(identity, address(rng), _PEOPLE_AGENTS.items[1])


def service(name: str) -> Caller:
    """Return an AWS service that acts on its own: it has no account and no address."""
    endpoint = f"{name}.amazonaws.com"
    return Caller({"type": "AWSService", "invokedBy": endpoint}, endpoint, endpoint)

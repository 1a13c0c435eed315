from __future__ import annotations

import pytest

from streams.core.generate import identities
from streams.core.generate.identities import Caller
from tests.core.generate.seeded import chance

_ACCOUNT, _SINCE = "111222333444", "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "caller",
    [
        identities.role(chance(), _ACCOUNT, _SINCE),
        identities.user(chance(), _ACCOUNT, _SINCE, mfa=True),
        identities.root(chance(), _ACCOUNT, _SINCE),
    ],
    ids=["role", "user", "root"],
)
def test_whoever_has_a_session_is_of_the_account_and_says_since_when(caller: Caller) -> None:
    assert caller.identity["accountId"] == _ACCOUNT
    assert f"::{_ACCOUNT}:" in caller.identity["arn"]
    assert caller.identity["sessionContext"]["attributes"]["creationDate"] == _SINCE


def test_a_service_acts_from_its_own_endpoint_and_has_no_account() -> None:
    assert identities.service("lambda") == Caller(
        {"type": "AWSService", "invokedBy": "lambda.amazonaws.com"}, "lambda.amazonaws.com", "lambda.amazonaws.com"
    )


@pytest.mark.parametrize("mfa", [True, False])
def test_a_second_factor_is_spelt_as_cloudtrail_does(mfa: bool) -> None:  # noqa: FBT001  # pytest hands it over by name.
    identity = identities.user(chance(), _ACCOUNT, _SINCE, mfa=mfa).identity
    assert identity["sessionContext"]["attributes"]["mfaAuthenticated"] == ("true" if mfa else "false")

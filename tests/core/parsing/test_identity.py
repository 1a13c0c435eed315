from __future__ import annotations

from typing import Any

import pytest

from streams.core.parsing.identity import principal_of, session_issuer_of, used_mfa


@pytest.mark.parametrize(
    ("identity", "principal"),
    [
        ({"arn": "arn:aws:iam::1:user/a", "userName": "a", "principalId": "p"}, "arn:aws:iam::1:user/a"),
        ({"type": "IAMUser", "userName": "a", "principalId": "p"}, "a"),
        ({"type": "AWSAccount", "accountId": "1", "principalId": "p"}, "p"),
        ({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}, "ec2.amazonaws.com"),
        ({"type": "AWSAccount", "accountId": "1"}, "1"),
        ({"type": "IdentityCenterUser", "onBehalfOf": {"userId": "u"}}, "u"),
        ({"arn": "", "userName": 5}, None),
        ({}, None),
    ],
)
def test_the_principal_is_the_arn_or_the_next_best_name(identity: dict[str, Any], principal: str | None) -> None:
    assert principal_of(identity) == principal


def test_the_session_issuer_is_its_arn() -> None:
    assert session_issuer_of({"sessionContext": {"sessionIssuer": {"arn": "arn:r", "userName": "r"}}}) == "arn:r"
    assert session_issuer_of({"sessionContext": {"sessionIssuer": {}}}) is None


@pytest.mark.parametrize(
    ("said", "sign_in", "mfa"),
    [("true", None, True), ("false", None, False), (True, None, True), (None, "Yes", True), (None, "No", False),
     ("false", "Yes", False), ("...", None, None), (None, None, None)],
)  # fmt: skip
def test_mfa_is_what_the_session_says_else_the_sign_in(said: Any, sign_in: Any, mfa: object) -> None:
    identity = {"sessionContext": {"attributes": {"mfaAuthenticated": said}}}
    assert used_mfa(identity, {"MFAUsed": sign_in}) is mfa

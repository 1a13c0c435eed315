from __future__ import annotations

from typing import Any

import pytest

from streams.core.parsing.outcome import parse_outcome


@pytest.mark.parametrize(
    "code",
    ["AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation", "UnauthorizedOperation",
     "UnauthorizedException", "VpceAccessDenied", "AuthorizationFailure", "AuthorizationErrorException",
     "NotAuthorizedException", "KMS.AccessDeniedException", "Client.AuthFailure", "ForbiddenException"],
)  # fmt: skip
def test_a_code_that_says_you_may_not_is_denied(code: str) -> None:
    assert parse_outcome(code, "DeleteTrail", None) == "denied"


@pytest.mark.parametrize("code", ["ThrottlingException", "NoSuchBucket", "ExpiredToken", "Client.DryRunOperation"])
def test_any_other_code_is_an_error(code: str) -> None:
    assert parse_outcome(code, "DeleteTrail", None) == "error"


@pytest.mark.parametrize("code", [None, "", 0, {}])
def test_no_code_is_a_success(code: Any) -> None:
    assert parse_outcome(code, "DeleteTrail", {"DeleteTrail": "done"}) == "success"


def test_a_failed_sign_in_is_an_error_though_it_has_no_code() -> None:
    assert parse_outcome(None, "ConsoleLogin", {"ConsoleLogin": "Failure"}) == "error"
    assert parse_outcome(None, "CredentialVerification", None, {"CredentialVerification": "Failure"}) == "error"
    assert parse_outcome(None, "ConsoleLogin", {"ConsoleLogin": "Success"}) == "success"

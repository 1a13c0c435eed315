"""Who made an API call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.core.parsing.values import as_object, as_text, as_truth

if TYPE_CHECKING:
    from collections.abc import Mapping

# The ARN names a caller best. A service that calls has only its name, a federated user a name or an id, a caller from
# another account often nothing but that account.
_NAMES = ("arn", "userName", "principalId", "invokedBy", "credentialId", "accountId")


def principal_of(identity: Mapping[str, Any]) -> str | None:
    """Return who called, from ``userIdentity``: the ARN, else the next best name that is there."""
    for name in _NAMES:
        found = as_text(identity.get(name))
        if found is not None:
            return found
    return as_text(as_object(identity.get("onBehalfOf")).get("userId"))


def session_issuer_of(identity: Mapping[str, Any]) -> str | None:
    """Return the ARN of the role or user that issued the caller's session, from ``userIdentity``."""
    session = as_object(identity.get("sessionContext"))
    return as_text(as_object(session.get("sessionIssuer")).get("arn"))


def used_mfa(identity: Mapping[str, Any], additional_event_data: Any) -> bool | None:
    """Say whether the caller gave a second factor: the session says so, else the sign-in's ``MFAUsed``; else None."""
    session = as_object(identity.get("sessionContext"))
    said = as_truth(as_object(session.get("attributes")).get("mfaAuthenticated"))
    return as_truth(as_object(additional_event_data).get("MFAUsed")) if said is None else said

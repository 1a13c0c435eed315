"""What events have in common: whom, which address, which resource they are about, findings and records alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from streams.core.board.stored import EventRow

Pivot = Literal["principal", "address", "resource"]
_PARTS = 6
"""Of an ARN: `arn:partition:service:region:account:resource`."""


def named(row: EventRow, what: Pivot) -> tuple[str, ...]:
    """What an event names of this sort, as it stands there."""
    if what == "principal":
        return (row.principal,) if row.principal else ()
    return row.addresses if what == "address" else row.resources


def shared(row: EventRow, what: Pivot) -> frozenset[str]:
    """By what events of both kinds are the same: two are, if they share one of these.

    All sessions of a role are the role. A finding names a user or role and a resource without an ARN, a record with
    one; both are known by the account and their name in it.
    """
    values = named(row, what)
    if what == "address":
        return frozenset(values)
    if what == "resource":
        return frozenset(f"{row.account}/{_resource_name(value)}" for value in values)
    issuer = row.document.get("session_issuer")
    return frozenset(_principal(value, row.account) for value in (*values, issuer) if isinstance(value, str) and value)


def _principal(text: str, account: str | None) -> str:
    parts = text.split(":", _PARTS - 1)
    if parts[0] != "arn" or len(parts) < _PARTS:
        return f"{account}/{text}"
    kind, _, rest = parts[-1].partition("/")
    names = rest.split("/")
    # `assumed-role/ROLE/SESSION`, `user/PATH/NAME`; `root` has no name.
    name = (names[0] if kind == "assumed-role" else names[-1]) or kind
    return f"{parts[-2]}/{name}"


def _resource_name(text: str) -> str:
    parts = text.split(":", _PARTS - 1)
    if parts[0] != "arn" or len(parts) < _PARTS:
        return text
    # An object's key may have any signs in it; its bucket is before the first slash.
    return parts[-1].split("/")[0] if parts[2] == "s3" else parts[-1].replace("/", ":").rsplit(":", 1)[-1]

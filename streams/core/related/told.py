"""What moved with an alert as JSON has it (``schemas.related.Related``)."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from streams.core.parsing.times import to_rfc3339
from streams.core.related.words import sentence

if TYPE_CHECKING:
    from streams.core.related.find import Found
    from streams.core.related.seen import Moved

MINUTE_MS = 60_000


def related(found: Found) -> list[dict[str, Any]]:
    """The entries: what moved, the least probable first, then what the alert is made of, the largest share first."""
    moved = [_entry(one, found, "moved") for one in found.moved]
    return moved + [_entry(one, found, "part") for one in found.parts]


def _entry(one: Moved, found: Found, role: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "role": role,
        "kind": one.kind,
        "sentence": sentence(one, found),
        "started_at": to_rfc3339(one.start * MINUTE_MS if one.instant is None else one.instant.at_ms),
        "lag_minutes": round(one.lag, 1),
        "p": min(1.0, one.p),
        "looked_at": found.looked_at,
    }
    if one.instant is not None:
        return entry | {"id": one.instant.id, "name": one.instant.name}
    if one.name is not None:
        entry |= {"measure": one.name.measure, "source": one.name.source or None, "group": dict(one.name.group)}
    new = one.kind == "new"
    return entry | {
        "ended_at": to_rfc3339(one.end * MINUTE_MS),
        "count": one.count,
        "usual": 0.0 if new else one.usual,
        "ratio": None if new else one.count / one.usual,
        "ratio_low": one.low if isfinite(one.low) else None,
        "ratio_high": one.high if isfinite(one.high) else None,
        "share": one.share,
        "also": [{"measure": other.name.measure, "group": dict(other.name.group)} for other in one.also if other.name],
    }

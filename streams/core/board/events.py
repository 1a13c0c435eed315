"""An event as lists of events tell it."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson


class EventRow(NamedTuple):
    """An enriched event: its most asked-for fields, and all of it as JSON."""

    kind: str
    event_id: str | None
    time_ms: int
    account: str | None
    region: str | None
    name: str | None
    severity_label: str | None
    principal: str | None
    resource_id: str | None
    addresses: list[str]
    outcome: str | None
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        """All of it."""
        found: dict[str, Any] = orjson.loads(self.body)
        return found

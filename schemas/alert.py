"""The alert: what downstream consumers read from the topic `alerts`. Its JSON Schema is published beside it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_EMBEDDED_BYTES = 16_384
"""The first event of the evidence is embedded up to this size."""


class Status(StrEnum):
    """Where an alert stands."""

    FIRING = "firing"
    RESOLVED = "resolved"
    AMENDED = "amended"
    INCONCLUSIVE = "inconclusive"


class _Published(BaseModel):
    # Consumers may meet fields that are added later, so unknown ones are taken.
    model_config = ConfigDict(extra="allow", frozen=True)


class RuleOfAlert(_Published):
    """The rule that fired, and the level that it gave this alert."""

    id: str
    title: str
    level: Literal["informational", "low", "medium", "high", "critical"]
    revision: str = Field(description="Changes when the rule's meaning changes.")


class Window(_Published):
    """The first window of the episode, RFC 3339; the end is exclusive."""

    start: str
    end: str


class Release(_Published):
    """The release to whose time the condition is limited, as its lifecycle tag was when the alert began."""

    id: str
    name: str
    started_at: str = Field(description="RFC 3339, UTC. A window begins no earlier.")


class Reference(_Published):
    """Where an event that led to the alert stands in Kafka."""

    topic: str
    partition: int
    offset: int
    index: int = Field(description="The event's place in a message that holds several, from 0.")
    event_id: str
    role: str = Field(
        description="`trigger` for the event that fired an immediate rule, `counted` for one in a window."
    )


class Evidence(_Published):
    """The events behind an alert: all are counted, some are referred to, the first is embedded."""

    total: int
    items: list[Reference]
    first: dict[str, Any] | None = Field(description="The first event, whole, where it is not too large.")


class Alert(_Published):
    """One alert, or a change of one: messages with the same ``alert_id`` are the same alert, the newest counts."""

    alert_id: str = Field(pattern="^[0-9a-f]{32}$")
    fingerprint: str = Field(
        pattern="^[0-9a-f]{32}$", description="Rule and group: the same for updates of one finding."
    )
    status: Status
    rule: RuleOfAlert
    condition: dict[str, Any]
    group: dict[str, str | None]
    window: Window | None
    release: Release | None = Field(
        default=None, description="Only where the condition is limited to the time since a release."
    )
    starts_at: str
    ends_at: str | None
    measured: dict[str, Any]
    summary: str
    evidence: Evidence
    outcome: Literal["success", "denied", "error"] | None
    historical: bool = Field(description="The event is older than the allowed delay; nobody should be paged.")
    links: dict[str, str]
    tags: list[str] = Field(description="Names of lifecycle tags that began shortly before it, the nearest first.")
    related: list[dict[str, Any]]
    labels: dict[str, str]
    annotations: dict[str, str]

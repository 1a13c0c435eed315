"""A lifecycle tag: something that happened to an application, which findings and alerts are seen in the light of."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Kind = Literal["deploy", "rollback", "config", "campaign", "customer", "incident"]
ICONS = ("rocket", "rollback", "gear", "megaphone", "person", "flame", "flag", "star")
"""The bundled icons. One stands for each kind of tag; others may be chosen."""
ICON_OF: dict[Kind, str] = {
    "deploy": "rocket",
    "rollback": "rollback",
    "config": "gear",
    "campaign": "megaphone",
    "customer": "person",
    "incident": "flame",
}

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000, pattern=r"^https?://")]


class LifecycleTag(BaseModel):
    """One tag. Messages with the same ``id`` are the same tag, the newest counts; a null message removes it."""

    # Consumers may meet fields that are added later, so unknown ones are taken.
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,120}$")]
    name: Short = Field(description="What people call it: `checkout 2.14.0`.")
    kind: Kind = "deploy"
    version: Short | None = None
    applications: tuple[Short, ...] = Field(default=(), max_length=50)
    subsystems: tuple[Short, ...] = Field(default=(), max_length=50)
    environment: Short | None = None
    started_at: str = Field(description="RFC 3339, UTC, with milliseconds where there are any.")
    finished_at: str | None = None
    commit: Short | None = None
    repository: Short | None = None
    url: Address | None = None
    icon: Short | None = Field(default=None, description="A bundled icon's name; the kind's own where it is null.")
    icon_url: Address | None = Field(default=None, description="Kept for other tools, and never fetched.")
    actor: Short | None = Field(default=None, description="Who started it.")
    source: Short = Field(
        default="api", description="How it came: `cli`, `api`, `page`, `coralogix`, `grafana`, `github`."
    )

    def encode(self) -> bytes:
        """As the topic `lifecycle-tags` has it."""
        return self.model_dump_json().encode()

    @classmethod
    def decode(cls, value: bytes) -> LifecycleTag:
        """Raises pydantic's ValidationError."""
        return cls.model_validate_json(value)

    def shown(self) -> dict[str, Any]:
        """Its fields as JSON has them."""
        return self.model_dump(mode="json")

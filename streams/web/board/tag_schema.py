"""What the OpenAPI document says of tags as they are given, which may be written more loosely than they are kept."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.tag import ICONS, Kind, Short

# What is empty counts as not given: pipelines fill templates with variables that may have nothing in them.
Text = Annotated[str, Field(max_length=200)]
Web = Annotated[str, Field(max_length=2_000, pattern=r"^(https?://.*)?$")]
When = Annotated[str | int | float, Field(description="A date, RFC 3339, or seconds or milliseconds since 1970.")]
Names = Annotated[
    Text | Annotated[list[Text], Field(max_length=50)], Field(description="A list, or a text with commas.")
]


class GivenTag(BaseModel):
    """A tag as it is given. The names ``app``, ``application``, ``subsystem``, ``started``, ``finished`` do as well."""

    model_config = ConfigDict(extra="forbid")

    name: Short
    id: Annotated[str, Field(pattern=r"^([A-Za-z0-9._:-]{1,120})?$")] | None = None
    kind: Kind | Literal[""] | None = None
    version: Text | None = None
    applications: Names | None = None
    subsystems: Names | None = None
    environment: Text | None = None
    started_at: When | None = Field(default=None, description="Now where it is missing.")
    finished_at: When | None = None
    commit: Text | None = None
    repository: Text | None = None
    url: Web | None = None
    icon: Literal[(*ICONS, "")] | None = None  # type: ignore[valid-type]  # The names are a constant.
    icon_url: Web | None = None
    actor: Text | None = None
    source: Any = Field(default=None, description="Taken, so that what was read can be sent; it is always `api`.")


class Problem(BaseModel):
    """What is wrong."""

    detail: str


GIVEN: dict[str, Any] = {
    "required": True,
    "content": {"application/json": {"schema": GivenTag.model_json_schema()}},
}
ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "A field is wrong; the detail names it."},
    404: {"model": Problem, "description": "There is no such tag."},
    413: {"model": Problem, "description": "The body is too large."},
    503: {"model": Problem, "description": "The broker did not acknowledge it."},
}

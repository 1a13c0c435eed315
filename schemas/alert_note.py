"""What a person did with an alert: seen by somebody, done, or a remark."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Action = Literal["acknowledge", "close", "reopen", "note"]


class AlertNote(BaseModel):
    """One message of the topic `alert-notes`; its key is the alert's id, so that one alert's notes keep their order."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    note_id: str = Field(pattern="^[0-9a-f]{32}$", description="The same message twice is one note.")
    alert_id: str = Field(pattern="^[0-9a-f]{32}$")
    action: Action
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000)] = ""
    by: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    at: str = Field(description="RFC 3339, UTC.")

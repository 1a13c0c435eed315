"""What moved with an alert: entries of its `related`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Published(BaseModel):
    # Consumers may meet fields that are added later, so unknown ones are taken.
    model_config = ConfigDict(extra="allow", frozen=True)


class SameChange(_Published):
    """What is the same change, counted by other keys."""

    measure: str
    group: dict[str, str | None]


class Related(_Published):
    """One thing that changed around an alert, or that the alert's own events are (`role`)."""

    role: Literal["moved", "part"] = Field(
        description="`moved`: it changed when the alert began. `part`: the same events as the alert's, by other keys."
    )
    kind: Literal["count", "new", "release", "alert"] = Field(
        description="A count that is unusual; a group that was never seen before; a lifecycle tag; another alert."
    )
    sentence: str = Field(description="All of it in words; texts of events stand in it as they came.")
    measure: str | None = Field(default=None, description="Of a count or a new group.")
    source: str | None = Field(default=None, description="`findings` or `cloudtrail`, where it is known.")
    group: dict[str, str | None] | None = Field(default=None, description="Of a count or a new group.")
    id: str | None = Field(default=None, description="Of a release or an alert.")
    name: str | None = Field(default=None, description="Of a release or an alert.")
    started_at: str = Field(description="RFC 3339; of counts to five minutes.")
    ended_at: str | None = Field(default=None, description="RFC 3339, exclusive, as far as it was looked at.")
    lag_minutes: float = Field(description="From the alert's start to its own; below 0: it began before.")
    count: int | None = Field(default=None, description="Between its start and its end.")
    usual: float | None = Field(default=None, description="What is usual in a time as long, at this time of day.")
    ratio: float | None = Field(default=None, description="`count` to `usual`; null where there is nothing usual.")
    ratio_low: float | None = Field(default=None, description="The ratio's interval, with 95 % confidence.")
    ratio_high: float | None = None
    p: float = Field(description="How likely chance makes anything so unusual among all that was looked at.")
    looked_at: int = Field(description="How many series, groups, releases and alerts were looked at.")
    share: float | None = Field(default=None, description="Of a part: how much of the alert's excess it is.")
    also: tuple[SameChange, ...] = Field(default=(), description="The same change, by other keys.")

"""Alerts as the API tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas.alert_note import Action
from streams.core.board.stored import State as Handling
from streams.web.board.api_parts import (
    Instant,
    LineTold,
    NextCursor,
    OverTimeTold,
    Told,
    instant,
    maybe_instant,
)

if TYPE_CHECKING:
    from streams.core.board.stored import AlertRow
    from streams.core.board.views import View
    from streams.web.board.alert_facts import AlertFacts

_MINUTE = 60_000


class AlertTold(Told):
    """An alert as lists show it: its newest message, and where people left it."""

    alert_id: str
    status: str
    state: Handling = Field(description="Where people left it.")
    level: str
    rule: str = Field(description="The rule's id.")
    title: str
    summary: str
    account: str | None
    region: str | None
    group: dict[str, str | None]
    started_at: Instant
    ended_at: Instant | None
    historical: bool = Field(description="Its event arrived long after it happened.")


class AlertCountsTold(Told):
    """How many alerts of the range and the filters there are of each kind, whatever status, level and state are asked.

    Kinds of which there is none are left out.
    """

    status: dict[str, int]
    level: dict[str, int]
    state: dict[str, int]


class AlertsTold(Told):
    """A page of a list of alerts."""

    start: Instant
    end: Annotated[Instant, Field(description="Exclusive.")]
    total: int = Field(description="How many alerts the list has on all pages.")
    counts: AlertCountsTold
    alerts: tuple[AlertTold, ...]
    next_cursor: NextCursor


class StepTold(Told):
    """A message of an alert that said something new, and when it was sent."""

    status: str
    level: str
    at: Instant


class NoteTold(Told):
    """What somebody did with an alert."""

    note_id: str
    action: Action
    text: str
    by: str
    at: Instant


class ValueTold(Told):
    """A value, and how many events have it."""

    value: str
    count: int


class KeyTold(Told):
    """A key's values in the events of the evidence, those with the most first."""

    key: str
    values: tuple[ValueTold, ...]


class NearTagTold(Told):
    """A lifecycle tag that began before the alert: near in time, which is no proof."""

    id: str
    name: str
    started_at: Instant
    minutes_before: float


class AlertWholeTold(Told):
    """All that the alert's page shows."""

    alert: AlertTold
    document: dict[str, Any] = Field(description="The newest message of the topic, whole.")
    steps: tuple[StepTold, ...] = Field(description="What became of it, in order.")
    notes: tuple[NoteTold, ...]
    affected: tuple[KeyTold, ...]
    near: tuple[AlertTold, ...] = Field(description="Other alerts that started within half an hour of it.")
    tags: tuple[NearTagTold, ...] = Field(description="What began in the six hours before it, the nearest first.")


class GivenNote(BaseModel):
    """What somebody did with an alert."""

    model_config = ConfigDict(extra="forbid")

    action: Action
    by: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")] = Field(
        description="Who did it."
    )
    text: Annotated[str, StringConstraints(max_length=4_000)] = ""


def alert_told(row: AlertRow) -> AlertTold:
    """An alert of a list as JSON has it."""
    return AlertTold(
        alert_id=row.alert_id, status=row.status, state=row.state, level=row.level, rule=row.rule_id, title=row.title,
        summary=row.summary, account=row.account, region=row.region, group=row.group,
        started_at=instant(row.starts_ms), ended_at=maybe_instant(row.ends_ms), historical=row.historical,
    )  # fmt: skip


def over_time_told(view: View) -> OverTimeTold:
    """Lines over time as JSON has them."""
    return OverTimeTold(
        start=instant(view.span.start_ms),
        end=instant(view.span.end_ms),
        step=view.step,
        total=view.total,
        lines=tuple(LineTold(name=line.name, counts=line.counts) for line in view.lines),
    )


def whole_told(found: AlertFacts) -> AlertWholeTold:
    """An alert's page as JSON."""
    whole, starts = found.whole, found.view.starts_ms
    return AlertWholeTold(
        alert=alert_told(whole.row),
        document=whole.document,
        steps=tuple(StepTold(status=one.status, level=one.level, at=instant(one.at_ms)) for one in whole.steps),
        notes=tuple(
            NoteTold.model_validate(
                {"note_id": one.note_id, "action": one.action, "text": one.text, "by": one.by, "at": instant(one.at_ms)}
            )
            for one in whole.notes
        ),
        affected=tuple(
            KeyTold(key=key, values=tuple(ValueTold(value=value, count=count) for value, count in values))
            for key, values in found.affected
        ),
        near=tuple(map(alert_told, found.near)),
        tags=tuple(
            NearTagTold(
                id=tag.id, name=tag.name, started_at=instant(tag.started_ms),
                minutes_before=round((starts - tag.started_ms) / _MINUTE, 1),
            )
            for tag in found.tags
        ),
    )  # fmt: skip

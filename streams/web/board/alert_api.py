"""The API of alerts: what their pages show, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas.alert import Status
from schemas.alert_note import Action, AlertNote
from schemas.rule_test import Level
from streams.adapters.store.alert_reads import Sort, place_of
from streams.core.board.state import KEYS
from streams.core.board.stored import State as Handling
from streams.web.board.alert_facts import ListAsked, alert_facts, alerts_over_time, list_alerts, take_note
from streams.web.board.alert_pages import AlertId  # noqa: TC001 - FastAPI evaluates it
from streams.web.board.api_parts import (
    BAD,
    ID,
    NOT_WRITTEN,
    TEXT,
    TOO_LARGE,
    WHOLE_NUMBER,
    Begin,
    Cursor,
    End,
    Instant,
    LineTold,
    NextCursor,
    OverTimeTold,
    RangeName,
    Told,
    asked_state,
    filters_extra,
    instant,
    maybe_instant,
    problems,
    read_cursor,
    write_cursor,
)
from streams.web.board.bodies import MOST_BYTES

if TYPE_CHECKING:
    from streams.core.board.stored import AlertRow
    from streams.core.board.views import View
    from streams.web.board.alert_facts import AlertFacts
    from streams.web.board.board import Board

_PLACES: dict[Sort, tuple[Any, ...]] = {
    "newest": (WHOLE_NUMBER, ID),
    "oldest": (WHOLE_NUMBER, ID),
    "level": (WHOLE_NUMBER, WHOLE_NUMBER, ID),
    "rule": (TEXT, TEXT, WHOLE_NUMBER, ID),
}
_MINUTE = 60_000
NO_ALERT = "There is no such alert; it may be older than the dashboard keeps them."

Statuses = Annotated[list[Status] | None, Query(description="May be given several times.")]
Levels = Annotated[list[Level] | None, Query(description="May be given several times.")]
States = Annotated[list[Handling] | None, Query(description="Where people left it. May be given several times.")]
Rules = Annotated[
    list[Annotated[str, StringConstraints(max_length=200)]] | None,
    Query(description="A rule's id. May be given several times."),
]


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


def alert_routes(board: Board) -> APIRouter:
    """Alerts: the list, over time, one, and notes."""
    routes = APIRouter(prefix="/api/v1/alerts", tags=["alerts"], max_body_size=MOST_BYTES)
    filters = sorted({*KEYS, *board.keys})
    extra = filters_extra(filters)

    def asked_of(request: Request, chosen: dict[str, list[Any] | None], sort: Sort = "newest") -> ListAsked:
        state = asked_state(request, filters)
        where = {name: tuple(map(str, values)) for name, values in chosen.items() if values}
        return ListAsked(state, state.span(board.clock()), dict(where), sort)

    @routes.get("", summary="List alerts", responses=problems(_400=BAD), openapi_extra=extra)
    def list_(  # noqa: PLR0913, PLR0917 - each is a parameter of the query
        request: Request,
        status: Statuses = None,
        level: Levels = None,
        state: States = None,
        rule: Rules = None,
        sort: Sort = "newest",
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
        cursor: Cursor = None,
        _range: RangeName = None,
        _from: Begin = None,
        _to: End = None,
    ) -> AlertsTold:
        """Alerts that started in a range, with how many there are of each kind.

        Filters are keys of the alerts' groups: an alert whose rule does not group by a key has none of its values.
        """
        asked = asked_of(request, {"status": status, "level": level, "state": state, "rule": rule}, sort)
        after = None
        if cursor is not None:
            span, after = read_cursor(cursor, *_PLACES[sort])
            asked = ListAsked(asked.state, span, asked.where, sort)
        found = list_alerts(board, asked, limit + 1, after)
        rows = found.rows[:limit]
        counts = {name: {str(kind): count for kind, count in some.items()} for name, some in found.counts.items()}
        return AlertsTold(
            start=instant(asked.span.start_ms),
            end=instant(asked.span.end_ms),
            total=found.total,
            counts=AlertCountsTold.model_validate(counts),
            alerts=tuple(map(alert_told, rows)),
            next_cursor=write_cursor(asked.span, place_of(rows[-1], sort)) if len(found.rows) > limit else None,
        )

    @routes.get("/over-time", summary="Alerts over time", responses=problems(_400=BAD), openapi_extra=extra)
    def over_time(
        request: Request,
        status: Statuses = None,
        level: Levels = None,
        state: States = None,
        rule: Rules = None,
        _range: RangeName = None,
        _from: Begin = None,
        _to: End = None,
    ) -> OverTimeTold:
        """How many alerts started in each step of a range: all, and by level."""
        asked = asked_of(request, {"status": status, "level": level, "state": state, "rule": rule})
        return over_time_told(alerts_over_time(board, asked))

    @routes.get("/{alert_id}", summary="One alert", responses=problems(_400=BAD, _404=NO_ALERT))
    def get(alert_id: AlertId, request: Request) -> AlertWholeTold:
        """Everything about one alert."""
        asked_state(request, ())
        found = alert_facts(board, alert_id)
        if found is None:
            raise HTTPException(404, "there is no such alert")
        return whole_told(found)

    said = problems(_400=BAD, _404=NO_ALERT, _413=TOO_LARGE, _503=NOT_WRITTEN)

    @routes.post("/{alert_id}/notes", summary="Handle an alert", status_code=201, responses=said)
    def add_note(alert_id: AlertId, given: GivenNote, request: Request) -> AlertNote:
        """Acknowledge, close or reopen an alert, or leave a note; it is written once this answers."""
        asked_state(request, ())
        return take_note(board, alert_id, given.action, given.by, given.text)

    return routes

"""The API of alerts: what their pages show, as JSON, and notes on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import StringConstraints

from schemas.alert import Status
from schemas.alert_note import AlertNote  # noqa: TC001 - FastAPI evaluates it
from schemas.rule_test import Level
from streams.adapters.store.alert_reads import Sort, place_of
from streams.core.board.state import KEYS
from streams.core.board.stored import State as Handling
from streams.web.board.alert_facts import ListAsked, alert_facts, alerts_over_time, list_alerts, take_note
from streams.web.board.alert_pages import AlertId  # noqa: TC001 - FastAPI evaluates it
from streams.web.board.alert_told import (
    AlertCountsTold,
    AlertsTold,
    AlertWholeTold,
    GivenNote,
    alert_told,
    over_time_told,
    whole_told,
)
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
    OverTimeTold,
    RangeName,
    asked_state,
    filters_extra,
    instant,
    problems,
    read_cursor,
    write_cursor,
)
from streams.web.board.bodies import MOST_BYTES

if TYPE_CHECKING:
    from streams.web.board.board import Board

_PLACES: dict[Sort, tuple[Any, ...]] = {
    "newest": (WHOLE_NUMBER, ID),
    "oldest": (WHOLE_NUMBER, ID),
    "level": (WHOLE_NUMBER, WHOLE_NUMBER, ID),
    "rule": (TEXT, TEXT, WHOLE_NUMBER, ID),
}
NO_ALERT = "There is no such alert; it may be older than the dashboard keeps them."

Statuses = Annotated[list[Status] | None, Query(description="May be given several times.")]
Levels = Annotated[list[Level] | None, Query(description="May be given several times.")]
States = Annotated[list[Handling] | None, Query(description="Where people left it. May be given several times.")]
Rules = Annotated[
    list[Annotated[str, StringConstraints(max_length=200)]] | None,
    Query(description="A rule's id. May be given several times."),
]


def alert_routes(board: Board) -> APIRouter:
    """Alerts: the list, over time, one, and notes."""
    routes = APIRouter(prefix="/api/v1/alerts", tags=["alerts"], max_body_size=MOST_BYTES)
    _add_list(routes, board)
    _add_over_time(routes, board)
    _add_one(routes, board)
    return routes


def _filters(board: Board) -> list[str]:
    return sorted({*KEYS, *board.keys})


def _asked(board: Board, request: Request, sort: Sort = "newest", **chosen: list[Any] | None) -> ListAsked:
    state = asked_state(request, _filters(board))
    where = {name: tuple(map(str, values)) for name, values in chosen.items() if values}
    return ListAsked(state, state.span(board.clock()), dict(where), sort)


def _add_list(routes: APIRouter, board: Board) -> None:
    extra = filters_extra(_filters(board))

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
        asked = _asked(board, request, sort, status=status, level=level, state=state, rule=rule)
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


def _add_over_time(routes: APIRouter, board: Board) -> None:
    extra = filters_extra(_filters(board))

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
        asked = _asked(board, request, status=status, level=level, state=state, rule=rule)
        return over_time_told(alerts_over_time(board, asked))


def _add_one(routes: APIRouter, board: Board) -> None:
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

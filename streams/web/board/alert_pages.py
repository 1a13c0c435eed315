"""Alerts: the list, one alert, and what people do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from schemas.alert_note import Action  # noqa: TC001 - FastAPI evaluates the annotations.
from streams.core.board.state import read_state
from streams.web.board.alert_facts import CHOICES, ListAsked, alert_facts, alerts_over_time, list_alerts, take_note
from streams.web.board.standalone import picture_answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streams.adapters.store.alert_reads import Sort
    from streams.web.board.access import Access
    from streams.web.board.board import Board

HERE = "/alerts"
PICTURE = "/alerts/picture.svg"
COLUMNS = (("level", "Level"), ("newest", "Since"), ("rule", "Alert"), (None, "Group"), (None, "Status"))
SORTS: Mapping[str, Sort] = {"newest": "newest", "oldest": "oldest", "level": "level", "rule": "rule"}
MOST_LISTED = 100
ACTIONS = (("note", "Note"), ("acknowledge", "Acknowledge"), ("close", "Close"), ("reopen", "Reopen"))
SAID = {"note": "noted", "acknowledge": "acknowledged it", "close": "closed it", "reopen": "opened it again"}
USUAL = ("sort", "newest")
AlertId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


@dataclass(frozen=True, slots=True)
class Option:
    """One of the kinds that a list can be narrowed to."""

    name: str
    href: str
    chosen: bool
    count: int | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a list can be narrowed by."""

    name: str
    options: tuple[Option, ...]


def alert_pages(board: Board, access: Access) -> APIRouter:
    """The pages."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get(HERE)
    def alerts(request: Request) -> HTMLResponse:
        asked = _asked(board, request)
        found = list_alerts(board, asked, MOST_LISTED)
        return board.page(
            "alerts.html", HERE, asked.state, rows=found.rows, total=found.total, span=asked.span, sort=asked.sort,
            columns=COLUMNS, trend=alerts_over_time(board, asked), tags=board.tags(asked.span),
            choices=_choices(asked, found.counts), sorted_by=lambda name: _href(asked, sort=name),
            kept=_kept(asked),
        )  # fmt: skip

    @routes.get(PICTURE)
    def picture(request: Request, *, dark: bool = False) -> Response:
        asked = _asked(board, request)
        chosen = [f"{name}: {', '.join(map(str, values))}" for name, values in asked.where.items()]
        return picture_answer(board.picture(alerts_over_time(board, asked), dark=dark, chosen=chosen))

    @routes.get("/alerts/{alert_id}")
    def alert(alert_id: AlertId, request: Request) -> HTMLResponse:
        state = read_state(request.query_params.multi_items(), board.keys)
        found = alert_facts(board, alert_id)
        if found is None:
            return board.problem("There is no such alert", "It may be older than the dashboard keeps alerts.", 404)
        return board.page(
            "alert.html", f"/alerts/{alert_id}", state, alert=found.view, handling=found.whole.row.state,
            notes=found.whole.notes, changes=found.whole.steps, near=found.near,
            affected=found.affected, tags=found.tags, actions=ACTIONS, said=SAID,
            signed_in=access.is_signed_in(request),
        )  # fmt: skip

    @routes.post("/alerts/{alert_id}/notes")
    def write(
        alert_id: AlertId, action: Annotated[Action, Form()], by: Annotated[str, Form(max_length=200)],
        text: Annotated[str, Form(max_length=4_000)] = "",
    ) -> RedirectResponse:  # fmt: skip
        take_note(board, alert_id, action, by, text)
        return RedirectResponse(f"/alerts/{alert_id}", 303)

    return routes


def _asked(board: Board, request: Request) -> ListAsked:
    given = request.query_params
    where = {name: (value,) for name in (*CHOICES, "rule") if (value := given.get(name))}
    state = read_state(given.multi_items(), board.keys)
    return ListAsked(state, state.span(board.clock()), dict(where), SORTS.get(given.get("sort", ""), "newest"))


def _kept(asked: ListAsked, **changes: str | None) -> list[tuple[str, str]]:
    """What is asked beside the state, as an address has it, with something else chosen."""
    chosen = {name: values[0] for name, values in asked.where.items()}
    extra: dict[str, str | None] = {**chosen, "sort": asked.sort, **changes}
    return [(key, one) for key, one in extra.items() if one and (key, one) != USUAL]


def _href(asked: ListAsked, **changes: str | None) -> str:
    """The list with something else chosen."""
    return asked.state.href(HERE, _kept(asked, **changes))


def _choices(asked: ListAsked, counts: Mapping[str, Mapping[str | None, int]]) -> list[Choice]:
    made = []
    for name, values in CHOICES.items():
        known, chosen = counts[name], asked.where.get(name, ())
        options = [Option("all", _href(asked, **{name: None}), not chosen, None)]
        options += [
            Option(value, _href(asked, **{name: value}), value in chosen, known.get(value, 0))
            for value in values
            if known.get(value) or value in chosen
        ]
        made.append(Choice(name, tuple(options)))
    if rules := asked.where.get("rule"):
        made.append(Choice("rule", (Option(str(rules[0]), _href(asked, rule=None), chosen=True, count=None),)))
    return made

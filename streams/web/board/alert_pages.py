"""Alerts: the list, one alert, and what people do with it."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, HTTPException, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from schemas.alert_note import Action, AlertNote
from schemas.panel import Panel
from streams.core.board.alerts import LEVELS, alert_view
from streams.core.board.spans import MINUTE, Span, step_of
from streams.core.board.state import State, read_state
from streams.core.board.views import NOTHING, Line, View, all_of
from streams.core.parsing.times import to_rfc3339

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streams.adapters.store.alert_reads import Sort
    from streams.web.board.board import Board

HERE = "/alerts"
CHOICES = {
    "status": ("firing", "resolved", "amended", "inconclusive"),
    "level": LEVELS,
    "state": ("open", "acknowledged", "closed"),
}
COLUMNS = (("level", "Level"), ("newest", "Since"), ("rule", "Alert"), (None, "Group"), (None, "Status"))
SORTS: Mapping[str, Sort] = {"newest": "newest", "oldest": "oldest", "level": "level", "rule": "rule"}
MOST_LISTED = 100
ACTIONS = (("note", "Note"), ("acknowledge", "Acknowledge"), ("close", "Close"), ("reopen", "Reopen"))
SAID = {"note": "noted", "acknowledge": "acknowledged it", "close": "closed it", "reopen": "opened it again"}
OVER_TIME = Panel(id="alerts-over-time", title="Alerts over time, by level", chart="trend", by=("level",), wide=True)
BEFORE_MS = 6 * 60 * MINUTE
AROUND_MS = 30 * MINUTE
MOST_NEAR = 10
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of the list, beside the state."""

    state: State
    where: Mapping[str, str]
    sort: Sort

    def kept(self, **changes: str | None) -> list[tuple[str, str]]:
        """What is asked beside the state, as an address has it, with something else chosen."""
        extra: dict[str, str | None] = {**self.where, "sort": self.sort, **changes}
        return [(key, one) for key, one in extra.items() if one and (key, one) != USUAL]

    def href(self, **changes: str | None) -> str:
        """The list with something else chosen."""
        return self.state.href(HERE, self.kept(**changes))


def alert_pages(board: Board) -> APIRouter:
    """The pages."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get(HERE)
    def alerts(request: Request) -> HTMLResponse:
        asked = _asked(board, request)
        span = asked.state.span(board.clock())
        where = {**asked.state.filters, **{name: (value,) for name, value in asked.where.items()}}
        rows = board.store.alerts(span, where, asked.sort, MOST_LISTED)
        total = sum(board.store.alert_counts(span, where).values())
        counts = {name: board.store.alert_counts(span, asked.state.filters, name) for name in CHOICES}
        over = board.store.alerts_per(step_of(span.minutes), span, where)
        return board.page(
            "alerts.html", HERE, asked.state, rows=rows, total=total, span=span, sort=asked.sort, columns=COLUMNS,
            trend=_trend(over, span, asked.state), tags=board.tags(span), choices=_choices(asked, counts),
            sorted_by=lambda name: asked.href(sort=name), kept=asked.kept(),
        )  # fmt: skip

    @routes.get("/alerts/{alert_id}")
    def alert(alert_id: AlertId, request: Request) -> HTMLResponse:
        state = read_state(request.query_params.multi_items(), board.keys)
        whole = board.store.alert(alert_id)
        if whole is None:
            return board.problem("There is no such alert", "It may be older than the dashboard keeps alerts.", 404)
        shown = alert_view(whole.document)
        around = Span(shown.starts_ms - AROUND_MS, shown.starts_ms + AROUND_MS)
        near = [row for row in board.store.alerts(around) if row.alert_id != alert_id]
        affected = board.store.affected([str(one["event_id"]) for one in shown.evidence if one.get("event_id")])
        tags = board.tags(Span(shown.starts_ms - BEFORE_MS, shown.starts_ms + 1))
        return board.page(
            "alert.html", f"/alerts/{alert_id}", state, alert=shown, handling=whole.row.state,
            notes=whole.notes, changes=whole.steps, near=near[:MOST_NEAR],
            affected=affected, tags=tags[::-1], actions=ACTIONS, said=SAID,
        )  # fmt: skip

    @routes.post("/alerts/{alert_id}/notes")
    def write(
        alert_id: AlertId, action: Annotated[Action, Form()], by: Annotated[str, Form(max_length=200)],
        text: Annotated[str, Form(max_length=4_000)] = "",
    ) -> RedirectResponse:  # fmt: skip
        take_note(board, alert_id, action, by, text)
        return RedirectResponse(f"/alerts/{alert_id}", 303)

    return routes


def take_note(board: Board, alert_id: str, action: Action, by: str, text: str) -> AlertNote:
    """Write what somebody did, and wait until the store has it; raises HTTPException for an alert that is not there."""
    if board.store.alert(alert_id) is None:
        raise HTTPException(404, "there is no such alert")
    if not by.strip():
        raise HTTPException(422, "by: who did it is missing")
    note = AlertNote(
        note_id=uuid.uuid4().hex, alert_id=alert_id, action=action, text=text, by=by, at=to_rfc3339(board.clock())
    )
    board.writes.note(note)
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        found = board.store.alert(alert_id)
        if found is not None and any(one.note_id == note.note_id for one in found.notes):
            break
        time.sleep(0.05)
    return note


def _asked(board: Board, request: Request) -> Asked:
    given = request.query_params
    where = {name: value for name in (*CHOICES, "rule") if (value := given.get(name))}
    state = read_state(given.multi_items(), board.keys)
    return Asked(state, where, SORTS.get(given.get("sort", ""), "newest"))


def _choices(asked: Asked, counts: Mapping[str, Mapping[str | None, int]]) -> list[Choice]:
    made = []
    for name, values in CHOICES.items():
        known = counts[name]
        options = [Option("all", asked.href(**{name: None}), name not in asked.where, None)]
        options += [
            Option(value, asked.href(**{name: value}), asked.where.get(name) == value, known.get(value, 0))
            for value in values
            if known.get(value) or asked.where.get(name) == value
        ]
        made.append(Choice(name, tuple(options)))
    if rule := asked.where.get("rule"):
        made.append(Choice("rule", (Option(rule, asked.href(rule=None), chosen=True, count=None),)))
    return made


def _trend(over: Mapping[str, list[int]], span: Span, state: State) -> View:
    step = step_of(span.minutes)
    lines = [Line(level, tuple(over[level])) for level in LEVELS if level in over]
    total = sum(line.total for line in lines)
    reason = None if total else NOTHING.replace("counted", "told")
    return View(OVER_TIME, span, step, total, lines=(*all_of(lines), *lines), by=("level",), reason=reason, state=state)

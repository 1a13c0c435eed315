"""What pages and the API tell of alerts, found in one place; and what people do with them."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import HTTPException
from fastapi.exceptions import RequestValidationError

from schemas.alert_note import AlertNote
from schemas.errors import GuardstreamError
from schemas.panel import Panel
from streams.core.board.alerts import LEVELS, AlertView, alert_view
from streams.core.board.spans import MINUTE, Span, step_of
from streams.core.board.views import NOTHING, Line, View, all_of
from streams.core.parsing.times import to_rfc3339
from streams.web.board.written import wait_until

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.alert_note import Action
    from streams.adapters.store.alert_reads import Place, Sort
    from streams.core.board.markers import Marker
    from streams.core.board.state import State
    from streams.core.board.stored import AlertRow, AlertWhole
    from streams.web.board.board import Board

log = logging.getLogger(__name__)

CHOICES = {
    "status": ("firing", "resolved", "amended", "inconclusive"),
    "level": LEVELS,
    "state": ("open", "acknowledged", "closed"),
}
OVER_TIME = Panel(id="alerts-over-time", title="Alerts over time, by level", chart="trend", by=("level",), wide=True)
BEFORE_MS = 6 * 60 * MINUTE
AROUND_MS = 30 * MINUTE
MOST_NEAR = 10

Where = dict[str, tuple[str | None, ...]]


@dataclass(frozen=True, slots=True)
class AlertList:
    """A page of a list, how many alerts it has in all, and how many there are of each kind that it can be narrowed to.

    ``counts`` are of the range and the filters alone, so that they say what another choice would show.
    """

    rows: Sequence[AlertRow]
    total: int
    counts: Mapping[str, Mapping[str | None, int]]


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """All that is told of one alert: ``near`` are alerts around it, ``tags`` began before it, the nearest first."""

    whole: AlertWhole
    view: AlertView
    near: Sequence[AlertRow]
    affected: Sequence[tuple[str, list[tuple[str, int]]]]
    tags: Sequence[Marker]


@dataclass(frozen=True, slots=True)
class ListAsked:
    """What is asked of a list: ``where`` holds the choices, ``state`` the filters."""

    state: State
    span: Span
    where: Where
    sort: Sort = "newest"

    @property
    def narrowed(self) -> Where:
        """Filters and choices together."""
        return {**self.state.filters, **self.where}


def list_alerts(board: Board, asked: ListAsked, limit: int, after: Place | None = None) -> AlertList:
    """The alerts that a list shows."""
    store, span = board.store, asked.span
    return AlertList(
        store.alerts(span, asked.narrowed, asked.sort, limit, after),
        sum(store.alert_counts(span, asked.narrowed).values()),
        {name: store.alert_counts(span, asked.state.filters, name) for name in CHOICES},
    )


def alerts_over_time(board: Board, asked: ListAsked) -> View:
    """How many of them began in each step of the range, by level."""
    span = asked.span
    step = step_of(span.minutes)
    over = board.store.alerts_per(step, span, asked.narrowed)
    lines = [Line(level, tuple(over[level])) for level in LEVELS if level in over]
    total = sum(line.total for line in lines)
    reason = None if total else NOTHING.replace("counted", "told")
    lines = [*all_of(lines), *lines]
    return View(OVER_TIME, span, step, total, lines=tuple(lines), by=("level",), reason=reason, state=asked.state)


def alert_facts(board: Board, alert_id: str) -> AlertFacts | None:
    """One alert; None where there is none with this id."""
    whole = board.store.alert(alert_id)
    if whole is None:
        return None
    shown = alert_view(whole.document)
    around = Span(shown.starts_ms - AROUND_MS, shown.starts_ms + AROUND_MS)
    near = [row for row in board.store.alerts(around) if row.alert_id != alert_id]
    affected = board.store.affected([str(one["event_id"]) for one in shown.evidence if one.get("event_id")])
    tags = board.tags(Span(shown.starts_ms - BEFORE_MS, shown.starts_ms + 1))
    return AlertFacts(whole, shown, near[:MOST_NEAR], affected, tags[::-1])


def take_note(board: Board, alert_id: str, action: Action, by: str, text: str) -> AlertNote:
    """Write what somebody did, and wait until the store has it; raises HTTPException where that fails."""
    if board.store.alert(alert_id) is None:
        raise HTTPException(404, "there is no such alert")
    if not by.strip():
        raise RequestValidationError(
            [{"type": "missing", "loc": ("body", "by"), "msg": "who did it is missing", "input": by}]
        )
    note = AlertNote(
        note_id=uuid.uuid4().hex, alert_id=alert_id, action=action, text=text, by=by, at=to_rfc3339(board.clock())
    )
    try:
        board.writes.note(note)
    except GuardstreamError as error:
        log.warning("A note on an alert could not be written: %s", error)
        raise HTTPException(503, "the broker did not acknowledge it; try again") from error
    wait_until(lambda: _has_note(board.store.alert(alert_id), note.note_id))
    return note


def _has_note(alert: AlertWhole | None, note_id: str) -> bool:
    return alert is not None and any(one.note_id == note_id for one in alert.notes)

"""Events: searched by a query and a range, and what else a principal, an address or a resource did."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from schemas.errors import GuardstreamError
from schemas.panel import Panel
from streams.adapters.store.event_reads import EVENT_KEYS
from streams.core.board.search import Search, Searched, quoted
from streams.core.board.spans import MINUTE, Span, step_of
from streams.core.board.state import State, name_of, read_state
from streams.core.board.views import Line, View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.core.board.stored import EventRow
    from streams.web.board.board import Board

HERE = "/events"
MOST_SHOWN = 100
AT_ONCE = 1_000
LONGEST_S = 2.0
OVER_TIME = Panel(id="events-over-time", title="Events over time", chart="trend", by=("kind",), wide=True)


def event_pages(board: Board) -> APIRouter:
    """The page."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get(HERE)
    def events(request: Request) -> HTMLResponse:
        state = read_state(request.query_params.multi_items(), board.keys)
        query = request.query_params.get("query", "")[:10_000]
        span = state.span(board.clock())
        problem, found = None, Searched()
        try:
            found = search(board, query, span, state)
        except GuardstreamError as error:
            problem = str(error)
        return board.page(
            "events.html", HERE, state, query=query, span=span, found=found, problem=problem,
            trend=_trend(found, span, state), tags=board.tags(span), pivots=pivots_of, pretty=pretty,
            kept=[("query", query)] if query else (),
            hidden=[pair for pair in state.pairs() if pair[0] != "query"],
        )  # fmt: skip

    return routes


def search(board: Board, query: str, span: Span, state: State) -> Searched:
    """Look through the events of a range; raises GuardstreamError for a query that can't be read."""
    looking = Search(query)
    deadline = time.monotonic() + LONGEST_S
    return looking.through(_newest(board, span, state), MOST_SHOWN, lambda: time.monotonic() > deadline)


def _newest(board: Board, span: Span, state: State) -> Iterator[EventRow]:
    """Events that the page's filters let through, newest first, a page of the store's at a time."""
    where = {key: values for key, values in state.filters.items() if key in EVENT_KEYS}
    before = None
    while rows := board.store.events(span, where, AT_ONCE, before):
        yield from rows
        before = rows[-1].place


def pivots_of(row: EventRow, state: State) -> list[tuple[str, str, str]]:
    """What an event is about: a name, a value, and the page of all events about it."""
    values: dict[str, list[str | None]] = {
        "principal": [row.principal],
        "address": [*row.addresses],
        "resource": [*row.resources],
    }
    fields = {
        "principal": "principal",
        "address": "remote_addresses" if row.kind == "finding" else "source_address",
        "resource": "resource_id" if row.kind == "finding" else "resource_arns",
    }
    return [
        (name, value, state.href(HERE, [("query", f"{fields[name]}:{quoted(value)}")]))
        for name, some in values.items()
        for value in some
        if value
    ]


def pretty(row: EventRow) -> str:
    """An event as JSON on several lines."""
    return orjson.dumps(row.document, option=orjson.OPT_INDENT_2).decode()


def _trend(found: Searched, span: Span, state: State) -> View:
    step = step_of(span.minutes)
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(span.points(step)))
    for at, kind in found.times:
        counts[kind][(at - span.start_ms) // (step * MINUTE)] += 1
    names = {"finding": "findings", "record": "records"}
    lines = tuple(Line(names.get(kind, kind), tuple(some)) for kind, some in sorted(counts.items()))
    reason = None if lines else "no event of this kind in this range"
    left_out = tuple(name_of(key) for key in state.filters if key not in EVENT_KEYS)
    return View(
        OVER_TIME,
        span,
        step,
        len(found.times),
        lines=lines,
        by=("kind",),
        left_out=left_out,
        reason=reason,
        state=state,
    )

"""Events: searched by a query and a range, and what else a principal, an address or a resource did."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from itertools import chain, repeat
from typing import TYPE_CHECKING

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from schemas.errors import GuardstreamError
from schemas.panel import Panel
from streams.adapters.store.event_reads import EVENT_KEYS
from streams.core.board.search import Search, Searched
from streams.core.board.spans import MINUTE, Span, step_of
from streams.core.board.state import State, read_state
from streams.core.board.views import Line, View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.core.board.stored import EventRow
    from streams.web.board.board import Board

HERE = "/events"
MOST_SHOWN = 100
AT_ONCE = (250, 1_000, 2_500)
"""Events that are fetched at once: few first, since those may do."""
LONGEST_S = 0.2
_PLACE = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,15}")
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
            found = search(board, query, span, state, _place(request.query_params.get("before", "")))
        except GuardstreamError as error:
            problem = str(error)
        return board.page(
            "events.html", HERE, state, query=query, span=span, found=found, problem=problem,
            trend=_trend(found, span, state), tags=board.tags(span), pivots=pivots_of, pretty=pretty,
            go_on=_href(state, query, found.goes_on), hidden=[pair for pair in state.pairs() if pair[0] != "query"],
        )  # fmt: skip

    return routes


def search(board: Board, query: str, span: Span, state: State, before: tuple[int, int] | None = None) -> Searched:
    """Look through the events of a range; from after the place ``before`` on, where a search was given up.

    Raises GuardstreamError for a query that can't be read.
    """
    looking = Search(query)
    if not state.filters.keys() <= EVENT_KEYS:
        return Searched()
    if looking.takes_all:
        counts = board.store.event_counts(span, step_of(span.minutes), state.filters)
        return Searched(board.store.events(span, state.filters, MOST_SHOWN), counts=counts)
    deadline = time.monotonic() + LONGEST_S
    rows = _newest(board, span, state, looking, before)
    return looking.through(rows, MOST_SHOWN, lambda: time.monotonic() > deadline)


def _newest(
    board: Board, span: Span, state: State, looking: Search, before: tuple[int, int] | None
) -> Iterator[EventRow]:
    """Events that the page's filters let through, newest first, a page of the store's at a time."""
    sizes = chain(AT_ONCE, repeat(AT_ONCE[-1]))
    while rows := board.store.events(span, state.filters, next(sizes), before, looking.required):
        yield from rows
        before = rows[-1].place


def _place(text: str) -> tuple[int, int] | None:
    """Where a search goes on; None for the beginning. Raises GuardstreamError for what is no place."""
    if not text:
        return None
    if not _PLACE.fullmatch(text):
        message = f"before: {text[:80]!r} is no place among events"
        raise GuardstreamError(message)
    at, _, number = text.partition(".")
    return int(at), int(number)


def _href(state: State, query: str, place: tuple[int, int] | None) -> str | None:
    """The page that searches on from a place."""
    return state.href(HERE, [("query", query), ("before", f"{place[0]}.{place[1]}")]) if place else None


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


def quoted(value: str) -> str:
    """A value as a phrase of a query."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def pretty(row: EventRow) -> str:
    """An event as JSON on several lines."""
    return orjson.dumps(row.document, option=orjson.OPT_INDENT_2).decode()


def _trend(found: Searched, span: Span, state: State) -> View:
    step = step_of(span.minutes)
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(span.points(step)), found.counts or {})
    for at, kind in found.times:
        counts[kind][(at - span.start_ms) // (step * MINUTE)] += 1
    names = {"finding": "findings", "record": "records"}
    lines = tuple(Line(names.get(kind, kind), tuple(some)) for kind, some in sorted(counts.items()))
    reason = None if lines else "no event of this kind in this range"
    return View(OVER_TIME, span, step, found.total, lines=lines, by=("kind",), reason=reason, state=state)

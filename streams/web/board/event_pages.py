"""Events: searched by a query and a range, and what else a principal, an address or a resource did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from schemas.errors import GuardstreamError
from streams.core.board.pivots import Pivot, named
from streams.core.board.search import Searched, quoted
from streams.core.board.state import State, read_state
from streams.web.board.event_search import events_over_time, newest, search
from streams.web.board.standalone import picture_answer

if TYPE_CHECKING:
    from streams.core.board.stored import EventRow
    from streams.web.board.board import Board

HERE = "/events"
PICTURE = "/events/picture.svg"
MOST_SHOWN = 100
LONGEST_S = 0.15
"""A click is answered at once, by a part if need be, and another goes on from there."""
_PLACE = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,15}")


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
            before = _place(request.query_params.get("before", ""))
            if query.strip():
                found = search(board, query, span, state.filters, MOST_SHOWN, before, longest_s=LONGEST_S)
            else:
                found = newest(board, span, state.filters, MOST_SHOWN, before)
        except GuardstreamError as error:
            problem = str(error)
        return board.page(
            "events.html", HERE, state, query=query, span=span, found=found, problem=problem,
            trend=events_over_time(found, span, state), tags=board.tags(span), pivots=pivots_of, pretty=pretty,
            kept=[("query", query)] if query else (),
            go_on=_href(state, query, found.goes_on_after),
            hidden=[pair for pair in state.pairs() if pair[0] != "query"],
        )  # fmt: skip

    @routes.get(PICTURE)
    def picture(request: Request, *, dark: bool = False) -> Response:
        state = read_state(request.query_params.multi_items(), board.keys)
        query = request.query_params.get("query", "")[:10_000]
        span = state.span(board.clock())
        shown = events_over_time(search(board, query, span, state.filters, MOST_SHOWN), span, state)
        return picture_answer(board.picture(shown, dark=dark, chosen=[query] if query else []))

    return routes


def _place(text: str) -> tuple[int, int] | None:
    """Where a list goes on; None for its beginning. Raises GuardstreamError for what is no place."""
    if not text:
        return None
    if not _PLACE.fullmatch(text):
        message = f"before: {text[:80]!r} is no place among events"
        raise GuardstreamError(message)
    at, _, number = text.partition(".")
    return int(at), int(number)


def _href(state: State, query: str, place: tuple[int, int] | None) -> str | None:
    """The page that goes on after a place."""
    return state.href(HERE, [("query", query), ("before", f"{place[0]}.{place[1]}")]) if place else None


def pivots_of(row: EventRow, state: State) -> list[tuple[str, str, str]]:
    """What an event is about: a name, a value, and the page of all events about it."""
    fields: dict[Pivot, str] = {
        "principal": "principal",
        "address": "remote_addresses" if row.kind == "finding" else "source_address",
        "resource": "resource_id" if row.kind == "finding" else "resource_arns",
    }
    return [
        (name, value, state.href(HERE, [("query", f"{fields[name]}:{quoted(value)}")]))
        for name in fields
        for value in named(row, name)
    ]


def pretty(row: EventRow) -> str:
    """An event as JSON on several lines."""
    return orjson.dumps(row.document, option=orjson.OPT_INDENT_2).decode()

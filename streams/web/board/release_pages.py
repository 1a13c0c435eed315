"""Releases: the list, compared; and one release with what followed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from streams.core.board.markers import marker_of
from streams.core.board.releases import began, difference_words, release_of, span_words
from streams.core.board.spans import MINUTE, Span
from streams.core.board.state import State, read_state
from streams.core.board.views import view

if TYPE_CHECKING:
    from streams.web.board.board import Board

HERE = "/releases"
TagId = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:-]{1,120}$")]
MOST_COMPARED = 50
AROUND = 6 * 60 * MINUTE


def release_pages(board: Board) -> APIRouter:
    """The pages."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get(HERE)
    def releases(request: Request) -> HTMLResponse:
        state = read_state(request.query_params.multi_items(), board.keys)
        now = board.clock()
        span = state.span(now)
        tags = board.store.tags()
        inside = [tag for tag in tags if span.start_ms <= began(tag) < span.end_ms][-MOST_COMPARED:]
        found = [release_of(tag, tags, now, board.store.seen) for tag in reversed(inside)]
        return board.page(
            "releases.html", HERE, state, span=span, found=found, all_tags=len(tags), words=span_words, mark=marker_of
        )

    @routes.get("/releases/{tag_id}")
    def release(tag_id: TagId, request: Request) -> HTMLResponse:
        state = read_state(request.query_params.multi_items(), board.keys)
        now = board.clock()
        tags = board.store.tags()
        tag = next((one for one in tags if one.id == tag_id), None)
        if tag is None:
            return board.problem("There is no such release", "It may have been removed.", 404)
        found = release_of(tag, tags, now, board.store.seen)
        after = found.effect.periods.after
        since = board.store.alerts(Span(found.started_ms, max(after, found.started_ms + 1)), sort="oldest")
        around = _around(found.started_ms, max(after, found.started_ms + AROUND), now)
        trend = next((one for one in board.panels if one.chart == "trend"), None)
        shown = view(trend, State(fixed=around), around, board.measures, board.store) if trend else None
        return board.page(
            "release.html", f"/releases/{tag_id}", state, release=found, alerts=since, view=shown, span=around,
            words=span_words, sentences=difference_words(found.effect), tags=board.tags(around), mark=marker_of,
            narrowed=State(fixed=around),
        )  # fmt: skip

    return routes


def _around(started: int, until: int, now: int) -> Span:
    """Some time before the release and after it, in whole steps."""
    step = 15 * MINUTE
    begin = (started - min(until - started, AROUND * 4)) // step * step
    end = -(-min(until, now) // step) * step
    return Span(begin, max(end, begin + step))

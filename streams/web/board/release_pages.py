"""Releases: the list, compared; and one release with what followed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from streams.core.board.markers import marker_of
from streams.core.board.releases import difference_words, span_words
from streams.core.board.state import State, read_state
from streams.web.board.release_facts import list_releases, release_facts

if TYPE_CHECKING:
    from streams.web.board.board import Board

HERE = "/releases"
TagId = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:-]{1,120}$")]


def release_pages(board: Board) -> APIRouter:
    """The pages."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get(HERE)
    def releases(request: Request) -> HTMLResponse:
        state = read_state(request.query_params.multi_items(), board.keys)
        span = state.span(board.clock())
        listed = list_releases(board, span)
        return board.page(
            "releases.html", HERE, state, span=span, found=listed.found, all_tags=listed.known, words=span_words,
            mark=marker_of,
        )  # fmt: skip

    @routes.get("/releases/{tag_id}")
    def release(tag_id: TagId, request: Request) -> HTMLResponse:
        state = read_state(request.query_params.multi_items(), board.keys)
        found = release_facts(board, tag_id)
        if found is None:
            return board.problem("There is no such release", "It may have been removed.", 404)
        return board.page(
            "release.html", f"/releases/{tag_id}", state, release=found.release, alerts=found.alerts, view=found.trend,
            span=found.around, words=span_words, sentences=difference_words(found.release.effect),
            tags=board.tags(found.around), mark=marker_of, narrowed=State(fixed=found.around),
        )  # fmt: skip

    return routes

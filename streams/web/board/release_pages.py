"""Releases: the list, compared; and one release with what followed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from streams.core.board.markers import marker_of
from streams.core.board.releases import difference_words, span_words
from streams.core.board.state import State, read_state
from streams.web.board.release_facts import release_facts
from streams.web.board.release_list import COLUMNS, HERE, asked_of, compare_releases
from streams.web.board.tag_form import TagForm

if TYPE_CHECKING:
    from streams.web.board.access import Access
    from streams.web.board.board import Board

TagId = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:-]{1,120}$")]


def release_pages(board: Board, access: Access) -> APIRouter:
    """The pages."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get(HERE)
    def releases(request: Request) -> HTMLResponse:
        given = request.query_params
        state = read_state(given.multi_items(), board.keys)
        asked = asked_of(given, state, state.span(board.clock()))
        heads = [(key, name, kind, asked.href(sort=key) if key else None) for key, name, kind in COLUMNS]
        return board.page(
            "releases.html", HERE, state, span=asked.span, table=compare_releases(board, asked), heads=heads,
            sort=asked.sort, mark=marker_of, form=TagForm("/tags/new"), signed_in=access.is_signed_in(request),
            kept=asked.kept(),
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

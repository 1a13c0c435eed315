"""Lifecycle tags by hand: adding one, changing it, removing it. Whoever may change something here is signed in."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from schemas.errors import GuardstreamError
from streams.core.board.state import State
from streams.core.tags.make import TagError
from streams.web.board.release_pages import TagId  # noqa: TC001 - FastAPI evaluates the annotations.
from streams.web.board.tag_doors import NOT_WRITTEN
from streams.web.board.tag_form import TagForm, problems_of, shown_in, tag_of, typed_in
from streams.web.board.written import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.tag import LifecycleTag
    from streams.web.board.access import Access
    from streams.web.board.board import Board

log = logging.getLogger(__name__)

HERE = "/releases"
ADD = "/tags/new"
OK = 200
Typed = Annotated[dict[str, str], Depends(typed_in)]


def tag_pages(board: Board, access: Access) -> APIRouter:
    """The pages."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    pages = _Pages(board, access)

    @routes.get(ADD)
    def new(request: Request) -> Response:
        return pages.form(request, TagForm(ADD))

    @routes.post(ADD)
    def add(request: Request, typed: Typed) -> Response:
        return pages.write(request, typed, ADD)

    @routes.get("/tags/{tag_id}/edit")
    def show(tag_id: TagId, request: Request) -> Response:
        tag = pages.find(tag_id)
        return pages.form(request, TagForm(f"/tags/{tag_id}/edit", shown_in(tag)), tag)

    @routes.post("/tags/{tag_id}/edit")
    def edit(tag_id: TagId, request: Request, typed: Typed) -> Response:
        return pages.write(request, typed, f"/tags/{tag_id}/edit", pages.find(tag_id))

    @routes.get("/tags/{tag_id}/remove")
    def ask(tag_id: TagId, request: Request) -> Response:
        return pages.question(request, pages.find(tag_id))

    @routes.post("/tags/{tag_id}/remove")
    def remove(tag_id: TagId, request: Request) -> Response:
        return pages.remove(request, pages.find(tag_id))

    return routes


@dataclass(frozen=True, slots=True)
class _Pages:
    board: Board
    access: Access

    def find(self, tag_id: str) -> LifecycleTag:
        """The tag; raises HTTPException where there is none."""
        if (tag := self.board.store.tag(tag_id)) is None:
            raise HTTPException(404, "there is no such tag")
        return tag

    def form(self, request: Request, form: TagForm, tag: LifecycleTag | None = None, status: int = 200) -> Response:
        """The form of a new tag, or of one that is there."""
        return self._page("tag_form.html", request, status, form=form, tag=tag)

    def question(self, request: Request, tag: LifecycleTag, status: int = 200) -> Response:
        """Asks before it removes: nothing but this page leads there."""
        problem = None if status == OK else NOT_WRITTEN
        return self._page("tag_remove.html", request, status, tag=tag, problem=problem)

    def write(
        self, request: Request, typed: dict[str, str], action: str, earlier: LifecycleTag | None = None
    ) -> Response:
        """Write what was typed and show it; or the form again, with what is wrong and what was typed."""
        board = self.board
        try:
            tag = tag_of(typed, board.clock(), earlier)
        except TagError as error:
            return self.form(request, TagForm(action, typed, problems_of(error)), earlier, 400)
        if not _acknowledged(lambda: board.writes.tag(tag)):
            return self.form(request, TagForm(action, typed, {"": [NOT_WRITTEN]}), earlier, 503)
        wait_until(lambda: board.store.tag(tag.id) == tag)
        return RedirectResponse(f"{HERE}/{tag.id}", 303)

    def remove(self, request: Request, tag: LifecycleTag) -> Response:
        """Remove a tag, and show the list without it."""
        board = self.board
        if not _acknowledged(lambda: board.writes.remove_tag(tag.id)):
            return self.question(request, tag, 503)
        wait_until(lambda: board.store.tag(tag.id) is None)
        return RedirectResponse(HERE, 303)

    def _page(self, template: str, request: Request, status: int, **given: Any) -> Response:
        signed_in, then = self.access.is_signed_in(request), request.url.path
        page = self.board.page(template, HERE, State(), signed_in=signed_in, then=then, **given)
        page.status_code = status
        return page


def _acknowledged(write: Callable[[], None]) -> bool:
    try:
        write()
    except GuardstreamError as error:
        log.warning("A lifecycle tag could not be written: %s", error)
        return False
    return True

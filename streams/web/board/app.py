"""The dashboard's web application."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles

from streams.core.board.state import read_state
from streams.web.board.alert_pages import alert_pages
from streams.web.board.alert_routes import alert_routes
from streams.web.board.api import panel_routes
from streams.web.board.api_document import DOCUMENT, UNAUTHORIZED, index
from streams.web.board.api_parts import TOKEN
from streams.web.board.bodies import MOST_BYTES
from streams.web.board.drawing import HERE
from streams.web.board.event_api import event_routes
from streams.web.board.event_pages import event_pages
from streams.web.board.problems import say_problems
from streams.web.board.release_api import release_routes
from streams.web.board.release_pages import release_pages
from streams.web.board.report import report_routes
from streams.web.board.signing_in import guard
from streams.web.board.status_api import status_routes
from streams.web.board.tag_pages import tag_pages
from streams.web.board.tag_routes import OPEN_PATHS, tag_router

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.middleware.base import RequestResponseEndpoint
    from starlette.responses import Response

    from streams.web.board.access import Access
    from streams.web.board.board import Board
    from streams.web.board.news import News

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def create_board(board: Board, access: Access) -> FastAPI:
    """The application; nothing listens yet."""
    app = FastAPI(**DOCUMENT, docs_url=None, redoc_url=None)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    guard(app, access, partial(board.bare, "login.html"), OPEN_PATHS)
    for pages in (
        alert_pages(board, access), event_pages(board), release_pages(board, access), tag_pages(board, access),
        index(board),
    ):  # fmt: skip
        app.include_router(pages, max_body_size=MOST_BYTES)
    for api in (
        panel_routes(board), alert_routes(board), event_routes(board), release_routes(board), status_routes(board),
        report_routes(board), tag_router(board.desk(access)),
    ):  # fmt: skip
        app.include_router(api, dependencies=[Depends(TOKEN)], responses=UNAUTHORIZED)
    say_problems(app, board)

    @app.middleware("http")
    async def protect(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def overview(request: Request) -> HTMLResponse:
        state = read_state(request.query_params.multi_items(), board.keys)
        span = state.span(board.clock())
        return board.page("overview.html", "/", state, views=board.views(state), span=span, tags=board.tags(span))

    @app.get("/live", include_in_schema=False)
    async def live(request: Request) -> Response:
        if board.news.is_full:
            return JSONResponse({"detail": "too many pages are open"}, 503)
        told = _told(board.news, frozenset(request.query_params.getlist("of")))
        return StreamingResponse(told, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    return app


async def _told(news: News, shows: frozenset[str]) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    async for something in news.follow(shows):
        yield "event: news\ndata: 1\n\n" if something else ": still here\n\n"

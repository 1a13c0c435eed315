"""The dashboard's web application."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles

from schemas.errors import GuardstreamError
from streams.core.board.state import KEYS, State, read_state
from streams.core.board.views import View, view
from streams.web.board.drawing import HERE, make_environment, render
from streams.web.board.signing_in import guard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from jinja2 import Environment
    from starlette.middleware.base import RequestResponseEndpoint
    from starlette.responses import Response

    from schemas.panel import Panel
    from streams.core.board.choose import Countable
    from streams.core.board.views import Reads
    from streams.web.board.access import Access

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


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old what is shown is: ``problem`` says why it may not be all, in words."""

    newest_ms: int | None = None
    problem: str | None = None


@dataclass
class Board:
    """What pages are made of."""

    reads: Reads
    panels: Sequence[Panel]
    measures: Sequence[Countable]
    clock: Callable[[], int]
    freshness: Callable[[], Freshness]
    tags: Callable[[Any], Sequence[Any]] = field(default=lambda _: ())
    """Lifecycle tags in a span."""
    news: Callable[[], AsyncIterator[str]] | None = None
    environment: Environment = field(default_factory=make_environment)

    @property
    def keys(self) -> frozenset[str]:
        """What pages can be narrowed by."""
        return frozenset(KEYS) | {key for measure in self.measures for key in measure.keys}

    def views(self, state: State) -> list[View]:
        """All panels in this state."""
        span = state.span(self.clock())
        return [view(panel, state, span, self.measures, self.reads) for panel in self.panels]

    def page(self, template: str, here: str, state: State, **given: Any) -> HTMLResponse:
        """A page in this state."""
        given = {"here": here, "state": state, "fresh": self.freshness(), **given}
        return HTMLResponse(render(self.environment, template, **given))

    def bare(self, template: str, **given: Any) -> HTMLResponse:
        """A page outside of any state."""
        return HTMLResponse(render(self.environment, template, **given))

    def problem(self, heading: str, detail: str, status: int) -> HTMLResponse:
        """A page that says what is wrong."""
        page = self.page("problem.html", "/", State(), heading=heading, detail=detail)
        page.status_code = status
        return page


def create_board(board: Board, access: Access) -> FastAPI:
    """The application; nothing listens yet."""
    app = FastAPI(title="guardstream", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    guard(app, access, partial(board.bare, "login.html"))

    @app.middleware("http")
    async def protect(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.exception_handler(GuardstreamError)
    async def refuse(_: Request, error: Exception) -> HTMLResponse:
        return board.problem("This address can't be shown", str(error), 400)

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def overview(request: Request) -> HTMLResponse:
        state = read_state(request.query_params.multi_items(), board.keys)
        span = state.span(board.clock())
        return board.page("overview.html", "/", state, views=board.views(state), span=span, tags=board.tags(span))

    @app.get("/live", include_in_schema=False)
    async def live() -> StreamingResponse:
        return StreamingResponse(_events(board), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    return app


async def _events(board: Board) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    if board.news is None:
        while True:
            await asyncio.sleep(15)
            yield ": still here\n\n"
    async for kind in board.news():
        yield f"event: news\ndata: {kind}\n\n" if kind else ": still here\n\n"

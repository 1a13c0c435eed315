"""The page where people give the token, and what guards all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from streams.web.board.access import COOKIE
from streams.web.board.bodies import MOST_BYTES, is_said_larger

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.middleware.base import RequestResponseEndpoint
    from starlette.responses import Response

    from streams.web.board.access import Access

OPEN = ("/static/", "/login", "/health")
WEEK_S = 7 * 86_400


def guard(app: FastAPI, access: Access, page: Callable[..., HTMLResponse], own: frozenset[str] = frozenset()) -> None:
    """Let only those in that may; paths in ``own`` ask for themselves, in forms of their own."""

    @app.middleware("http")
    async def let_in(request: Request, call_next: RequestResponseEndpoint) -> Response:
        path = request.url.path
        if path.startswith(OPEN) or path in own or access.allows(request, request.method):
            # Other tools' forms have errors of their own; of a body that says no length no more is read (MOST_BYTES).
            if path not in own and is_said_larger(request):
                return JSONResponse({"detail": "the body is too large"}, 413)
            return await call_next(request)
        if "text/html" in request.headers.get("accept", ""):
            if request.method == "GET":
                asked = f"{path}?{request.url.query}" if request.url.query else path
                return RedirectResponse(f"/login?then={quote(asked)}", 303)
            # A form that somebody sent without having signed in; they go back to where it stands.
            answer = page(wrong=False, then=_ours(urlsplit(request.headers.get("referer", "/")).path))
            answer.status_code = 401
            return answer
        message = "this needs the header Authorization: Bearer with the dashboard's token"
        return JSONResponse({"detail": message}, 401, {"WWW-Authenticate": "Bearer"})

    @app.get("/login", include_in_schema=False)
    def ask(request: Request) -> Response:
        if access.is_token(request.query_params.get("token", "")):
            return _signed_in(access, "/", secure=request.url.scheme == "https")
        return page(wrong=False, then=_ours(request.query_params.get("then", "/")))

    @app.post("/login", include_in_schema=False, max_body_size=MOST_BYTES)
    def sign_in(
        request: Request, token: Annotated[str, Form(max_length=500)] = "", then: Annotated[str, Form()] = "/"
    ) -> Response:
        if not access.is_token(token):
            answer = page(wrong=True, then=_ours(then))
            answer.status_code = 401
            return answer
        return _signed_in(access, _ours(then), secure=request.url.scheme == "https")


def _signed_in(access: Access, then: str, *, secure: bool) -> RedirectResponse:
    answer = RedirectResponse(then, 303)
    answer.set_cookie(COOKIE, access.cookie, max_age=WEEK_S, httponly=True, samesite="strict", secure=secure)
    return answer


def _ours(path: str) -> str:
    """A path of this server, whatever was given."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"

"""What is wrong, said so that who asked can read it: a page for people, JSON for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from schemas.errors import GuardstreamError
from streams.web.board.api_document import invalid, other_methods

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.responses import Response

    from streams.web.board.board import Board

HEADINGS = {
    400: "This address can't be shown",
    404: "There is no such page",
    405: "This can't be asked here",
    413: "This is too large",
    422: "This can't be taken as it is",
    503: "It was not written",
}
UNKNOWN = "Not Found"
"""What the framework says of an address that no route has."""
MISTYPED = "The address may be mistyped, or what it led to may be gone."


def say_problems(app: FastAPI, board: Board) -> None:
    """Let errors of requests be answered in this way."""

    async def failed(request: Request, error: Exception) -> Response:
        found = cast("HTTPException", error)
        if not _is_for_people(request):
            return await http_exception_handler(request, found)
        return _page(board, found.status_code, MISTYPED if found.detail == UNKNOWN else str(found.detail))

    async def no_such_method(request: Request, error: Exception) -> Response:
        told = await other_methods(request, error)
        if not _is_for_people(request):
            return told
        page = _page(board, 405, "There is a page or a form elsewhere that does it.")
        page.headers["Allow"] = told.headers["Allow"]
        return page

    async def not_taken(request: Request, error: Exception) -> Response:
        if not _is_for_people(request):
            return await invalid(request, error)
        # A name in an address may be anything; those in forms are ours.
        errors = cast("RequestValidationError", error).errors()
        told = [f"{one['loc'][-1]}: {one['msg']}" for one in errors if one["loc"][0] == "body"]
        return _page(board, 422, "; ".join(told)) if told else _page(board, 404, MISTYPED)

    async def refused(request: Request, error: Exception) -> Response:
        if request.url.path.startswith("/api/"):
            return JSONResponse({"detail": str(error)}, 400)
        return _page(board, 400, str(error))

    app.add_exception_handler(HTTPException, failed)
    app.add_exception_handler(405, no_such_method)
    app.add_exception_handler(RequestValidationError, not_taken)
    app.add_exception_handler(GuardstreamError, refused)


def _is_for_people(request: Request) -> bool:
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def _page(board: Board, status: int, detail: str) -> Response:
    return board.problem(HEADINGS.get(status, "This did not work"), detail, status)

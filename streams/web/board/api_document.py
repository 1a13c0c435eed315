"""The API as a whole: its OpenAPI document, its index, and what it says of methods that a path does not have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson
from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.routing import Match

from streams.core.board.state import State
from streams.web.board.api_parts import problems

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.routing import APIRoute

    from streams.web.board.board import Board

DOCUMENT_PATH = "/api/openapi.json"
UNAUTHORIZED = problems(_401="The token is missing or wrong.")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_ABOUT = (
    "What the dashboard's pages show, as JSON. Times are RFC 3339 in UTC. Every request may carry the dashboard's "
    "token; it has to, where something is changed, and everywhere unless the dashboard listens on loopback and has no "
    "token of its own. docs/api.md has examples."
)


def operation_id(route: APIRoute) -> str:
    """What generated clients call an operation: `alerts_list`."""
    return f"{route.tags[0]}_{route.name}".rstrip("_") if route.tags else route.name


DOCUMENT: dict[str, Any] = {
    "title": "guardstream",
    "version": "1",
    "description": _ABOUT,
    "openapi_url": DOCUMENT_PATH,
    "generate_unique_id_function": operation_id,
    "openapi_tags": [
        {"name": "panels", "description": "Counts, as the overview has them."},
        {"name": "alerts", "description": "Alerts, and what people do with them."},
        {"name": "events", "description": "Enriched findings and CloudTrail records."},
        {"name": "report", "description": "All of it as one file."},
        {"name": "releases", "description": "What findings say of lifecycle tags."},
        {"name": "status", "description": "How fresh all of it is."},
        {"name": "tags", "description": "Lifecycle tags (docs/lifecycle-tags.md)."},
    ],
}


def document_text(app: FastAPI) -> str:
    """The OpenAPI document as docs/schema has it; a test says when that is stale."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS
    return orjson.dumps(app.openapi(), option=options).decode()


def operations(document: dict[str, Any]) -> list[dict[str, str]]:
    """Method, path and summary of each operation, in the order of the document."""
    return [
        {"method": method.upper(), "path": path, "summary": one["summary"]}
        for path, item in document["paths"].items()
        for method, one in item.items()
    ]


def index(board: Board) -> APIRouter:
    """`/api`: a page for people, JSON for programs."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/api", response_model=None)
    def show(request: Request) -> Response:
        found = operations(request.app.openapi())
        if "text/html" in request.headers.get("accept", ""):
            return board.page("api.html", "/api", State(), operations=found, document=DOCUMENT_PATH)
        return JSONResponse({"openapi": DOCUMENT_PATH, "operations": found})

    return routes


async def other_methods(request: Request, error: Exception) -> Response:
    """A path without this method: `Allow` names all that it has, also where they are routes of their own."""
    routes = request.app.router.routes
    allowed = [
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]
    # What is mounted knows its own.
    own = getattr(error, "headers", None) or {}
    allow = ", ".join(allowed) or own.get("Allow", "")
    return JSONResponse({"detail": f"{request.method} can't be asked here; {allow} can"}, 405, {"Allow": allow})


async def invalid(_: Request, error: Exception) -> Response:
    """A request that its schema does not take: what is wrong where, without repeating what was given."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    told = [{name: one[name] for name in ("loc", "msg", "type")} for one in found]
    # A name may be half of a character, which only an escape can tell.
    return Response(json.dumps({"detail": told}), 422, media_type="application/json")

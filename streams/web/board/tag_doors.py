"""The doors for other tools: endpoints in the forms of Coralogix, Grafana and GitHub, each with its own errors."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request  # noqa: TC002 - FastAPI evaluates the annotations.
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from schemas.errors import GuardstreamError
from streams.core.tags import coralogix, github, grafana
from streams.core.tags.make import TagError
from streams.web.board.bodies import TooLargeError, read_body, read_json
from streams.web.board.tokens import basic_password, bearer

if TYPE_CHECKING:
    from schemas.tag import LifecycleTag
    from streams.web.board.tag_routes import TagDesk

log = logging.getLogger(__name__)

CORALOGIX = "/api/v1/external/tags"
GRAFANA = "/api/annotations"
GITHUB = "/api/v1/webhooks/github"
OPEN_PATHS = frozenset({CORALOGIX, f"{CORALOGIX}/", f"{CORALOGIX}/add", GRAFANA, GITHUB})
"""What is guarded here and by nothing else."""
NOT_WRITTEN = "the broker did not acknowledge it; try again"
MOST_REMEMBERED = 1_000
TOO_LARGE = "the body is too large"


def add_doors(router: APIRouter, desk: TagDesk) -> None:
    """Add the endpoints to a router; their paths are those of the originals. They are not in our OpenAPI document."""
    doors = Doors(desk)
    for path, door, method in (
        (CORALOGIX, doors.coralogix, "POST"),
        (f"{CORALOGIX}/", doors.coralogix, "POST"),
        (f"{CORALOGIX}/add", doors.coralogix_older, "GET"),
        (GRAFANA, doors.grafana, "POST"),
        (GITHUB, doors.github, "POST"),
    ):
        router.add_api_route(path, door, methods=[method], include_in_schema=False)


class Doors:
    """An endpoint for each form. Keys are looked at before bodies are read."""

    def __init__(self, desk: TagDesk) -> None:
        self._desk = desk
        self._deployments: dict[str, LifecycleTag] = {}

    async def coralogix(self, request: Request) -> JSONResponse:
        """`POST /api/v1/external/tags`."""
        if not self._desk.is_token(bearer(request.headers.get("authorization")) or ""):
            return _said(401, "Unauthorized")
        try:
            return await self._coralogix(read_json(await read_body(request)))
        except TooLargeError:
            return _said(413, TOO_LARGE)
        except ValueError:
            return _said(400, "the body is no JSON")

    async def coralogix_older(self, request: Request) -> JSONResponse:
        """`GET /api/v1/external/tags/add?key=...`: the key is in the address, which nobody should log."""
        query = dict(request.query_params)
        if not self._desk.is_token(query.pop("key", "")):
            return _said(401, "Unauthorized")
        return await self._coralogix(query)

    async def _coralogix(self, given: Any) -> JSONResponse:
        try:
            tag = coralogix.read_tag(given, self._desk.clock())
        except TagError as error:
            return _said(400, error.message)
        if not await self._publish(tag):
            return _said(503, NOT_WRITTEN)
        return JSONResponse(coralogix.answer(tag))

    async def grafana(self, request: Request) -> JSONResponse:
        """`POST /api/annotations`."""
        header = request.headers.get("authorization")
        token = bearer(header) or basic_password(header)
        if token is None:
            return _said(401, grafana.UNAUTHORIZED)
        if not self._desk.is_token(token):
            return _said(401, grafana.INVALID_KEY)
        return await self._annotation(request)

    async def _annotation(self, request: Request) -> JSONResponse:
        try:
            tag, number = grafana.read_annotation(read_json(await read_body(request)), self._desk.clock())
        except grafana.BadRequest as error:
            return _said(400, grafana.BAD_REQUEST, error.message)
        except TagError as error:
            return _said(400, grafana.NOT_SAVED, error.message)
        except ValueError:
            return _said(400, grafana.BAD_REQUEST, "the body is no JSON, or too large")
        if not await self._publish(tag):
            return _said(503, grafana.NOT_SAVED, NOT_WRITTEN)
        return JSONResponse({"message": grafana.ADDED, "id": number})

    async def github(self, request: Request) -> JSONResponse:
        """A webhook with the event `deployment_status`; other events are answered, and change nothing."""
        try:
            body = await read_body(request)
        except TooLargeError:
            return _said(413, TOO_LARGE)
        if not github.is_signed(self._desk.github_secret or "", body, request.headers.get("x-hub-signature-256")):
            return _said(401, "the signature is wrong or missing")
        event = request.headers.get("x-github-event", "")
        if event == "ping":
            return _said(200, "pong")
        if event != github.EVENT:
            return _said(200, "this event makes no tag")
        try:
            return await self._deployment(github.read_body(body, request.headers.get("content-type", "")))
        except TagError as error:
            return _said(400, error.message)

    async def _deployment(self, payload: Any) -> JSONResponse:
        identity = github.deployment_id(payload)
        # What `tags` tells may be a moment old, and a deployment's statuses may come within that.
        earlier = self._deployments.get(identity)
        if earlier is None:
            tags = await run_in_threadpool(self._desk.tags)
            earlier = next((tag for tag in tags if tag.id == identity), None)
        tag = github.read_status(payload, self._desk.clock(), earlier)
        if tag is None:
            return _said(200, "this status changes no tag")
        if not await self._publish(tag):
            return _said(503, NOT_WRITTEN)
        self._deployments[identity] = tag
        if len(self._deployments) > MOST_REMEMBERED:
            del self._deployments[next(iter(self._deployments))]
        return JSONResponse({"message": "tagged", "id": tag.id})

    async def _publish(self, tag: LifecycleTag) -> bool:
        try:
            await run_in_threadpool(self._desk.publish, tag)
        except GuardstreamError as error:
            log.warning("A lifecycle tag could not be written: %s", error)
            return False
        return True


def _said(status: int, message: str, error: str | None = None) -> JSONResponse:
    return JSONResponse({"message": message, **({"error": error} if error else {})}, status)

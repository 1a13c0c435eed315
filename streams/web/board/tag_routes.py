"""The API of lifecycle tags: our own, and those of other tools, so that pipelines need nothing but another address.

Nothing here knows Kafka, a store or who may do what: all of it is given.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from schemas.errors import GuardstreamError
from schemas.tag import LifecycleTag
from streams.core.parsing.times import parse_time
from streams.core.tags.make import TagError, make_tag
from streams.core.tags.when import HOW, read_when
from streams.web.board.bodies import TooLargeError, read_body, read_json
from streams.web.board.tag_doors import OPEN_PATHS, add_doors
from streams.web.board.tag_schema import ERRORS, GIVEN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["OPEN_PATHS", "TagDesk", "tag_router"]

log = logging.getLogger(__name__)

MOST_LISTED = 10_000
Text = Annotated[str | None, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class TagDesk:
    """What the routes work with.

    ``publish`` and ``remove`` return once the broker has acknowledged, and raise GuardstreamError where it has not;
    ``tags`` gives all tags as they are now. All three may block. ``clock`` gives epoch milliseconds. ``is_token`` says
    whether other tools' keys are right, in constant time; ``github_secret`` is that of the webhook: without it, the
    webhook is refused.
    """

    publish: Callable[[LifecycleTag], None]
    remove: Callable[[str], None]
    tags: Callable[[], Sequence[LifecycleTag]]
    clock: Callable[[], int]
    is_token: Callable[[str], bool]
    github_secret: str | None = None


def tag_router(
    desk: TagDesk, *, may_read: Callable[..., Any] | None = None, may_write: Callable[..., Any] | None = None
) -> APIRouter:
    """The routes. ``may_read`` and ``may_write`` are FastAPI dependencies that raise HTTPException.

    They guard our own form; without them, something before the router has to. Other tools' forms, at the paths of
    ``OPEN_PATHS``, have keys of their own.
    """
    router = APIRouter()
    routes = TagRoutes(desk)
    reads, writes = ([Depends(guard)] if guard else [] for guard in (may_read, may_write))
    path, one = "/api/v1/tags", "/api/v1/tags/{tag_id}"
    router.add_api_route(
        path, routes.list_, methods=["GET"], summary="List tags", dependencies=reads, response_model=list[LifecycleTag],
        responses={400: ERRORS[400]}, tags=["tags"],
    )  # fmt: skip
    router.add_api_route(
        path,
        routes.add,
        methods=["POST"],
        summary="Add or change a tag",
        dependencies=writes,
        response_model=LifecycleTag,
        status_code=201,
        responses={code: ERRORS[code] for code in (400, 413, 503)},
        openapi_extra={"requestBody": GIVEN},
        tags=["tags"],
    )
    router.add_api_route(
        one, routes.get, methods=["GET"], summary="One tag", dependencies=reads, response_model=LifecycleTag,
        responses={404: ERRORS[404]}, tags=["tags"],
    )  # fmt: skip
    router.add_api_route(
        one, routes.remove, methods=["DELETE"], summary="Remove a tag", dependencies=writes, status_code=204,
        responses={code: ERRORS[code] for code in (404, 503)}, response_class=Response, tags=["tags"],
    )  # fmt: skip
    add_doors(router, desk)
    return router


class TagRoutes:
    """Our own form."""

    def __init__(self, desk: TagDesk) -> None:
        self._desk = desk

    async def list_(  # noqa: PLR0913, PLR0917 - each is a parameter of the query
        self,
        since: Annotated[str | None, Query(alias="from", max_length=64)] = None,
        until: Annotated[str | None, Query(alias="to", max_length=64)] = None,
        application: Text = None,
        environment: Text = None,
        kind: Text = None,
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 1_000,
    ) -> list[LifecycleTag]:
        """The tags that began from one instant to another (exclusive), the newest first."""
        begin, end = _instant("from", since), _instant("to", until)
        found = [
            tag
            for tag in await run_in_threadpool(self._desk.tags)
            if (application is None or application in tag.applications)
            and (environment is None or environment == tag.environment)
            and (kind is None or kind == tag.kind)
            and _within(tag, begin, end)
        ]
        return sorted(found, key=lambda tag: (tag.started_at, tag.id), reverse=True)[:limit]

    async def get(self, tag_id: str) -> LifecycleTag:
        """One tag."""
        return await self._find(tag_id)

    async def add(self, request: Request, response: Response) -> LifecycleTag:
        """Add a tag, or change the one that has its id.

        Without an id it gets one from what it says, so that the same request twice is one tag. Applications and
        subsystems may be lists, or texts with commas; times may be dates, RFC 3339, or seconds or milliseconds.
        """
        try:
            tag = make_tag(read_json(await read_body(request)), source="api", now_ms=self._desk.clock())
        except TooLargeError:
            raise HTTPException(413, "the body is too large") from None
        except TagError as error:
            raise HTTPException(400, error.message) from None
        except ValueError:
            raise HTTPException(400, "the body is no JSON") from None
        await _written(self._desk.publish, tag)
        response.headers["Location"] = f"/api/v1/tags/{tag.id}"
        return tag

    async def remove(self, tag_id: str) -> Response:
        """Remove a tag."""
        await self._find(tag_id)
        await _written(self._desk.remove, tag_id)
        return Response(status_code=204)

    async def _find(self, tag_id: str) -> LifecycleTag:
        tags = await run_in_threadpool(self._desk.tags)
        found = next((tag for tag in tags if tag.id == tag_id), None)
        if found is None:
            raise HTTPException(404, "there is no such tag")
        return found


async def _written(write: Callable[[Any], None], what: object) -> None:
    try:
        await run_in_threadpool(write, what)
    except GuardstreamError as error:
        log.warning("A lifecycle tag could not be written: %s", error)
        raise HTTPException(503, "the broker did not acknowledge it; try again") from error


def _instant(key: str, text: str | None) -> int | None:
    if text is None:
        return None
    found = read_when(text)
    if found is None:
        raise HTTPException(400, f"{key}: this is no time; {HOW}")
    return found


def _within(tag: LifecycleTag, begin: int | None, end: int | None) -> bool:
    started = parse_time(tag.started_at) or 0
    return (begin is None or started >= begin) and (end is None or started < end)

"""A desk that keeps tags in memory, and an app with nothing but the routes."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from fastapi import FastAPI, HTTPException, Request
from fastapi.testclient import TestClient

from schemas.errors import GuardstreamError
from streams.web.board.tag_routes import TagDesk, tag_router

if TYPE_CHECKING:
    from schemas.tag import LifecycleTag

NOW = 1_764_000_000_000
KEY = "correct-horse"
SECRET = "It's a Secret to Everybody"  # noqa: S105 - GitHub's own example
BEARER = {"authorization": f"Bearer {KEY}"}


def guard(request: Request) -> None:
    if request.headers.get("authorization") != f"Bearer {KEY}":
        raise HTTPException(401, "a token is needed")


class Desk:
    """What the routes are given, and a client that fails where a route does."""

    def __init__(self, secret: str | None = SECRET) -> None:
        self.kept: dict[str, LifecycleTag] = {}
        self.away = False
        desk = TagDesk(
            publish=self.publish,
            remove=self.remove,
            tags=lambda: list(self.kept.values()),
            clock=lambda: NOW,
            is_token=lambda text: hmac.compare_digest(text.encode(), KEY.encode()),
            github_secret=secret,
        )
        app = FastAPI()
        self.router = tag_router(desk, may_read=guard, may_write=guard)
        app.include_router(self.router)
        self.app = app
        self.client = TestClient(app)

    def publish(self, tag: LifecycleTag) -> None:
        self._reach()
        self.kept[tag.id] = tag

    def remove(self, tag_id: str) -> None:
        self._reach()
        self.kept.pop(tag_id, None)

    def _reach(self) -> None:
        if self.away:
            message = "no Kafka broker answers at secret-host:9092"
            raise GuardstreamError(message)

    @property
    def only(self) -> LifecycleTag:
        [tag] = self.kept.values()
        return tag

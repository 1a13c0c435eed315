"""What a worker makes of its topics, and of a broker that is away, before it counts."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, cast

from schemas.errors import GuardstreamError
from streams.transport.start_check import topics_are_right

if TYPE_CHECKING:
    from collections.abc import Callable


class FakeApp:
    """What the check asks of a Faust app."""

    def __init__(self) -> None:
        self.log = logging.getLogger("tests")
        self.should_stop = False
        self.crashed: list[str] = []

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def crash(self, reason: BaseException) -> None:
        self.crashed.append(str(reason))


def check(app: FakeApp, look: Callable[[], list[str]], patience: float) -> bool:
    return asyncio.run(topics_are_right(cast("Any", app), look, patience=patience, pause=0.001))


def test_topics_that_are_wrong_stop_the_start_and_all_are_named() -> None:
    app = FakeApp()
    assert not check(app, lambda: ["one is missing", "another is compacted"], patience=60)
    assert app.crashed == ["one is missing\nanother is compacted"]


def test_a_broker_that_restarts_is_waited_for() -> None:
    app, looks = FakeApp(), iter([GuardstreamError("away"), GuardstreamError("away"), None])

    def look() -> list[str]:
        error = next(looks)
        if error:
            raise error
        return []

    assert check(app, look, patience=60)
    assert not app.crashed


def test_a_broker_that_stays_away_stops_the_start_and_is_named() -> None:
    def look() -> list[str]:
        raise GuardstreamError("no broker at 127.0.0.1:1")

    app = FakeApp()
    assert not check(app, look, patience=0.05)
    assert app.crashed == ["no broker at 127.0.0.1:1"]


def test_a_worker_that_is_told_to_stop_meanwhile_does_not_crash() -> None:
    app = FakeApp()

    def look() -> list[str]:
        app.should_stop = True
        raise GuardstreamError("away")

    assert not check(app, look, patience=60)
    assert not app.crashed

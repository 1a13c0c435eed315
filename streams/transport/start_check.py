"""A worker counts only with topics that keep its counts exact."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from schemas.errors import GuardstreamError

if TYPE_CHECKING:
    from collections.abc import Callable

    from faust import App

LONGEST_BROKER_RESTART = 60.0
"""Seconds."""


async def topics_are_right(
    app: App, look: Callable[[], list[str]], *, patience: float = LONGEST_BROKER_RESTART, pause: float = 1.0
) -> bool:
    """Stop the start where topics are missing or wrong, since counts would be lost or split.

    ``look`` returns what is wrong, and raises GuardstreamError where no broker answers. Faust has reached the broker
    before this, so that one which does not answer now is restarting: it is waited for, up to ``patience`` seconds.
    """
    give_up = time.monotonic() + patience
    while not app.should_stop:
        try:
            problems = await asyncio.to_thread(look)
        except GuardstreamError as error:
            if time.monotonic() < give_up:
                app.log.warning("Could not look at the topics yet: %s", error)
                await app.sleep(pause)
                continue
            problems = [str(error)]
        if problems:
            app.log.critical("Stopping: %s", "; ".join(problems))
            await app.crash(GuardstreamError("\n".join(problems)))
        return not problems
    return False

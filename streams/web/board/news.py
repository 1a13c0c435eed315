"""News for open pages: what the feed has read is told to all of them, at most once a second each."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

EVERY_S = 1.0
STILL_HERE_S = 15.0
MOST_PAGES = 200


class News:
    """Tells pages that something came. ``tell`` may be called from any thread, before anybody listens too."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pages: set[asyncio.Event] = set()
        self._ended = False

    def tell(self) -> None:
        """Something came."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # The loop has ended, and with it all pages.
                loop.call_soon_threadsafe(self._wake)

    def end(self) -> None:
        """Let all pages go, so that the server can end."""
        self._ended = True
        self.tell()

    def _wake(self) -> None:
        for page in self._pages:
            page.set()

    @property
    def is_full(self) -> bool:
        """Whether as many pages listen as may."""
        return len(self._pages) >= MOST_PAGES

    @property
    def is_heard(self) -> bool:
        """Whether a page listens."""
        return bool(self._pages)

    async def follow(self) -> AsyncIterator[bool]:
        """True for each time that something came, False when nothing did for a while."""
        self._loop = asyncio.get_running_loop()
        page = asyncio.Event()
        self._pages.add(page)
        try:
            while not self._ended:
                try:
                    await asyncio.wait_for(page.wait(), STILL_HERE_S)
                except TimeoutError:
                    yield False
                    continue
                page.clear()
                if not self._ended:
                    yield True
                    await asyncio.sleep(EVERY_S)
        finally:
            self._pages.discard(page)

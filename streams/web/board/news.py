"""News for open pages: of what the feed has read each is told what it shows, at most twice a second."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

EVERY_S = 0.5
"""As often as workers write counts, by default."""
STILL_HERE_S = 15.0
MOST_PAGES = 200


ALL: frozenset[str] = frozenset()


@dataclass(eq=False, slots=True)
class _Page:
    """What a page shows (all, where that is empty), and whether any of it came."""

    shows: frozenset[str]
    came: asyncio.Event = field(default_factory=asyncio.Event)


class News:
    """Tells pages that something came. ``tell`` may be called from any thread, before anybody listens too.

    Of what kind it is, is said in the store's words: counts, alerts, events, tags.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pages: set[_Page] = set()
        self._ended = False

    def tell(self, kinds: frozenset[str] = ALL) -> None:
        """Something of these kinds came; of any, where none is named."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # The loop has ended, and with it all pages.
                loop.call_soon_threadsafe(self._wake, kinds)

    def end(self) -> None:
        """Let all pages go, so that the server can end."""
        self._ended = True
        self.tell()

    def _wake(self, kinds: frozenset[str]) -> None:
        for page in self._pages:
            if not kinds or not page.shows or kinds & page.shows:
                page.came.set()

    @property
    def is_full(self) -> bool:
        """Whether as many pages listen as may."""
        return len(self._pages) >= MOST_PAGES

    @property
    def is_heard(self) -> bool:
        """Whether a page listens."""
        return bool(self._pages)

    async def follow(self, shows: frozenset[str] = ALL) -> AsyncIterator[bool]:
        """True for each time that something of these kinds came, False when nothing did for a while."""
        self._loop = asyncio.get_running_loop()
        page = _Page(shows)
        self._pages.add(page)
        try:
            while not self._ended:
                try:
                    await asyncio.wait_for(page.came.wait(), STILL_HERE_S)
                except TimeoutError:
                    yield False
                    continue
                page.came.clear()
                if not self._ended:
                    yield True
                    await asyncio.sleep(EVERY_S)
        finally:
            self._pages.discard(page)

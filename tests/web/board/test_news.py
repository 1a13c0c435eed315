"""News of open pages: each hears of what it shows, and of what comes in a short while once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from streams.web.board.news import EVERY_S, News

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

COUNTS, EVENTS = frozenset({"counts"}), frozenset({"events"})
EVERYTHING: frozenset[str] = frozenset()


class Page:
    """A page that listens."""

    def __init__(self, news: News, shows: frozenset[str]) -> None:
        self.heard = 0
        self._task = asyncio.create_task(self._listen(news, shows))

    async def _listen(self, news: News, shows: frozenset[str]) -> None:
        async for something in news.follow(shows):
            self.heard += something

    async def end(self) -> None:
        await asyncio.wait_for(self._task, 10)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - pages only count
            await asyncio.sleep(0.005)


def run(story: Coroutine[None, None, None]) -> None:
    asyncio.run(story)


def test_a_page_hears_only_of_what_it_shows() -> None:
    async def story() -> None:
        news = News()
        counting, searching, other = (Page(news, shows) for shows in (COUNTS, EVENTS, EVERYTHING))
        await until(lambda: news.is_heard)
        news.tell(EVENTS)
        await until(lambda: searching.heard == other.heard == 1)
        news.tell(COUNTS)
        await until(lambda: counting.heard == 1)
        await until(lambda: other.heard == 2)
        assert searching.heard == 1
        news.tell()
        await until(lambda: (counting.heard, searching.heard, other.heard) == (2, 2, 3))
        news.end()
        for page in (counting, searching, other):
            await page.end()
        assert not news.is_heard

    run(story())


def test_the_first_of_many_is_told_at_once_and_the_rest_together() -> None:
    async def story() -> None:
        news, clock = News(), asyncio.get_running_loop().time
        page = Page(news, COUNTS)
        await until(lambda: news.is_heard)
        began = clock()
        while page.heard < 3:
            news.tell(COUNTS)
            await asyncio.sleep(0.005)
        # At once, after a pause, and after another one.
        assert clock() - began >= 2 * EVERY_S * 0.95
        news.end()
        await page.end()

    run(story())

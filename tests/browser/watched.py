"""A window of which is remembered what went wrong in it, and whom it asked."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request


class Watched:
    """A window. ``close`` fails where a script failed, the policy was broken, or another host was asked."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.wrong: list[str] = []
        self.hosts: set[str] = set()
        self.expected: tuple[str, ...] = ()
        """Texts of messages that the test provokes itself."""
        context.set_default_timeout(10_000)
        context.on("page", self._watch)
        self.page: Page = context.new_page()

    def _watch(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.wrong.append(message.text)

    def _asked(self, request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host is not None:
            self.hosts.add(host)

    def close(self) -> None:
        """Close it, and say what went wrong."""
        self.context.close()
        wrong = [one for one in self.wrong if not any(text in one for text in self.expected)]
        assert wrong == [], wrong
        assert self.hosts <= {"127.0.0.1"}, self.hosts

"""A dashboard that really listens, on a port of its own."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from streams.web.board import event_pages
from streams.web.board.access import Access
from streams.web.board.app import create_board
from tests.web.board.boards import TOKEN

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tests.web.board.world import World


@dataclass(eq=False)
class Served:
    """A world's dashboard at ``address``."""

    world: World
    open_reads: bool = True
    port: int = 0

    def __post_init__(self) -> None:
        # On a busy machine a search is not to stop where the page's reader would be let go on by a click.
        event_pages.LONGEST_S = 5.0
        self.app: FastAPI = create_board(self.world.board, Access(TOKEN, open_reads=self.open_reads))
        self._socket = socket.create_server(("127.0.0.1", self.port))
        self.port = self._socket.getsockname()[1]
        config = uvicorn.Config(self.app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin, and return once it answers."""
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started:
            assert self._thread.is_alive(), "the server has ended"
            assert time.monotonic() < deadline, "the server does not start"
            time.sleep(0.01)

    def wait_for_page(self) -> None:
        """Return once a page listens for news."""
        deadline = time.monotonic() + 10
        while not self.world.board.news.is_heard:
            assert time.monotonic() < deadline, "no page asks for news"
            time.sleep(0.01)

    def tell(self) -> None:
        """Say that there is news, once a page listens."""
        self.wait_for_page()
        self.world.board.news.tell()

    def stop(self) -> None:
        """End, with all connections."""
        self.world.board.news.end()
        self._server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive(), "the server does not end"
        self._socket.close()

"""Listening."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI


class _Server(uvicorn.Server):
    """Lets pages that wait for news go before it waits for them."""

    def __init__(self, config: uvicorn.Config, ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._let_go = ending

    async def shutdown(self, sockets: object = None) -> None:
        """End."""
        self._let_go()
        await super().shutdown(sockets)  # type: ignore[arg-type]


def listen(app: FastAPI, host: str, port: int, ending: Callable[[], None]) -> None:
    """Serve until a signal says to end; ``ending`` is called first."""
    # The log of requests would hold the token of a link.
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    _Server(config, ending).run()

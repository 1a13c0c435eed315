"""Health and metrics of a worker, on loopback."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.adapters.metrics import Metrics

log = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class HealthServer:
    """Serves `/health` (200 while ``problem`` finds none, else 503 with the reason) and `/metrics`."""

    def __init__(self, host: str, port: int, metrics: Metrics, problem: Callable[[], str | None]) -> None:
        self._host = host
        self._port = port
        self._metrics = metrics
        self._problem = problem
        self._runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Listen; the address. A second worker on the same machine finds the port taken, and gets another."""
        application = web.Application()
        application.router.add_get("/health", self._health)
        application.router.add_get("/metrics", self._show_metrics)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError:
            await web.TCPSite(self._runner, self._host, 0).start()
        host, port = self._runner.addresses[0][:2]
        log.info("Health and metrics at http://%s:%s", host, port)
        return f"http://{host}:{port}"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _health(self, _: web.Request) -> web.Response:
        problem = self._problem()
        return web.json_response(
            {"status": "ok" if problem is None else "failing", "problem": problem},
            status=200 if problem is None else 503,
        )

    async def _show_metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=self._metrics.render(), headers={"Content-Type": CONTENT_TYPE})

"""Where aiokafka's or Faust's own way to fetch would cost too much, or fail."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from aiokafka.consumer import fetcher
from faust.transport.drivers import aiokafka as driver

FETCH_WAIT_MS = 25
"""How long the broker may hold a fetch for which it has no records."""


class RawRecords(fetcher.PartitionRecords):  # type: ignore[misc]  # aiokafka has no types.
    """Records as the decoder made them (``offset``, ``timestamp``, ``key``, ``value``).

    Wrapping each in a ConsumerRecord of eleven fields, which aiokafka does here, costs a tenth of an event's time.
    """

    def _consumer_record(self, tp: Any, record: Any) -> Any:  # noqa: ARG002 - aiokafka's signature
        return record


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """The thread that aiokafka's consumer runs in."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        # aiokafka has one fetch at a time under way to a broker, for the partitions that had nothing buffered: while it
        # waits for idle ones, busy ones wait with it, by Faust's choice for 1.5 seconds.
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001
        return consumer

    async def on_thread_stop(self) -> None:
        """Stop, without ado where the broker is away."""
        # aiokafka lets the cancellation of a fetch out that waited for the broker, which would end the stop half-way.
        with suppress(asyncio.CancelledError):
            await super().on_thread_stop()

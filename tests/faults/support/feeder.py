"""Produces events at a steady rate in the background, whatever happens to workers and broker."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self

from confluent_kafka import Producer

from tests.faults.support.events import Clock, mixed_events
from tests.faults.support.topics import client_options

if TYPE_CHECKING:
    from streams.settings import Settings
    from tests.faults.support.events import Input

TICK = 0.05


class Feeder:
    """Feeds up to ``most`` mixed events; leaving the context stops it, whatever has failed inside."""

    def __init__(  # What a test says of its feed.
        self, settings: Settings, *, seed: int, rate: float, most: int, clock: Clock | None = None
    ) -> None:
        self._clock = clock or Clock()
        self._events = mixed_events(settings.topics(), seed, rate, self._clock)
        self._rate = rate
        self._most = most
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._feed, daemon=True)
        self._failures: list[str] = []
        # Long enough for any restart of the broker; what is not acknowledged in the end fails the test.
        self._producer = Producer(
            client_options(settings)
            | {
                "enable.idempotence": True,
                "linger.ms": 10,
                "partitioner": "murmur2_random",
                "message.timeout.ms": 120_000,
            }
        )
        self.fed = 0
        self.seconds = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._producer.purge()

    @property
    def done(self) -> bool:
        """Whether it has fed all that it should."""
        return not self._thread.is_alive()

    def finish(self) -> None:
        """Stop feeding, and see that the broker has everything."""
        self._stop.set()
        self._thread.join()
        left = self._producer.flush(120)
        if left or self._failures:
            message = f"{left + len(self._failures)} events did not reach the broker: {self._failures[:3]}"
            raise AssertionError(message)

    def _feed(self) -> None:
        began = time.monotonic()
        while not self._stop.is_set() and self.fed < self._most:
            due = min(self._most, int((time.monotonic() - began) * self._rate))
            while self.fed < due and not self._stop.is_set():
                self._produce(next(self._events))
            self._producer.poll(0)
            self._stop.wait(TICK)
        self.seconds = time.monotonic() - began

    def _produce(self, event: Input) -> None:
        topic, key, value = event
        while not self._stop.is_set():
            try:
                self._producer.produce(topic, value, key, on_delivery=self._delivered, timestamp=self._clock.now_ms())
            except BufferError:
                self._producer.poll(0.1)
            else:
                self.fed += 1
                return

    def _delivered(self, error: object, _: object) -> None:
        if error is not None:
            self._failures.append(str(error))

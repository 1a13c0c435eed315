"""From an event to its alert, seen by a consumer: ``python -m bench.latency``.

Events are sent when their time comes, at a steady rate, whatever the worker does. For an immediate alert the clock
starts at the event's own time; for a windowed one at its window's end and the allowed delay, when the watermark passes.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from bench.load import Mix, make, produce
from bench.processes import cpu_seconds
from bench.rig import PARTITIONS, ROOT, rig, wait_for
from streams.settings import load_settings, shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

DELAY_S = 5
LEAD_S = 3
"""Making templates and the estate takes seconds, which have to be over when the first event is due."""
WARM_UP_S = 10
MIX = Mix(findings=100, alerting_share=0.5)


def milliseconds(text: str) -> float:
    """Return an RFC 3339 instant as epoch milliseconds."""
    return datetime.fromisoformat(text).timestamp() * 1000


class Listener(threading.Thread):
    """A consumer of alerts that notes when each came."""

    def __init__(self, servers: str, topic: str) -> None:
        super().__init__(daemon=True)
        self.alerts: list[tuple[float, bytes]] = []
        self.immediate = 0
        self.enough = threading.Event()
        self._consumer = Consumer({"bootstrap.servers": servers, "group.id": "bench-latency", "fetch.wait.max.ms": 10})
        self._consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in range(PARTITIONS)])

    def run(self) -> None:
        """Read until told that it is enough."""
        while not self.enough.is_set():
            for message in self._consumer.consume(500, 0.005):
                value = message.value()
                if message.error() is None and value is not None:
                    self.alerts.append((time.time() * 1000, value))
                    self.immediate += b'"window":null' in value
        self._consumer.close()


def delays_of(alerts: Sequence[tuple[float, bytes]], since_ms: float) -> tuple[list[float], list[float]]:
    """Return the delays (ms) of immediate and of windowed alerts for events and windows after an instant."""
    immediate, windowed = [], []
    for came, value in alerts:
        alert: dict[str, Any] = orjson.loads(value)
        if alert["window"] is None:
            at_ms = milliseconds(alert["evidence"]["first"]["detail"]["updatedAt"])
            if at_ms >= since_ms:
                immediate.append(came - at_ms)
        elif alert["rule"]["id"] == "any-finding-of-account":
            passed = milliseconds(alert["ends_at"] or alert["starts_at"]) + DELAY_S * 1000
            if passed >= since_ms:
                windowed.append(came - passed)
    return immediate, windowed


def describe(name: str, delays: list[float]) -> None:
    """Print what the delays were."""
    if not delays:
        print(f"{name:<10} none")
        return
    delays.sort()
    p50, p99 = (delays[min(int(len(delays) * share), len(delays) - 1)] for share in (0.5, 0.99))
    print(f"{name:<10} {len(delays):>8,} times   p50 {p50:6.0f} ms   p99 {p99:6.0f} ms   max {delays[-1]:6.0f} ms")


def main(
    rate: Annotated[int, typer.Option(help="Findings a second, half of them alerting.")] = 3_500,
    seconds: Annotated[int, typer.Option(help="How long to play; the first ten seconds are not counted.")] = 150,
) -> None:
    """Measure the time from an event to its alert."""
    with rig() as place:
        rules = f"{shipped('rules')}:{ROOT / 'bench' / 'latency_rules'}"
        environment = place.settings(RULES=rules, FINDINGS_DELAY=str(DELAY_S))
        settings = load_settings(environment)
        topics = settings.topics()
        worker = place.worker(environment)
        wait_for("assignment", 60, lambda: place.broker.members(settings.app_id) == 1, worker)
        listener = Listener(place.servers, topics.alerts)
        listener.start()
        start_ms = time.time_ns() // 1_000_000 + LEAD_S * 1000
        events = make(MIX, rate * seconds, topics.inputs(), start_ms, 1000 / rate)
        first = next(events)
        before = cpu_seconds([worker.process.pid])
        behind = produce(place.servers, chain([first], events), live=True)
        used = cpu_seconds([worker.process.pid]) - before
        expected = rate * seconds // 2
        wait_for("the last alert", 60, lambda: listener.immediate >= expected, worker)
        listener.enough.set()
        listener.join()
    print(f"{rate:,} findings/s for {seconds} s, half of them alerting; the worker used {used / seconds:.2f} cores")
    immediate, windowed = delays_of(listener.alerts, start_ms + WARM_UP_S * 1000)
    # What the sender was late by is in the alerts' delays too: a machine that is too busy to send can't be measured.
    describe("sending", behind[rate * WARM_UP_S :])
    describe("immediate", immediate)
    describe("windowed", windowed)


if __name__ == "__main__":
    typer.run(main)

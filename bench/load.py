"""The events that benchmarks play, and how they come into Kafka."""

from __future__ import annotations

import random
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from confluent_kafka import Producer

from streams.core.generate.estate import make_estate
from streams.core.generate.fast import fast_findings, fast_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FLUSH_SECONDS = 120


class Timed(NamedTuple):
    """A message and its time (epoch ms)."""

    topic: str
    key: bytes
    value: bytes
    at_ms: int


class Mix(NamedTuple):
    """What to make: ``findings`` in a hundred events, and which share of all events alerts at once."""

    findings: int
    alerting_share: float
    accounts: int = 1_000
    skew: float | None = None


def make(mix: Mix, count: int, topics: tuple[str, str], start_ms: int, step_ms: float) -> Iterator[Timed]:
    """Make ``count`` events for the topics of findings and of records, one each ``step_ms``."""
    rng = random.Random(1)  # noqa: S311 - events that can be made again are wanted, not secrets
    estate = make_estate(rng, accounts=mix.accounts, skew=mix.skew)
    of_findings = count * mix.findings // 100
    findings = fast_findings(
        rng, estate, of_findings, start_ms, step_ms * count / max(of_findings, 1), alerting_share=mix.alerting_share
    )
    rest = count - of_findings
    records = fast_records(
        rng, estate, rest, start_ms, step_ms * count / max(rest, 1), alerting_share=mix.alerting_share
    )
    for number in range(count):
        finding = (number + 1) * of_findings // count > number * of_findings // count
        key, value = next(findings if finding else records)
        yield Timed(topics[0] if finding else topics[1], key, value, start_ms + int(number * step_ms))


def produce(servers: str, events: Iterable[Timed], *, live: bool = False) -> list[float]:
    """Send events, keyed and partitioned as AWS's are; ``live`` sends each when its time has come.

    Returns how many milliseconds after its time each event was sent, where that was the aim.
    """
    failed: list[str] = []
    behind: list[float] = []
    producer = Producer(
        {
            "bootstrap.servers": servers,
            "compression.type": "lz4",
            "linger.ms": 5 if live else 50,
            "partitioner": "murmur2_random",
            "queue.buffering.max.messages": 200_000,
            "on_delivery": lambda error, _: failed.append(str(error)) if error else None,
        }
    )
    for event in events:
        if live:
            if (early := event.at_ms / 1000 - time.time()) > 0:
                producer.poll(0)
                time.sleep(early)
            behind.append(max(time.time() * 1000 - event.at_ms, 0))
        while True:
            try:
                producer.produce(event.topic, event.value, event.key, timestamp=event.at_ms)
                break
            except BufferError:
                producer.poll(0.1)
    left = producer.flush(FLUSH_SECONDS)
    if left or failed:
        sys.exit(f"{left + len(failed):,} events were not taken: {failed[:1] or 'timed out'}")
    return behind

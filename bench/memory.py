"""Memory and restart with many series: ``python -m bench.memory``.

Series come in as stage 1 would send them: messages in partial-counts. What was sent is awaited before more is, as in
life; ``--at-once`` says how many minutes one message holds, and so how often each row is written again.
"""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING, Annotated

import typer
from confluent_kafka import Producer

from bench.processes import resident_mb
from bench.rig import PARTITIONS, rig, wait_for
from streams.core.windows.partials import Counts, Group, Partial
from streams.core.windows.partitioning import partition_of
from streams.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.topics import Topics

MINUTES = 45
GROUPS_A_MESSAGE = 500
MEASURE = "bench-series"
HOUR_MS = 3_600_000
SETTLING_S = 8
"""Freed memory goes back to the system every five seconds."""


def messages(topics: Topics, groups: dict[int, list[Group]], first: int, minutes: range) -> Iterator[tuple[int, bytes]]:
    """Yield target partition and value of messages that count once in each of ``minutes`` for every group."""
    counts = [(first + minute, 1) for minute in minutes]
    offset = minutes.start * 1_000
    clock = (first + minutes.stop) * 60_000
    for target, found in groups.items():
        for number, begin in enumerate(range(0, len(found), GROUPS_A_MESSAGE)):
            part = {group: Counts(list(counts)) for group in found[begin : begin + GROUPS_A_MESSAGE]}
            start = offset + number
            # Each target is told by the source partition of its number, which is enough for it to count.
            partial = Partial(
                topics.findings, target, PARTITIONS, start, start + 1, clock - 60_000, clock, {MEASURE: part}
            )
            yield target, partial.encode()


def main(
    series: Annotated[int, typer.Option(help="How many groups.")] = 100_000,
    at_once: Annotated[int, typer.Option(help="Minutes that one message fills.")] = 1,
) -> None:
    """Fill 45 minutes of every series, then restart the worker."""
    groups: dict[int, list[Group]] = defaultdict(list)
    for number in range(series):
        group = (f"{100_000_000_000 + number}", "High")
        groups[partition_of(group, PARTITIONS)].append(group)
    with rig() as place:
        environment = place.settings()
        settings = load_settings(environment)
        topics = settings.topics()
        worker = place.worker(environment)
        wait_for("assignment", 60, lambda: place.broker.members(settings.app_id) == 1, worker)
        wait_for("the first answer", 60, lambda: bool(worker.metrics()), worker)
        print(f"empty: {resident_mb(worker.process.pid):.0f} MB resident")
        # All minutes lie in one hour, so that a series is one row.
        first = (time.time_ns() // 1_000_000 // HOUR_MS - 1) * 60
        producer = Producer({"bootstrap.servers": place.servers, "message.max.bytes": 8_000_000})

        def settled() -> bool:
            end = place.broker.end(topics.partial_counts, PARTITIONS)
            return place.broker.committed(settings.app_id).get(topics.partial_counts, 0) >= end

        began = time.monotonic()
        for minute in range(0, MINUTES, at_once):
            span = range(minute, min(minute + at_once, MINUTES))
            for target, value in messages(topics, groups, first, span):
                producer.produce(topics.partial_counts, value, partition=target)
                producer.poll(0)
            producer.flush()
            wait_for("counts committed", 300, settled, worker)
        pid = worker.process.pid
        time.sleep(SETTLING_S)
        filled = f"{resident_mb(pid):.0f} MB resident, {resident_mb(pid, peak=True):.0f} MB at most"
        print(f"{series:,} series, {MINUTES} minutes each: {filled}; filled in {time.monotonic() - began:.0f} s")
        worker.stop()
        written = place.broker.end(topics.rows, PARTITIONS)
        began = time.monotonic()
        again = place.worker(environment)
        wait_for("rows restored", 300, lambda: again.metrics().get("guardstream_rows", 0) >= series, again)
        ready = time.monotonic() - began
        print(f"restart to ready: {ready:.1f} s ({written:,} changelog records were written)")
        time.sleep(SETTLING_S)
        print(f"after the restart: {resident_mb(again.process.pid):.0f} MB resident")


if __name__ == "__main__":
    typer.run(main)

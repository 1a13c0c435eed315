"""How fast a backlog is worked off: ``python -m bench.throughput``.

From the first sample in which all workers have their partitions to the first in which the group's committed offsets are
the ends of both inputs and of partial-counts, sampled every 50 ms.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated, Literal

import typer

from bench.load import Mix, make, produce
from bench.processes import busy_seconds, cpu_seconds, resident_mb
from bench.rig import PARTITIONS, Rig, rig, wait_for
from streams.settings import load_settings

MIXES = {
    "findings": Mix(findings=100, alerting_share=0.5),
    "cloudtrail": Mix(findings=5, alerting_share=0.001),
    "skewed": Mix(findings=100, alerting_share=0.5, skew=0.8),
}
LONGEST = 900
Kind = Literal["findings", "cloudtrail", "skewed"]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run showed; CPU in microseconds an event."""

    rate: float
    worker_us: float
    broker_us: float | None
    others: float
    resident: float


def measure(  # noqa: PLR0913, PLR0917 - what a run is made of
    place: Rig, mix: Mix, count: int, step_ms: float, workers: int, cores: float | None
) -> Figures:
    """Fill the topics, start workers, and measure until everything is committed."""
    environment = place.settings()
    settings = load_settings(environment)
    topics = settings.topics()
    group, broker = settings.app_id, place.broker
    start_ms = time.time_ns() // 1_000_000 - int(count * step_ms)
    produce(place.servers, make(mix, count, topics.inputs(), start_ms, step_ms))
    ends = {topic: broker.end(topic, PARTITIONS) for topic in topics.inputs()}
    running = [place.worker(environment, cores) for _ in range(workers)]
    pids = [worker.process.pid for worker in running]
    own = [broker.pid] if broker.pid else []

    def done() -> bool:
        committed = broker.committed(group)
        return all(committed.get(topic, 0) >= end for topic, end in ends.items()) and committed.get(
            topics.partial_counts, 0
        ) >= broker.end(topics.partial_counts, PARTITIONS)

    wait_for("assignment", 60, lambda: broker.members(group) >= workers, running[0])
    began, before = time.monotonic(), (cpu_seconds(pids), cpu_seconds(own), busy_seconds())
    wait_for("all offsets committed", LONGEST, done, running[0])
    took = time.monotonic() - began
    mine, brokers, busy = (
        now - then for now, then in zip((cpu_seconds(pids), cpu_seconds(own), busy_seconds()), before, strict=True)
    )
    resident = max(resident_mb(pid, peak=True) for pid in pids)
    for worker in running:
        worker.stop()
    others = (busy - mine - brokers) / took
    return Figures(count / took, mine / count * 1e6, brokers / count * 1e6 if own else None, others, resident)


def run(kinds: list[Kind], count: int, step_ms: float, workers: list[int], cores: float | None = None) -> None:
    """Print a line for each kind and number of workers."""
    print(f"{count:,} events, {step_ms:g} ms of event time each, {PARTITIONS} partitions, shipped rules and measures")
    if cores is not None:
        print(f"each worker is held to {cores:g} cores")
    print(f"{'events':<12}{'workers':>8}{'events/s':>10}{'worker us':>11}{'broker us':>11}{'others':>8}{'peak MB':>9}")
    for kind in kinds:
        for number in workers:
            with rig() as place:
                found = measure(place, MIXES[kind], count, step_ms, number, cores)
            broker = "-" if found.broker_us is None else f"{found.broker_us:.1f}"
            figures = (
                f"{found.rate:>10,.0f}{found.worker_us:>11.1f}{broker:>11}{found.others:>8.2f}{found.resident:>9.0f}"
            )
            print(f"{kind:<12}{number:>8}{figures}", flush=True)


def main(
    kinds: Annotated[list[str] | None, typer.Argument(help="findings, cloudtrail, skewed; default all.")] = None,
    *,
    count: Annotated[int, typer.Option(help="Events of each run.")] = 500_000,
    step_ms: Annotated[float, typer.Option(help="Event time between two events.")] = 1,
    workers: Annotated[list[int] | None, typer.Option(help="Numbers of workers; repeat it. Default 1.")] = None,
) -> None:
    """Measure how fast a backlog is worked off."""
    chosen: list[Kind] = [kind for kind in MIXES if kinds is None or kind in kinds]  # type: ignore[misc]
    run(chosen, count, step_ms, workers or [1])


if __name__ == "__main__":
    typer.run(main)

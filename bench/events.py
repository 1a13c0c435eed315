"""Write events to a file or to a topic: ``python -m bench.events findings 1000000 --topic guardduty-findings``."""

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer
from confluent_kafka import Producer

from streams.core.generate.estate import make_estate
from streams.core.generate.fast import fast_findings, fast_records

_FLUSH_S = 60
_SHARES = {"findings": 0.5, "cloudtrail": 0.001}


def main(  # noqa: PLR0913  # Each is an option of the command.
    kind: Annotated[Literal["findings", "cloudtrail"], typer.Argument(help="What to make.")],
    count: Annotated[int, typer.Argument(min=1, help="How many events.")],
    *,
    file: Annotated[Path | None, typer.Option(help="Write JSON lines to this file.")] = None,
    topic: Annotated[str | None, typer.Option(help="Produce to this topic; timestamps are the events' own.")] = None,
    broker: Annotated[str, typer.Option(envvar="GUARDSTREAM_BOOTSTRAP_SERVERS")] = "127.0.0.1:9092",
    seed: Annotated[int, typer.Option(help="The same seed and start make the same events.")] = 1,
    start_ms: Annotated[int | None, typer.Option(help="Time of the first event, ms; so that the last is now.")] = None,
    step_ms: Annotated[float, typer.Option(min=0, help="Event time between two events.")] = 10,
    alerting_share: Annotated[float | None, typer.Option(min=0, max=1, help="Default 0.5, or 0.001.")] = None,
    accounts: Annotated[int, typer.Option(min=1)] = 1_000,
    skew: Annotated[float | None, typer.Option(help="Share of the first account, say 0.8.")] = None,
) -> None:
    """Make COUNT events of an estate with 5,000 resources and 200 security groups."""
    if (file is None) == (topic is None):
        message = "give either --file or --topic"
        raise typer.BadParameter(message)
    start_ms = time.time_ns() // 1_000_000 - int(count * step_ms) if start_ms is None else start_ms
    share = _SHARES[kind] if alerting_share is None else alerting_share
    rng = random.Random(seed)  # noqa: S311  # Events that can be made again are wanted, not secrets.
    make = fast_findings if kind == "findings" else fast_records
    events = make(rng, make_estate(rng, accounts=accounts, skew=skew), count, start_ms, step_ms, alerting_share=share)
    began = time.monotonic()
    size = _write(events, file) if file else _produce(events, str(topic), broker, start_ms, step_ms)
    took = time.monotonic() - began
    print(f"{count:,} events, {size / count:,.0f} bytes each, {count / took:,.0f} events/s", file=sys.stderr)


def _write(events: Iterator[tuple[bytes, bytes]], file: Path) -> int:
    with file.open("wb") as out:
        return sum(out.write(value + b"\n") for _, value in events)


def _produce(events: Iterator[tuple[bytes, bytes]], topic: str, broker: str, start_ms: int, step_ms: float) -> int:
    failed: list[str] = []
    producer = Producer(
        {
            "bootstrap.servers": broker.removeprefix("kafka://"),
            "compression.type": "lz4",
            "linger.ms": 20,
            "partitioner": "murmur2_random",
            "queue.buffering.max.messages": 200_000,
            "on_delivery": lambda error, _: failed.append(str(error)) if error else None,
        }
    )
    size = 0
    for number, (key, value) in enumerate(events):
        at_ms = start_ms + int(number * step_ms)
        while True:
            try:
                producer.produce(topic, value, key, timestamp=at_ms)
                break
            except BufferError:
                producer.poll(0.1)
        size += len(value)
    left = producer.flush(_FLUSH_S)
    if failed or left:
        sys.exit(
            f"{len(failed) + left:,} events were not taken by {broker}, topic {topic}: {failed[:1] or 'timed out'}"
        )
    return size


if __name__ == "__main__":
    typer.run(main)

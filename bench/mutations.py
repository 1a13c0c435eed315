"""Corrupted input through a live worker: ``python -m bench.mutations``.

Real records where GUARDSTREAM_CORPORA names a folder of them, else generated ones; each is damaged in one of several
ways. Whatever a message holds must come out as an enriched event, a dead letter, or be recognised as something else.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.load import Mix, Timed, make, produce
from bench.rig import PARTITIONS, rig, wait_for
from streams.core.parsing.unwrap import unwrap
from streams.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LONGEST_RECORD = 200_000
ENOUGH = 2_000
SOME_VALUES = (b"null", b"[]", b"{}", b"NaN", b"1e999", b'"\\ud800"', b"-0", b"[" * 200 + b"]" * 200)


def records(mix: Mix) -> list[bytes]:
    """Return whole records to damage."""
    folder = os.environ.get("GUARDSTREAM_CORPORA")
    found: list[bytes] = []
    if folder:
        for kind in ("guardduty", "cloudtrail"):
            for file in sorted((Path(folder) / kind).rglob("*.*")):
                value = file.read_bytes()
                found += value.splitlines() if file.suffix == ".jsonl" else [value]
    if not found:
        found = [event.value for event in make(mix, ENOUGH, ("f", "c"), time.time_ns() // 1_000_000, 1)]
    return [value for value in found if 0 < len(value) <= LONGEST_RECORD]


def damage(rng: random.Random, value: bytes) -> bytes:
    """Return the record with one thing wrong with it."""
    way: Callable[[random.Random, bytes], bytes] = rng.choice((_flip, _cut, _drop, _double, _other_kind, _not_utf8))
    return way(rng, value)


def _flip(rng: random.Random, value: bytes) -> bytes:
    changed = bytearray(value)
    for _ in range(rng.randint(1, 4)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut(rng: random.Random, value: bytes) -> bytes:
    return value[: rng.randrange(len(value))]


def _drop(rng: random.Random, value: bytes) -> bytes:
    begin = rng.randrange(len(value))
    return value[:begin] + value[begin + rng.randint(1, 40) :]


def _double(rng: random.Random, value: bytes) -> bytes:
    begin = rng.randrange(len(value))
    return value[:begin] + value[begin : begin + rng.randint(1, 400)] + value[begin:]


def _other_kind(rng: random.Random, value: bytes) -> bytes:
    """Put a value of another kind after one of the colons."""
    places = [place for place, byte in enumerate(value) if byte == ord(":")]
    if not places:
        return rng.choice(SOME_VALUES)
    begin = rng.choice(places) + 1
    end = min((place for place in (value.find(b",", begin), value.find(b"}", begin)) if place > 0), default=len(value))
    return value[:begin] + rng.choice(SOME_VALUES) + value[end:]


def _not_utf8(rng: random.Random, value: bytes) -> bytes:
    begin = rng.randrange(len(value))
    return value[:begin] + rng.choice((b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x00")) + value[begin:]


def played(count: int, topics: tuple[str, str], originals: Sequence[bytes]) -> Iterator[Timed]:
    """Yield damaged records, taking turns between the topics."""
    rng = random.Random(1)  # noqa: S311 - damage that can be done again is wanted, not secrets
    now = time.time_ns() // 1_000_000
    for number in range(count):
        yield Timed(topics[number % 2], b"", damage(rng, rng.choice(originals)), now)


def main(count: Annotated[int, typer.Option(help="How many damaged records.")] = 20_000) -> None:
    """Play damaged records, and see that every part of every one is accounted for."""
    originals = records(Mix(findings=50, alerting_share=0.1))
    with rig() as place:
        environment = place.settings(ENRICH_CLOUDTRAIL="all")
        settings = load_settings(environment)
        topics = settings.topics()
        events = list(played(count, topics.inputs(), originals))
        expected = sum(1 for event in events for _ in unwrap(event.value))
        empty = sum(not any(True for _ in unwrap(event.value)) for event in events)
        worker = place.worker(environment)
        produce(place.servers, events)

        def done() -> bool:
            committed = place.broker.committed(settings.app_id)
            return sum(committed.get(topic, 0) for topic in topics.inputs()) >= count

        wait_for("all damaged records committed", 300, done, worker)
        metrics = worker.metrics()
        kinds: dict[str, int] = {}
        for name, value in metrics.items():
            if name.startswith("guardstream_events_total"):
                kind = name.partition('kind="')[2].partition('"')[0]
                kinds[kind] = kinds.get(kind, 0) + int(value)
        findings, cloudtrail, dead = (
            place.broker.end(topic, PARTITIONS)
            for topic in (topics.enriched_findings, topics.enriched_cloudtrail, topics.dead_letters)
        )
        alive = worker.alive()
    others = sum(number for kind, number in kinds.items() if kind not in ("finding", "cloudtrail", "refused"))
    print(f"{count:,} damaged records of {len(originals):,} originals hold {expected:,} parts ({empty:,} hold nothing)")
    print(f"{findings:,} enriched findings, {cloudtrail:,} enriched records, {others:,} of other kinds")
    print(f"{dead:,} dead letters")
    accounted = findings + cloudtrail + others + dead
    print(f"accounted for: {accounted:,} of {expected:,}; the worker is {'alive' if alive else 'dead'}")
    if accounted != expected or not alive or empty:
        sys.exit(1)


if __name__ == "__main__":
    typer.run(main)

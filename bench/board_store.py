"""The dashboard's store: how fast it takes panes in, and a page's sums come out: ``python -m bench.board_store``.

Thirty days of a thousand accounts: panes of the three measures that panels narrow by, as messages of `window-counts`.
"""

from __future__ import annotations

import itertools
import os
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from bench.processes import resident_mb
from schemas.topics import Topics
from streams.adapters.store.store import Store
from streams.adapters.topic_reader import Message
from streams.core.board.spans import MINUTE, Span, step_of
from streams.core.parsing.times import to_rfc3339

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DAYS = 30
ACCOUNTS = 1_000
RESOURCES = 20_000
BATCH = 10_000
END = 29_400_000
"""Epoch minutes."""
DETAIL = ("account", "region", "severity_label", "threat_purpose", "type", "resource_type")
MEASURES = {
    "findings-in-detail": (None, 9),
    "findings-in-detail-by-security-group": ("security_group", 6),
    "findings-by-resource": ("resource_id", 5),
}
"""The key in front, and how many of twenty panes are the measure's."""
MEASURE = "findings-in-detail"
HIGH = ("Critical", "High")
PAGE = [
    *[("findings-in-detail", by) for by in (("severity_label",),) * 4],
    ("findings-in-detail", ("account", "severity_label")),
    ("findings-in-detail", ("threat_purpose", "severity_label")),
    ("findings-in-detail", ("threat_purpose", "severity_label")),
    ("findings-in-detail", ("resource_type", "severity_label")),
    ("findings-in-detail", ("region", "severity_label")),
    ("findings-in-detail", ("threat_purpose", "type", "severity_label")),
    ("findings-in-detail-by-security-group", ("security_group", "severity_label")),
    ("findings-in-detail", ("type", "severity_label")),
]
"""Totals of a page's panels; two lines over time come with them."""
FILTERS: dict[str, dict[str, tuple[str | None, ...]]] = {
    "no filter": {},
    "one account": {"account": ("100000000003",)},
    "High and above": {"severity_label": HIGH},
}


def messages(panes: int, seed: int = 1) -> Iterator[Message]:
    """Panes in order of time, one in ten of them told twice, as flushes within a minute do."""
    rng = random.Random(seed)  # noqa: S311 - figures that can be made again are wanted, not secrets
    topic = Topics().window_counts
    which = [name for name, (_, share) in MEASURES.items() for _ in range(share)]
    offset = itertools.count()
    for number in range(panes):
        name = which[number % len(which)]
        first = MEASURES[name][0]
        kind = int(rng.random() ** 2 * 60)
        group: dict[str, str] = {}
        if first == "security_group":
            group[first] = f"sg-{int(rng.random() ** 2 * 400)}"
        elif first:
            group[first] = f"arn:aws:ec2:eu-west-1:111122223333:instance/i-{int(rng.random() ** 2 * RESOURCES):017x}"
        purpose = f"Purpose{kind % 12}"
        severity = ("Low", "Medium", "High", "Critical")[kind % 4]
        place = (f"{100_000_000_000 + int(rng.random() ** 3 * ACCOUNTS)}", f"region-{int(rng.random() ** 2 * 12)}")
        what = (severity, purpose, f"{purpose}:EC2/SomeThreat.{kind}", f"Resource{kind % 5}")
        group |= dict(zip(DETAIL, (*place, *what), strict=True))
        minute = END - DAYS * 1_440 + number * DAYS * 1_440 // panes
        key = orjson.dumps(
            {"measure": name, "definition": "5f2c9a", "group": group, "start": to_rfc3339(minute * MINUTE)}
        )
        for version in range(1 + (number % 10 == 0)):
            value = b'%s,"count":%d,"late":0,"version":%d}' % (key[:-1], 1 + number % 3, number + version)
            yield Message(topic, 0, next(offset), minute * MINUTE, key, value)


def fill(store: Store, panes: int) -> tuple[int, float]:
    """Take all of them; how many messages there were, and the seconds that ``take`` took."""
    count, seconds, source = 0, 0.0, messages(panes)
    while batch := list(itertools.islice(source, BATCH)):
        began = time.perf_counter()
        store.take(batch)
        seconds += time.perf_counter() - began
        count += len(batch)
    return count, seconds


def page(store: Store, span: Span, where: dict[str, tuple[str | None, ...]]) -> list[float]:
    """Ask all that a page asks; the milliseconds of each question."""

    def timed(ask: Callable[[], object]) -> float:
        began = time.perf_counter()
        ask()
        return (time.perf_counter() - began) * 1_000

    step = step_of(span.minutes)
    lines = [timed(lambda by=by: store.trend(MEASURE, span, where, by, step)) for by in ((), ("severity_label",))]  # type: ignore[misc]
    return lines + [timed(lambda one=one: store.totals(one[0], span, where, one[1])) for one in PAGE]  # type: ignore[misc]


def small_batches(store: Store, start: int, size: int = 500, rounds: int = 20) -> float:
    """Milliseconds (median) in which a batch as it comes in a quiet minute is taken."""
    topic, found = Topics().window_counts, []
    source = messages(size * rounds, seed=2)
    for number in range(rounds):
        batch = [
            Message(topic, 0, start + number * size + place, one.timestamp_ms, one.key, one.value)
            for place, one in enumerate(itertools.islice(source, size))
        ]
        began = time.perf_counter()
        store.take(batch)
        found.append((time.perf_counter() - began) * 1_000)
    return statistics.median(found)


def main(
    panes: Annotated[int, typer.Option(help="How many panes.")] = 2_000_000,
    rounds: Annotated[int, typer.Option(help="How often each page is asked for.")] = 7,
) -> None:
    """Fill a store, and ask it for pages."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "board.duckdb"
        store = Store.open(path, Topics())
        count, seconds = fill(store, panes)
        print(f"intake: {count:,} messages in {seconds:.1f} s, {count / seconds:,.0f}/s; {_memory()}")
        began = time.perf_counter()
        store.close()
        store = Store.open(path, Topics())
        print(f"file: {path.stat().st_size / 1e6:.0f} MB; closed and opened in {time.perf_counter() - began:.1f} s")
        for days in (1, DAYS):
            span = Span((END - days * 1_440) * MINUTE, END * MINUTE)
            for name, where in FILTERS.items():
                found = [page(store, span, where) for _ in range(rounds)]
                whole = sorted(sum(one) for one in found)
                slowest = max(statistics.median(one[number] for one in found) for number in range(len(found[0])))
                print(
                    f"{days} d, {name}: {len(found[0])} questions in {statistics.median(whole):.0f} ms "
                    f"(at most {whole[-1]:.0f}); the slowest {slowest:.0f} ms"
                )
        span = Span((END - DAYS * 1_440) * MINUTE, END * MINUTE)
        began = time.perf_counter()
        rows = store.totals("findings-by-resource", span, {}, ("resource_id", "severity_label"))
        print(f"all resources by severity: {len(rows):,} rows in {(time.perf_counter() - began) * 1_000:.0f} ms")
        print(f"500 more panes, all over the 30 days: {small_batches(store, count):.0f} ms")
        print(_memory())
        store.close()


def _memory() -> str:
    return f"{resident_mb(os.getpid()):.0f} MB resident, {resident_mb(os.getpid(), peak=True):.0f} MB at most"


if __name__ == "__main__":
    typer.run(main)

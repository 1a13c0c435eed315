"""The dashboard's pages at size, over HTTP, while more comes in: ``python -m bench.board_page``.

Thirty days of a thousand accounts: panes, enriched findings, alerts and tags in one store, which a process of its own
fills in the feed's batches; each kind of click is made several times. Times are of whole answers of the real
application. Of both processes the memory is told, with what the application's own modules take.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import random
import statistics
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer
from fastapi.testclient import TestClient

from bench.board_store import DAYS, END
from bench.processes import resident_mb
from schemas.tag import LifecycleTag
from schemas.topics import Topics
from streams.adapters.board_feed import BATCH, BATCH_BYTES
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.adapters.store.store import Store
from streams.adapters.topic_reader import Message
from streams.core.board.choose import countables
from streams.core.board.panels import load_panels
from streams.core.board.spans import MINUTE
from streams.core.parsing.times import to_rfc3339
from streams.core.rules.measure_files import load_measures
from streams.settings import Settings
from streams.web.board.access import Access
from streams.web.board.app import create_board
from streams.web.board.board import Board, Freshness, Writes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TOPICS = Topics()
NOW = END * MINUTE
SEVERITIES = ("Low", "Medium", "High", "Critical")
ACCOUNT = "100000000003"
MEASURES = (
    ("findings", None),
    *[("findings-by-severity", None)] * 2,
    *[("findings-by-purpose", "threat_purpose")] * 2,
    *[("findings-by-type", "type")] * 3,
    *[("findings-by-resource-type", "resource_type")] * 2,
    *[("findings-by-account", "account")] * 5,
    *[("findings-by-region", "region")] * 2,
    *[("findings-by-security-group", "security_group")] * 3,
)
"""Twenty panes, with the key that is counted by beside severity."""
FILTERS = {
    "no filter": "",
    "severity": "&severity_label=High",
    "account": f"&account={ACCOUNT}",
    "region": "&region=region-1",
    "purpose": "&threat_purpose=Purpose3",
    "type": "&type=Purpose3:EC2/SomeThreat.3",
    "resource type": "&resource_type=Resource3",
    "resource": "&resource_id=i-00000000000000005",
    "security group": "&security_group=sg-3",
    "2 keys": f"&account={ACCOUNT}&region=region-1",
    "3 keys": "&region=region-1&severity_label=High&security_group=sg-3",
}
CLICKS = {
    **{
        f"overview {span}, {name}": f"/?range={span}{query}"
        for span in ("30d", "7d", "24h")
        for name, query in FILTERS.items()
    },
    "overview 1h": "/?range=1h",
    "one panel, 30d": "/api/v1/panels/accounts?range=30d",
    "alerts 30d": "/alerts?range=30d",
    "alerts 30d, by level, open": "/alerts?range=30d&sort=level&state=open",
    "events 30d": "/events?range=30d",
    "events 30d, a type": "/events?range=30d&query=severity_label:critical%20AND%20resource_type:Resource3",
    "events 30d, rare": "/events?range=30d&query=title:never",
    "releases 30d": "/releases?range=30d",
    "releases 30d, an application": "/releases?range=30d&application=app-3&sort=more",
    "release": "/releases/tag-100",
}  # fmt: skip


def panes_of(count: int) -> Iterator[Message]:
    """Panes of the shipped measures, in order of time: most of them by account, whose keys have most values."""
    rng = random.Random(1)  # noqa: S311 - as below
    for number in range(count):
        name, key = MEASURES[number % len(MEASURES)]
        kind = int(rng.random() ** 2 * 60)
        values = {
            "account": f"{100_000_000_000 + int(rng.random() ** 3 * 1_000)}",
            "region": f"region-{int(rng.random() ** 2 * 12)}", "threat_purpose": f"Purpose{kind % 12}",
            "type": f"Purpose{kind % 12}:EC2/SomeThreat.{kind}", "resource_type": f"Resource{kind % 5}",
            "security_group": f"sg-{int(rng.random() ** 2 * 400)}",
        }  # fmt: skip
        group = ({key: values[key]} if key else {}) | ({"severity_label": SEVERITIES[kind % 4]} if number % 20 else {})
        start = to_rfc3339((END - DAYS * 1_440 + number * DAYS * 1_440 // count) * MINUTE)
        pane = {"measure": name, "definition": "d", "group": group, "start": start}
        value = orjson.dumps(pane | {"count": 1 + number % 3, "late": 0, "version": number})
        yield Message(TOPICS.window_counts, 0, number, NOW, orjson.dumps(pane), value)


def findings(count: int) -> Iterator[Message]:
    """Enriched findings in order of time, of about 1,800 bytes each."""
    rng = random.Random(3)  # noqa: S311 - figures that can be made again are wanted, not secrets
    padding = {f"key{number}": f"value {number} of an original finding" for number in range(24)}
    for number in range(count):
        at_ms = NOW - DAYS * 86_400_000 + number * DAYS * 86_400_000 // count
        kind = int(rng.random() ** 2 * 60)
        account = f"{100_000_000_000 + int(rng.random() ** 3 * 1_000)}"
        document = {
            "account": account, "region": f"region-{int(rng.random() ** 2 * 12)}", "event_time": to_rfc3339(at_ms),
            "severity": 5, "severity_label": SEVERITIES[kind % 4], "type": f"Purpose{kind % 12}:EC2/SomeThreat.{kind}",
            "threat_purpose": f"Purpose{kind % 12}", "threat_name": f"SomeThreat.{kind}",
            "resource_type": f"Resource{kind % 5}", "resource_id": f"i-{int(rng.random() ** 2 * 20_000):017x}",
            "security_groups": [f"sg-{int(rng.random() ** 2 * 400)}"], "remote_addresses": ["203.0.113.7"],
            "finding_id": f"f{number}", "finding": {"id": f"f{number}", "detail": padding},
        }  # fmt: skip
        yield Message(TOPICS.enriched_findings, 0, number, at_ms, account.encode(), orjson.dumps(document))


def others(alerts: int, tags: int) -> Iterator[Message]:
    """Alerts and tags, all over the thirty days."""
    for number in range(alerts):
        at_ms = NOW - number * DAYS * 86_400_000 // alerts - MINUTE
        document = {
            "alert_id": f"{number:032x}", "status": ("firing", "resolved")[number % 2], "starts_at": to_rfc3339(at_ms),
            "rule": {"id": f"r-{number % 40}", "title": f"R {number % 40}", "level": SEVERITIES[number % 4].lower()},
            "group": {"account": f"{100_000_000_000 + number % 1_000}"}, "summary": "7 in 10m, more than 5",
            "evidence": {"total": 1, "items": []},
        }  # fmt: skip
        key = document["alert_id"]
        yield Message(TOPICS.alerts, 0, number, at_ms, str(key).encode(), orjson.dumps(document))
    for number in range(tags):
        at = to_rfc3339(NOW - (number + 1) * DAYS * 86_400_000 // tags)
        tag = LifecycleTag(id=f"tag-{number}", name=f"app {number}", started_at=at, applications=(f"app-{number % 9}",))
        yield Message(TOPICS.lifecycle_tags, 0, number, NOW, tag.id.encode(), tag.encode())


def take_all(store: Store, messages: Iterator[Message]) -> int:
    """Take messages in batches as the feed makes them; how many."""
    batch: list[Message] = []
    count = size = 0
    for one in messages:
        batch.append(one)
        size += len(one.value or b"")
        if len(batch) == BATCH or size >= BATCH_BYTES:
            count += len(batch)
            store.take(batch)
            batch, size = [], 0
    store.take(batch)
    return count + len(batch)


def fill(path: Path, panes: int, held: int, memory: int) -> None:
    """Fill a store, and say how long it took and what it needed."""
    store = Store.open(path, TOPICS, f"{memory}MB")
    began = time.perf_counter()
    count = take_all(store, panes_of(panes)) + take_all(store, findings(held)) + take_all(store, others(20_000, 200))
    took = time.perf_counter() - began
    store.close()
    print(f"{count:,} messages taken in {took:.0f} s; file: {path.stat().st_size / 1e6:.0f} MB", flush=True)
    tell_memory("filling")


def tell_memory(what: str) -> None:
    """What this process holds, and the most that it held."""
    now, most = resident_mb(os.getpid()), resident_mb(os.getpid(), peak=True)
    print(f"{what}: {now:.0f} MB resident, {most:.0f} MB at most", flush=True)


class Incoming(threading.Thread):
    """A hundred findings a second, until it is stopped: what comes in while people click."""

    def __init__(self, store: Store, first: int) -> None:
        super().__init__(daemon=True)
        self._store, self._first = store, first
        self.stopped = threading.Event()

    def run(self) -> None:
        """Take them."""
        place = self._first
        while not self.stopped.wait(0.25):
            batch = [replace(one, offset=place + number) for number, one in enumerate(findings(25))]
            self._store.take(batch)
            place += len(batch)


def clicks(client: TestClient, rounds: int) -> Mapping[str, Sequence[float]]:
    """Milliseconds of each answer, by what was clicked."""
    found: dict[str, list[float]] = {name: [] for name in CLICKS}
    for _ in range(rounds):
        for name, address in CLICKS.items():
            began = time.perf_counter()
            answer = client.get(address)
            found[name].append((time.perf_counter() - began) * 1_000)
            if answer.status_code != 200:
                message = f"{address}: {answer.status_code}"
                raise RuntimeError(message)
    return found


def nearly_all(times: Sequence[float]) -> float:
    """What 95 % of the answers took no longer than."""
    return sorted(times)[min(len(times) - 1, math.ceil(0.95 * len(times)) - 1)]


def main(
    panes: Annotated[int, typer.Option(help="How many panes.")] = 2_000_000,
    held: Annotated[int, typer.Option(help="How many enriched findings.")] = 1_000_000,
    rounds: Annotated[int, typer.Option(help="How often each click is made.")] = 12,
    memory: Annotated[int, typer.Option(help="DuckDB's limit, in MB.")] = Settings().dashboard_memory,
) -> None:
    """Fill a store, click, and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "board.duckdb"
        filling = multiprocessing.get_context("spawn").Process(target=fill, args=(path, panes, held, memory))
        filling.start()
        filling.join()
        store = Store.open(path, TOPICS, f"{memory}MB")
        panels = load_panels([read_folder(shipped_folder("panels"))])
        measures = countables(load_measures([read_folder(shipped_folder("measures"))]))
        writes = Writes(lambda _: None, lambda _: None, lambda _: None)
        fresh = Freshness(NOW, oldest_ms=NOW - DAYS * 86_400_000)
        board = Board(store, panels, measures, lambda: NOW, lambda: fresh, writes)
        client = TestClient(create_board(board, Access("bench-of-the-board", open_reads=True)), "http://127.0.0.1")
        tell_memory("before the first click")
        incoming = Incoming(store, held)
        incoming.start()
        for name, times in clicks(client, rounds).items():
            figures = f"{statistics.median(times):>5.0f} ms, 95 % {nearly_all(times):>5.0f}, first {times[0]:>5.0f}"
            print(f"{name:<34}{figures}, at most {max(times):>5.0f}", flush=True)
        incoming.stopped.set()
        incoming.join()
        tell_memory("clicking")
        store.close()


if __name__ == "__main__":
    typer.run(main)

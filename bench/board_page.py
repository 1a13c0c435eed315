"""The dashboard's pages at size, over HTTP, while more comes in: ``python -m bench.board_page``.

Thirty days of a thousand accounts: panes, enriched findings, alerts and tags in one store; each kind of click is made
several times. Times are of whole answers of the real application, in the process whose memory is told.
"""

from __future__ import annotations

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
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.adapters.store.store import Store
from streams.adapters.topic_reader import Message
from streams.core.board.choose import countables
from streams.core.board.panels import load_panels
from streams.core.board.spans import MINUTE
from streams.core.parsing.times import to_rfc3339
from streams.core.rules.measure_files import load_measures
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
        for span in ("30d", "24h")
        for name, query in FILTERS.items()
    },
    "overview 7d": "/?range=7d",
    "overview 1h": "/?range=1h",
    "one panel, 30d": "/api/v1/panels/accounts?range=30d",
    "alerts 30d": "/alerts?range=30d",
    "alerts 30d, by level, open": "/alerts?range=30d&sort=level&state=open",
    "events 30d": "/events?range=30d",
    "events 30d, a type": "/events?range=30d&query=severity_label:critical%20AND%20resource_type:Resource3",
    "events 30d, rare": "/events?range=30d&query=title:never",
    "releases 30d": "/releases?range=30d",
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


def take_all(store: Store, messages: Iterator[Message], size: int = 5_000) -> int:
    """Take messages in batches; how many."""
    batch: list[Message] = []
    count = 0
    for one in messages:
        batch.append(one)
        if len(batch) == size:
            count += len(batch)
            store.take(batch)
            batch = []
    store.take(batch)
    return count + len(batch)


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


def main(
    panes: Annotated[int, typer.Option(help="How many panes.")] = 2_000_000,
    held: Annotated[int, typer.Option(help="How many enriched findings.")] = 500_000,
    rounds: Annotated[int, typer.Option(help="How often each click is made.")] = 5,
    memory: Annotated[int, typer.Option(help="DuckDB's limit, in MB.")] = 300,
) -> None:
    """Fill a store, click, and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "board.duckdb"
        store = Store.open(path, TOPICS, f"{memory}MB")
        began = time.perf_counter()
        take_all(store, panes_of(panes))
        count = take_all(store, findings(held)) + take_all(store, others(20_000, 200))
        print(f"{panes:,} panes and {count:,} other messages in {time.perf_counter() - began:.0f} s", flush=True)
        store.close()
        print(f"file: {path.stat().st_size / 1e6:.0f} MB")
        store = Store.open(path, TOPICS, f"{memory}MB")
        panels = load_panels([read_folder(shipped_folder("panels"))])
        measures = countables(load_measures([read_folder(shipped_folder("measures"))]))
        writes = Writes(lambda _: None, lambda _: None, lambda _: None)
        board = Board(store, panels, measures, lambda: NOW, lambda: Freshness(NOW), writes)
        client = TestClient(create_board(board, Access("bench-of-the-board", open_reads=True)), "http://127.0.0.1")
        incoming = Incoming(store, held)
        incoming.start()
        for name, times in clicks(client, rounds).items():
            print(f"{name:<34}{statistics.median(times):>7.0f} ms {max(times):>7.0f} ms at most", flush=True)
        incoming.stopped.set()
        incoming.join()
        print(f"{resident_mb(os.getpid()):.0f} MB resident, {resident_mb(os.getpid(), peak=True):.0f} MB at most")
        store.close()


if __name__ == "__main__":
    typer.run(main)

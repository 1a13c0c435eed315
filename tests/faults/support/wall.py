"""A dashboard that runs, and topics to feed: how soon what is produced is on it."""

from __future__ import annotations

import statistics
import threading
import time
from typing import TYPE_CHECKING, Any, Self

import orjson
from confluent_kafka import Producer

from streams.adapters.dashboard_client import ask_dashboard, own_address
from streams.core.parsing.times import to_rfc3339
from tests.faults.support.topics import client_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.adapters.child_process import ChildProcess
    from streams.settings import Settings

AT_MOST, IN_THE_MEDIAN = 5.0, 2.0
"""Seconds. The figure is two; one that is late since the machine is busy fails nothing."""
ON_PAGES = 2.0
"""As many times as long an open page may take: a browser with three of them shares the machine, and asks in turns."""


def finding(account: str, at: int, severity: int = 8, name: str = "f") -> bytes:
    """A finding as EventBridge delivers it; ``at`` is epoch ms."""
    detail = {
        "schemaVersion": "2.0", "accountId": account, "region": "eu-west-1", "id": f"{name}-{account}",
        "severity": severity, "type": "Trojan:EC2/PhishingDomainRequest!DNS", "title": "t", "updatedAt": to_rfc3339(at),
        "createdAt": to_rfc3339(at), "resource": {"resourceType": "Instance", "instanceDetails": {"instanceId": "i-1"}},
        "service": {"serviceName": "guardduty", "archived": False, "count": 1},
    }  # fmt: skip
    envelope = {
        "version": "0", "id": f"{name}-{account}", "detail-type": "GuardDuty Finding", "source": "aws.guardduty",
        "account": account, "time": to_rfc3339(at), "region": "eu-west-1", "resources": [], "detail": detail,
    }  # fmt: skip
    return orjson.dumps(envelope)


class Wall:
    """A dashboard that runs, and topics to feed."""

    def __init__(self, settings: Settings, process: ChildProcess) -> None:
        self.settings, self._process = settings, process
        self._producer = Producer(client_options(settings))

    @property
    def address(self) -> str:
        """Where the dashboard listens."""
        return own_address(self.settings)

    def tell(self, account: str, event_at: int, record_at: int, severity: int = 8) -> float:
        """Produce a finding, and move the clocks of all partitions; when the broker had it (``time.time``)."""
        # The watermark is the earliest of all partitions' clocks, so each needs a record of its own.
        for partition in range(1, self.settings.partitions):
            self.put(finding(f"9{account[1:]}", record_at), partition, record_at)
        self.put(finding(account, event_at, severity), 0, record_at)
        assert self._producer.flush(30) == 0
        return time.time()

    def put(self, value: bytes, partition: int, at: int) -> None:
        """Produce a message; ``at`` is its record's time, epoch ms."""
        self._producer.produce(self.settings.findings_topic, value, partition=partition, timestamp=at)

    def ask(self, path: str) -> Any:
        """What the API says; None where nothing listens yet."""
        body = ask_dashboard(self.address, path, None)
        return None if body is None else orjson.loads(body)

    def seconds_until(self, since: float, shown: Callable[[], bool]) -> float:
        """How long after ``since`` (``time.time``) it is so."""
        while not shown():
            self.check()
            assert time.time() - since < 60, "it never came"
            time.sleep(0.02)
        return time.time() - since

    def seconds_to(self, since: float, path: str, what: str, account: str) -> float:
        """Until an answer of the API has something of an account."""
        return self.seconds_until(since, lambda: self.has(path, what, account))

    def has(self, path: str, what: str, account: str) -> bool:
        """Whether an answer of the API has something of an account."""
        return bool(self.ask(f"/api/v1/{path}?range=30d&account={account}")[what])

    def check(self) -> None:
        """Fail where the dashboard has ended."""
        assert self._process.exit_code is None, self._process.tail()


class Others(threading.Thread):
    """Other findings that come in meanwhile, ``per_s`` a second, shared out to all partitions."""

    def __init__(self, wall: Wall, at: int, per_s: int = 50) -> None:
        super().__init__(daemon=True)
        self._wall, self._pause = wall, 1 / per_s
        self._ended = threading.Event()
        self.at = at
        """The time of their records (epoch ms); the findings themselves are a minute older."""
        self.count = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join(10)

    def run(self) -> None:
        """Produce, until the end."""
        while not self._ended.wait(self._pause):
            at, number = self.at, self.count
            value = finding(f"{500000000000 + number % 20}", at - 60_000, severity=2, name=f"other-{number}")
            self._wall.put(value, number % self._wall.settings.partitions, at)
            self.count += 1


def check(what: str, took: list[float], patience: float = 1.0) -> None:
    """Say how long it took, in seconds, and fail where that is far from the figure, times ``patience``."""
    said = f"{what}: {statistics.median(took):.2f} s in the median, {max(took):.2f} s at most, of {len(took)}"
    print(said)  # noqa: T201 - the figure
    assert max(took) < AT_MOST * patience, said
    assert statistics.median(took) < IN_THE_MEDIAN * patience, said

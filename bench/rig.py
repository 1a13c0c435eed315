"""A broker, topics and workers for one benchmark, none of which anything else uses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench.broker import Broker
from bench.processes import hold_to
from streams.adapters.embedded_kafka import BENCH_JVM, EmbeddedKafka, free_port
from streams.adapters.topic_admin import create_topics
from streams.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
PARTITIONS = 8
STOP_SECONDS = 40


@dataclass(slots=True)
class Worker:
    """One worker process; ``log`` is what it said, ``web`` where it answers."""

    process: subprocess.Popen[bytes]
    log: Path
    web: str

    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def metrics(self) -> dict[str, float]:
        """Return its metrics by name and labels, as Prometheus' text has them; nothing while it does not answer."""
        try:
            with urllib.request.urlopen(f"{self.web}/metrics", timeout=5) as answer:  # noqa: S310 - our own worker
                lines = answer.read().decode().splitlines()
        except OSError:
            return {}
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}

    def stop(self) -> None:
        """Ask it to end, and kill it where it does not."""
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass(slots=True)
class Rig:
    """Where a benchmark runs."""

    broker: Broker
    servers: str
    folder: Path
    stack: ExitStack = field(default_factory=ExitStack)

    def settings(self, **chosen: str) -> dict[str, str]:
        """Return the environment of workers with names of their own, and create their topics."""
        name = f"bench-{uuid.uuid4().hex[:8]}"
        names = {
            "BOOTSTRAP_SERVERS": self.servers,
            "APP_ID": name,
            "TOPIC_PREFIX": f"{name}.",
            "FINDINGS_TOPIC": f"{name}.guardduty-findings",
            "CLOUDTRAIL_TOPIC": f"{name}.cloudtrail-events",
            "PARTITIONS": str(PARTITIONS),
            "DATA": str(self.folder / name),
        }
        environment = {f"GUARDSTREAM_{key}": value for key, value in (names | chosen).items()}
        settings = load_settings(environment)
        create_topics(settings)
        self.stack.callback(self.broker.forget, settings)
        return environment

    def worker(self, environment: dict[str, str], cores: float | None = None) -> Worker:
        """Start a worker, which ends with the rig; ``cores`` is the most that it may use."""
        port = free_port()
        log = self.folder / f"worker-{port}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "faust", "-A", "streams.app", "worker", "--without-web", "-l", "warn"],
                env={**os.environ, **environment, "GUARDSTREAM_WEB_PORT": str(port), "PYTHONPATH": str(ROOT)},
                cwd=self.folder,
                stdout=out,
                stderr=out,
            )
        worker = Worker(process, log, f"http://127.0.0.1:{port}")
        if cores is not None:
            self.stack.callback(hold_to(process.pid, cores).rmdir)
        self.stack.callback(worker.stop)
        return worker


@contextmanager
def rig() -> Iterator[Rig]:
    """Give the broker that GUARDSTREAM_BOOTSTRAP_SERVERS names, else one that starts for the occasion."""
    given = os.environ.get("GUARDSTREAM_BOOTSTRAP_SERVERS")
    with tempfile.TemporaryDirectory(prefix="guardstream-bench-") as folder, ExitStack() as outer:
        servers, pid = given, None
        if servers is None:
            embedded = outer.enter_context(EmbeddedKafka(Path(folder) / "kafka", jvm=BENCH_JVM))
            servers, pid = embedded.bootstrap_servers, embedded.pid
        settings = Settings(bootstrap_servers=servers)
        broker = Broker(settings, pid)
        outer.callback(broker.close)
        with ExitStack() as stack:
            yield Rig(broker, settings.bootstrap_servers, Path(folder), stack)


def wait_for(what: str, seconds: float, holds: Callable[[], bool], worker: Worker | None = None) -> None:
    """Wait until ``holds()`` is true; ends the benchmark where that takes too long or the worker is gone."""
    deadline = time.monotonic() + seconds
    while not holds():
        if worker is not None and not worker.alive():
            sys.exit(f"the worker ended:\n{worker.log.read_text(errors='replace')[-4000:]}")
        if time.monotonic() > deadline:
            tail = worker.log.read_text(errors="replace")[-4000:] if worker else ""
            sys.exit(f"{what}: not within {seconds:.0f} s\n{tail}")
        time.sleep(0.05)

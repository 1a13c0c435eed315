"""Worker processes that tests kill, stop and start again; every one ends with the crew, and with the test's process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import signal
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from streams.settings import Settings

COMMAND = (sys.executable, "-m", "faust", "-A", "streams.app", "worker", "-l", "warn", "--without-web")
CHECKED_COMMAND = (sys.executable, "-c", "from streams.cli.main import app; app()", "worker")
"""`guardstream worker`: the same, after a look at settings, rules, broker and topics."""
PREFIX = "GUARDSTREAM_"


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """Give the environment of a worker with these settings, and with none that this process happens to have."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    chosen = settings.model_dump(mode="json", exclude_defaults=True)
    return kept | {f"{PREFIX}{name.upper()}": _text(value) for name, value in chosen.items()} | more


def _text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


class Worker:
    """One worker process, with its output in ``log``."""

    def __init__(self, name: str, log: Path, variables: Mapping[str, str], command: Sequence[str] = COMMAND) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        # The guard reads a pipe that this process alone holds open. pytest's time limit ends the process without
        # leaving any context, and then the guard ends the worker.
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", 'read -r _; kill -9 "$1"', "sh", str(self._process.pid)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()
        self._reap()

    def terminate(self, patience: float = 30.0) -> float:
        """Ask it to end; the seconds that it took. One that does not end in time is killed, and the test fails."""
        began = time.monotonic()
        self._process.terminate()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            message = f"{self.name} did not end within {patience:.0f} s of SIGTERM:\n{self.tail()}"
            raise AssertionError(message) from None
        self._reap()
        return time.monotonic() - began

    def await_exit(self, patience: float) -> int:
        """Wait until it ends by itself; its exit code."""
        try:
            code = self._process.wait(patience)
        except subprocess.TimeoutExpired:
            message = f"{self.name} still ran after {patience:.0f} s:\n{self.tail()}"
            raise AssertionError(message) from None
        self._reap()
        return code

    def tail(self, lines: int = 40) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def _reap(self) -> None:
        # The guard goes first, so that it never kills a process number that is someone else's by then.
        self._guard.kill()
        self._guard.communicate()
        self._process.wait()


class Crew:
    """All workers of one application; whoever is left when the crew is closed is killed."""

    def __init__(self, settings: Settings, folder: Path, command: Sequence[str] = COMMAND, **more: str) -> None:
        self._command = command
        self._variables = environment(settings, GUARDSTREAM_WEB_PORT="0", **more)
        self._folder = folder
        self._started = 0
        self.workers: list[Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            worker.kill()

    def start(self) -> Worker:
        self._started += 1
        log = self._folder / f"worker-{self._started}.log"
        worker = Worker(f"worker {self._started}", log, self._variables, self._command)
        self.workers.append(worker)
        return worker

    def kill(self, worker: Worker) -> None:
        self.workers.remove(worker)
        worker.kill()

    def terminate(self, worker: Worker) -> float:
        self.workers.remove(worker)
        return worker.terminate()

    def ended(self) -> list[Worker]:
        """Give the workers that ended by themselves, which none should."""
        return [worker for worker in self.workers if worker.exit_code is not None]

"""A child process that never outlives its parent."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_PREFIX = "GUARDSTREAM_"
_TAIL_LINES = 25


class ChildProcess:
    """A command that runs in the background with its output in a log; it ends when its parent does, however that ends.

    Settings of guardstream that the parent's environment holds are taken away, so that only ``settings`` count.
    """

    def __init__(self, command: Sequence[str], settings: Mapping[str, str], log: Path) -> None:
        self._command = list(command)
        self._settings = settings
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_PREFIX)}
        with self.log.open("ab") as output:
            # In a session of its own Ctrl-C does not reach it; the parent ends it when the time has come.
            self._process = subprocess.Popen(  # noqa: S603  # The command is our own.
                self._command,
                env=kept | dict(self._settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        # The guard reads a pipe that only the parent holds open: its end is the parent's end.
        watch = ["/bin/sh", "-c", 'read -r _; kill -9 "$1"', "sh", str(self._process.pid)]
        self._guard = subprocess.Popen(watch, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603  # Ours too.
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative for a signal."""
        return self._process.poll() if self._process else None

    def stop(self, patience_s: float = 10.0) -> None:
        """Ask it to end (SIGTERM), and kill it where it does not within ``patience_s`` seconds."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(patience_s)
            except subprocess.TimeoutExpired:
                self._process.kill()
        # The guard goes before the child is forgotten, so that it never kills a number that is someone else's by then.
        if self._guard:
            self._guard.kill()
            self._guard.communicate()
        if self._process:
            self._process.wait()
        self._process = self._guard = None

    def tail(self) -> str:
        """Return the last lines of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-_TAIL_LINES:]) or "(its log is empty)"

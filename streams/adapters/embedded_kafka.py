"""A real Kafka broker as a child process, for laptops, the demo and tests: Java, and no container engine."""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
import time
import uuid
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, Self

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from schemas.errors import GuardstreamError
from streams.adapters.embedded_kafka_config import LOG4J, properties_text, server_properties
from streams.adapters.kafka_jars import class_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LAPTOP_JVM: Final = ("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""Starts soon and stays small; compiles Java only lightly."""

BENCH_JVM: Final = ("-Xms1g", "-Xmx1g", "-XX:+UseG1GC")
"""Starts later, and is as fast as Kafka is."""

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 20.0

_LOOPBACK: Final = "127.0.0.1"
_CAUSES: Final = {
    "UnsupportedClassVersionError": "this Java is too old for Kafka; install Java 17 or later (`java -version`)",
    "Failed to acquire lock on file": "another broker is using this data folder; stop it, or choose another folder",
    "Address already in use": "another program has taken the port; stop it, or choose another port",
    "No space left on device": "the disk is full; free some space",
    "OutOfMemoryError": "the broker ran out of memory; give it a larger -Xmx",
}


def free_port() -> int:
    """Return a port of the loopback interface that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether nothing listens on a port of the loopback interface now."""
    with socket.socket() as probe:
        return probe.connect_ex((_LOOPBACK, port)) != 0


class EmbeddedKafka:
    """One Kafka node that listens on 127.0.0.1 alone, and ends with the process that started it.

    ``data`` holds topics and configuration, and may be used again; ``port`` 0 picks a free one, which stays for all
    restarts of this object. The broker's output is appended to ``log`` (default: ``broker.log`` in ``data``).
    ``properties`` are Kafka's server.properties and may be changed before ``start``. Every method that starts a broker
    raises GuardstreamError, with the reason and what to do.
    """

    def __init__(
        self, data: Path, port: int = 0, log: Path | None = None, jvm: Sequence[str] = LAPTOP_JVM, java: str = "java"
    ) -> None:
        self.data = data.absolute()
        self.port = port or free_port()
        self.log = log or self.data / "broker.log"
        self.properties = server_properties(self.data, self.port, free_port())
        self._jvm = tuple(jvm)
        self._java = java
        self._broker: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap_servers(self) -> str:
        """Where clients connect: ``host:port``."""
        return f"{_LOOPBACK}:{self.port}"

    @property
    def pid(self) -> int | None:
        """The broker's process, or None while it does not run."""
        return self._broker.pid if self._broker is not None and self._broker.poll() is None else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the broker and wait until it answers; does nothing if it runs."""
        if self.pid is not None:
            return
        self._forget()
        _check_port_is_free(self.port)
        command = [_program(self._java), *self._jvm, f"-Dlog4j2.configurationFile={self.data / 'log4j2.properties'}"]
        command += ["-cp", class_path()]
        self._write_configuration()
        server = str(self.data / "server.properties")
        if not (self.data / "topics" / "meta.properties").is_file():
            self._format([*command, "kafka.tools.StorageTool", "format", "--config", server])
        begin = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as output:
            self._broker = _spawn([*command, "kafka.Kafka", server], stdin=subprocess.DEVNULL, stdout=output)
        # The guard's standard input is a pipe that only this process holds: however this process ends, the guard reads
        # its end and kills the broker. (Linux's parent-death signal would fire when a mere thread ends.)
        self._guard = _spawn(
            ["/bin/sh", "-c", 'read -r _; kill -9 "$1"', "sh", str(self._broker.pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        try:
            self._await_answer(begin)
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Ask the broker to end, kill it if it has not within ``STOP_SECONDS``; does nothing if it does not run."""
        if self._broker is not None and self._broker.poll() is None:
            self._broker.terminate()
            try:
                self._broker.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._broker.kill()
        self._forget()

    def kill(self) -> None:
        """End the broker as a crash would (SIGKILL)."""
        if self._broker is not None:
            self._broker.kill()
        self._forget()

    def restart(self) -> None:
        """Stop the broker, and start it again on the same port and data."""
        self.stop()
        self.start()

    def _forget(self) -> None:
        """Reap the children; the guard goes first, so that it never kills a process number that is someone else's."""
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
        if self._broker is not None:
            self._broker.wait()
        self._broker = self._guard = None

    def _write_configuration(self) -> None:
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            self.log.parent.mkdir(parents=True, exist_ok=True)
            (self.data / "log4j2.properties").write_text(LOG4J, encoding="ascii")
            (self.data / "server.properties").write_text(properties_text(self.properties), encoding="ascii")
        except OSError as error:
            message = (
                f"the embedded Kafka can't write to {error.filename}: {error.strerror}; choose another data folder"
            )
            raise GuardstreamError(message) from error

    def _format(self, command: list[str]) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        done = subprocess.run(  # noqa: S603 - our own command.
            # A leading dash would read as an option, so the id is joined to its own.
            [*command, f"--cluster-id={cluster}", "--ignore-formatted"],
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            message = f"the embedded Kafka can't format {self.data}: {_cause(done.stdout + done.stderr)}"
            raise GuardstreamError(message)

    def _await_answer(self, begin: int) -> None:
        """Wait until the broker answers a metadata request; ``begin`` is where its output starts in the log."""
        deadline = time.monotonic() + START_SECONDS
        while self.pid is not None and time.monotonic() < deadline:
            if _answers(self.bootstrap_servers):
                return
            time.sleep(0.05)
        with self.log.open("rb") as log:
            log.seek(begin)
            output = log.read().decode(errors="replace")
        what = "ended at once" if self.pid is None else f"did not answer within {START_SECONDS:.0f} s"
        message = f"the embedded Kafka on port {self.port} {what}: {_cause(output)}\nIts log is {self.log}"
        raise GuardstreamError(message)


def _spawn(command: list[str], **streams: Any) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C at a terminal ends the worker before its broker."""
    return subprocess.Popen(command, stderr=subprocess.STDOUT, start_new_session=True, **streams)  # noqa: S603 - our own command.


def _program(java: str) -> str:
    found = shutil.which(java)
    if found is None:
        message = (
            f"the embedded Kafka needs Java 17 or later, and `{java}` is not in PATH; install it, or use a broker of "
            "your own: set GUARDSTREAM_BOOTSTRAP_SERVERS"
        )
        raise GuardstreamError(message)
    return found


def _check_port_is_free(port: int) -> None:
    with socket.socket() as probe:
        # As the broker does it: connections of its predecessor that linger do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError as error:
            message = (
                f"the embedded Kafka can't listen on {_LOOPBACK}:{port}: {error.strerror}; stop what uses the port, or "
                "choose another (--port)"
            )
            raise GuardstreamError(message) from error


def _answers(bootstrap_servers: str) -> bool:
    """Does a broker answer, and know itself as a member of the cluster?"""
    host, _, port = bootstrap_servers.rpartition(":")
    try:
        # Tried first, since the client logs a warning for every connection refused.
        socket.create_connection((host, int(port)), timeout=1.0).close()
        with closing(KafkaAdminClient(bootstrap_servers=bootstrap_servers, bootstrap_timeout_ms=2000)) as admin:
            return bool(admin.describe_cluster()["brokers"])
    except (OSError, KafkaError):
        return False


def _cause(output: str) -> str:
    """Return why a Java program failed: the cause if it is a known one, else the last lines that it said."""
    for sign, cause in _CAUSES.items():
        if sign in output:
            return cause
    lines = [line for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in ("ERROR", "FATAL", "Exception", "Error"))]
    return "\n".join((telling or lines)[-5:]) or "it said nothing"

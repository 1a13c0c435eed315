"""What the tests share: a real Kafka broker for the session, and names of their own for each test on it.

``GUARDSTREAM_TEST_KAFKA`` chooses the broker: unset starts the embedded one, ``testcontainers`` one in a container, and
 ``host:port`` takes one that runs already.
"""

from __future__ import annotations

import os
import signal
import socket
import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import settings as hypothesis_settings

from streams.adapters.embedded_kafka import EmbeddedKafka, free_port
from streams.adapters.embedded_kafka_config import server_properties
from streams.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from testcontainers.core.container import DockerContainer

# CI is repeatable, and a machine with neighbours makes no test fail; new examples are looked for elsewhere.
hypothesis_settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis_settings.register_profile("here", deadline=None)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "here")

# Where a shell started this in the background, Ctrl-C is ignored, and would be in all that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

CONTAINER_IMAGE = "apache/kafka:4.3.1"


class Broker(Protocol):
    """A broker that tests may also stop and start again; its data and address stay."""

    @property
    def bootstrap_servers(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...
    def restart(self) -> None: ...


class ForeignBroker:
    """A broker that someone else runs: a test that has to stop it can't say anything, and fails."""

    def __init__(self, bootstrap_servers: str) -> None:
        self.bootstrap_servers = bootstrap_servers

    def start(self) -> None:
        pytest.fail("this test stops its broker; unset GUARDSTREAM_TEST_KAFKA, so that it can have one of its own")

    stop = kill = restart = start


class ContainerBroker:
    """A broker in a container, on the same port inside and outside, so that a restart keeps its address."""

    def __init__(self, container: DockerContainer, port: int) -> None:
        self._container = container
        self._port = port
        self.bootstrap_servers = f"127.0.0.1:{port}"

    def start(self) -> None:
        self._container.get_wrapped_container().start()
        self.await_answer()

    def stop(self) -> None:
        self._container.get_wrapped_container().stop()

    def kill(self) -> None:
        self._container.get_wrapped_container().kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def await_answer(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                time.sleep(0.2)
            else:
                return
        pytest.fail(f"Kafka's container did not listen on port {self._port} within 60 s")


@contextmanager
def _container(data: Path) -> Iterator[ContainerBroker]:
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - needs a container engine; others don't.

    port = free_port()
    properties = server_properties(data, port, 9093) | {
        "listeners": f"PLAINTEXT://0.0.0.0:{port},CONTROLLER://127.0.0.1:9093",
        "log.dirs": "/tmp/topics",  # noqa: S108 - inside the container.
    }
    container = DockerContainer(CONTAINER_IMAGE).with_bind_ports(port, port)
    for name, value in properties.items():
        container = container.with_env(f"KAFKA_{name.upper().replace('.', '_')}", value)
    with container:
        broker = ContainerBroker(container, port)
        broker.await_answer()
        yield broker


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Serve one real broker to the whole session."""
    choice = os.environ.get("GUARDSTREAM_TEST_KAFKA", "")
    data = tmp_path_factory.mktemp("kafka")
    if choice == "testcontainers":
        with _container(data) as broker:
            yield broker
    elif choice:
        yield ForeignBroker(choice)
    else:
        with EmbeddedKafka(data) as embedded:
            yield embedded


@pytest.fixture
def topic_prefix() -> str:
    """Return a prefix that no other test uses, so that all can share a broker."""
    return f"t{uuid.uuid4().hex[:12]}."


@pytest.fixture
def kafka_settings(kafka: Broker, topic_prefix: str, tmp_path: Path) -> Settings:
    """Return settings for the session's broker, on which every topic, input or output, is this test's own."""
    return Settings(
        bootstrap_servers=kafka.bootstrap_servers,
        app_id=f"{topic_prefix}app",
        topic_prefix=topic_prefix,
        findings_topic=f"{topic_prefix}guardduty-findings",
        cloudtrail_topic=f"{topic_prefix}cloudtrail-events",
        partitions=2,
        data=tmp_path / "data",
    )

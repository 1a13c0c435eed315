"""The configuration of the embedded Kafka: one node, on loopback, that keeps everything once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.settings import MAX_MESSAGE_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOG4J = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5p %c{1} %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
# These speak every few seconds on a healthy broker, and would bury what matters.
logger.cleaner.name = org.apache.kafka.storage.internals.log.LogCleaner
logger.cleaner.level = warn
logger.config.name = org.apache.kafka.common.config.AbstractConfig
logger.config.level = warn
"""


def server_properties(data: Path, port: int, controller_port: int) -> dict[str, str]:
    """Return Kafka's server.properties for one node that is broker and controller (KRaft), by property."""
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": str(data / "topics"),
        # A topic that a client merely asks for must not come to be with the wrong number of partitions.
        "auto.create.topics.enable": "false",
        "message.max.bytes": str(MAX_MESSAGE_BYTES),
        "replica.fetch.max.bytes": str(MAX_MESSAGE_BYTES),
        # One node holds the only copy of the broker's own topics, in few partitions, so that a start is quick.
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "share.coordinator.state.topic.num.partitions": "1",
        # Waiting for further members serves large groups; here it would delay every start by three seconds.
        "group.initial.rebalance.delay.ms": "0",
        # A killed broker is refused until its old session has ended, nine seconds by default.
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "500",
        # Few threads and a small buffer for compaction (128 MB by default), to fit the heap of a laptop's broker.
        "num.network.threads": "2",
        "num.io.threads": "4",
        "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
    }


def properties_text(properties: Mapping[str, str]) -> str:
    r"""Return the text of a Java properties file, which is Latin-1: backslashes and other characters become escapes."""
    lines = (f"{name}={value}".replace("\\", "\\\\") for name, value in properties.items())
    return "".join(f"{_escape(line)}\n" for line in lines)


def _escape(line: str) -> str:
    units = line.encode("utf-16-be")
    codes = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
    return "".join(chr(code) if 0x20 <= code < 0x7F else f"\\u{code:04x}" for code in codes)  # noqa: PLR2004 - printable ASCII.

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from schemas.errors import GuardstreamError
from streams.adapters.embedded_kafka import EmbeddedKafka, free_port
from streams.adapters.embedded_kafka_config import properties_text
from streams.adapters.topic_admin import create_topics
from streams.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKafka]:
    with EmbeddedKafka(tmp_path_factory.mktemp("own-kafka")) as running:
        yield running


def fake_java(folder: Path, script: str) -> str:
    program = folder / "java"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_message_that_was_acknowledged_survives_a_kill_of_the_broker(broker: EmbeddedKafka) -> None:
    settings = Settings(bootstrap_servers=broker.bootstrap_servers, topic_prefix="kept.", partitions=1)
    create_topics(settings)
    alerts = settings.topics().alerts
    with closing(KafkaProducer(bootstrap_servers=broker.bootstrap_servers, acks="all")) as producer:
        producer.send(alerts, b"kept").get(timeout=20)
    address = broker.bootstrap_servers
    broker.kill()
    assert broker.pid is None
    broker.start()
    assert broker.bootstrap_servers == address
    with closing(KafkaConsumer(bootstrap_servers=address, auto_offset_reset="earliest")) as consumer:
        consumer.assign([TopicPartition(alerts, 0)])
        found = consumer.poll(timeout_ms=20_000)
    assert [record.value for records in found.values() for record in records] == [b"kept"]


def test_a_start_of_a_running_broker_changes_nothing(broker: EmbeddedKafka) -> None:
    before = broker.pid
    broker.start()
    assert broker.pid == before


def test_restart_gives_a_new_process_on_the_same_port(broker: EmbeddedKafka) -> None:
    before, address = broker.pid, broker.bootstrap_servers
    broker.restart()
    assert broker.pid not in {None, before}
    assert broker.bootstrap_servers == address


def test_the_broker_listens_on_loopback_alone(broker: EmbeddedKafka) -> None:
    inodes = {
        str(entry.readlink())[8:-1]
        for entry in Path(f"/proc/{broker.pid}/fd").iterdir()
        if str(entry.readlink()).startswith("socket:")
    }
    listening = [
        line.split()[1].rpartition(":")[0]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{broker.pid}/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[9] in inodes
    ]
    # 127.0.0.1 as the kernel prints it: alone, and mapped into IPv6 as Java opens it.
    assert len(listening) == 2
    assert set(listening) <= {"0100007F", "0000000000000000FFFF00000100007F"}


def test_a_second_broker_on_the_same_data_is_told_so(broker: EmbeddedKafka) -> None:
    second = EmbeddedKafka(broker.data, log=broker.data / "second.log")
    with pytest.raises(GuardstreamError, match="another broker is using this data folder"):
        second.start()
    assert second.pid is None


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_the_broker_ends_with_the_process_that_started_it(end: signal.Signals, tmp_path: Path) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom streams.adapters.embedded_kafka import EmbeddedKafka\n"
        "kafka = EmbeddedKafka(Path(sys.argv[1]))\nkafka.start()\nprint(kafka.pid, flush=True)\ntime.sleep(600)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        parent.send_signal(end)
        parent.wait()
    deadline = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(pid)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(GuardstreamError, match=rf"127\.0\.0\.1:{port}: Address already in use; stop what uses"):
            EmbeddedKafka(tmp_path, port=port).start()


def test_no_java_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(GuardstreamError, match=r"needs Java 17 or later, and `no-such-java` is not in PATH"):
        EmbeddedKafka(tmp_path, java="no-such-java").start()


def test_a_java_that_is_too_old_is_named_as_such(tmp_path: Path) -> None:
    # What Java 11 says of a class that was compiled for 17.
    old = fake_java(
        tmp_path, "echo 'java.lang.UnsupportedClassVersionError: kafka/Kafka (class file version 61.0)' >&2; exit 1"
    )
    with pytest.raises(GuardstreamError, match="this Java is too old for Kafka; install Java 17"):
        EmbeddedKafka(tmp_path / "data", java=old).start()


def test_a_broker_that_ends_at_once_is_reported_with_its_last_words(tmp_path: Path) -> None:
    # Formatting succeeds, and the broker itself does not start.
    broken = fake_java(tmp_path, 'case "$*" in *StorageTool*) exit 0;; esac; echo "ERROR something odd"; exit 3')
    kafka = EmbeddedKafka(tmp_path / "data", java=broken)
    with pytest.raises(GuardstreamError, match=r"ended at once: ERROR something odd\nIts log is .*broker\.log"):
        kafka.start()
    assert kafka.pid is None


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GuardstreamError, match=r"can't write to .*file.*choose another data folder"):
        EmbeddedKafka(tmp_path / "file" / "data").start()


def test_stop_and_kill_of_a_broker_that_never_ran_do_nothing(tmp_path: Path) -> None:
    kafka = EmbeddedKafka(tmp_path)
    kafka.stop()
    kafka.kill()
    assert kafka.pid is None


def test_a_free_port_can_be_listened_on() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", free_port()))


def test_properties_escape_what_java_would_read_otherwise() -> None:
    assert properties_text({"log.dirs": "/home/Zoë/a\\b"}) == "log.dirs=/home/Zo\\u00eb/a\\\\b\n"

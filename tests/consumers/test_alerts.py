"""The consumer to copy, run as it is against a real broker, on alerts that fit the published schema."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]  # Its stubs are a distribution of their own.
import orjson
from kafka import KafkaProducer

from schemas.published import alert_schema
from streams.adapters.topic_admin import create_topics
from tests.core.conditions.windows import run, windowed
from tests.core.parsing.samples import envelope
from tests.core.source.worlds import read

if TYPE_CHECKING:
    from streams.settings import Settings

EXAMPLE = Path(__file__).resolve().parents[2] / "deploy" / "consumers" / "alerts.py"
DEADLINE = 60.0


def alerts() -> list[dict[str, Any]]:
    """An alert of an event, and a firing and a resolved one of windows."""
    more = windowed({"type": "more_than", "threshold": 2, "window": "3m"})
    made = [*read([orjson.dumps(envelope())]).alerts[:1], *run(more, [{}, {"m": {(): 3}}, {}, {}, {}])]
    made = [orjson.loads(orjson.dumps(alert)) for alert in made]
    for alert in made:
        jsonschema.validate(alert, alert_schema())
    return made


def lines_of(consumer: subprocess.Popen[str], wanted: int) -> list[str]:
    """The first lines that it prints, waited for up to the deadline; the test fails in time if they do not come."""
    found: Queue[str] = Queue()
    assert consumer.stdout is not None
    stdout = consumer.stdout

    def read() -> None:
        for line in stdout:
            found.put(line)

    threading.Thread(target=read, daemon=True).start()
    lines: list[str] = []
    try:
        while len(lines) < wanted:
            lines.append(found.get(timeout=DEADLINE).rstrip("\n"))
    except Empty:
        consumer.kill()
        assert consumer.stderr is not None
        raise AssertionError(consumer.stderr.read()) from None
    return lines


def test_the_consumer_to_copy_prints_a_line_for_every_alert(kafka_settings: Settings) -> None:
    create_topics(kafka_settings)
    produced, servers, prefix = alerts(), kafka_settings.bootstrap_servers, kafka_settings.topic_prefix
    producer = KafkaProducer(bootstrap_servers=servers)
    for alert in produced:
        sent = producer.send(f"{prefix}alerts", orjson.dumps(alert), key=alert["alert_id"].encode())
        sent.get(timeout=DEADLINE)
    producer.close()
    names = {"GUARDSTREAM_BOOTSTRAP_SERVERS": servers, "GUARDSTREAM_TOPIC_PREFIX": prefix}
    consumer = subprocess.Popen(
        [sys.executable, str(EXAMPLE), f"{prefix}group"],
        env={**os.environ, **names},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        lines = lines_of(consumer, len(produced))
    finally:
        consumer.kill()
        consumer.wait()
    assert len(produced) == 3
    assert sorted(lines) == sorted(
        f"{alert['starts_at']} {alert['status']} {alert['rule']['level']} {alert['summary']}" for alert in produced
    )

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from kafka import KafkaProducer
from typer.testing import CliRunner

from streams.adapters.topic_admin import create_topics
from streams.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.settings import Settings


class Cli:
    """The command line in this process, on the test's own topics."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.topics = settings.topics()
        self.environment = {
            "GUARDSTREAM_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
            "GUARDSTREAM_APP_ID": settings.app_id,
            "GUARDSTREAM_TOPIC_PREFIX": settings.topic_prefix,
            "GUARDSTREAM_FINDINGS_TOPIC": settings.findings_topic,
            "GUARDSTREAM_CLOUDTRAIL_TOPIC": settings.cloudtrail_topic,
            "GUARDSTREAM_PARTITIONS": str(settings.partitions),
            "GUARDSTREAM_DATA": str(settings.data),
        }

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run a command and give its output; the exit code has to be ``code``."""
        result = CliRunner(env=self.environment).invoke(app, list(arguments))
        assert result.exit_code == code, result.output + repr(result.exception)
        return result.stdout if code == 0 else result.output

    def objects(self, *arguments: str) -> list[dict[str, Any]]:
        """Run a command with ``--format json`` and give the objects that it printed, one a line."""
        return [json.loads(line) for line in self.run(*arguments, "--format", "json").splitlines()]


@pytest.fixture
def cli(kafka_settings: Settings) -> Cli:
    create_topics(kafka_settings)
    return Cli(kafka_settings)


@pytest.fixture
def producer(kafka_settings: Settings) -> Iterator[KafkaProducer]:
    producer = KafkaProducer(bootstrap_servers=kafka_settings.bootstrap_servers)
    yield producer
    producer.close()

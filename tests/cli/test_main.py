from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from streams.adapters.embedded_kafka import free_port
from streams.cli.main import app

if TYPE_CHECKING:
    from pathlib import Path

    from streams.settings import Settings
    from tests.cli.conftest import Cli


def run(*arguments: str, **environment: str) -> tuple[int, str]:
    result = CliRunner(env=environment).invoke(app, list(arguments))
    return result.exit_code, result.output


def test_the_version_is_that_of_the_installed_package() -> None:
    assert run("version") == (0, version("guardstream") + "\n")


@pytest.mark.parametrize(
    "command",
    [
        "broker run",
        "topics create",
        "topics check",
        "topics list",
        "ingest",
        "worker",
        "alerts list",
        "alerts show",
        "counts",
        "dead-letters list",
        "dead-letters redrive",
        "rules check",
        "rules docs",
        "rules explain",
        "rules lint",
        "rules list",
        "rules schema",
        "rules test",
        "query explain",
        "query run",
        "doctor",
        "demo",
        "version",
    ],
)
def test_every_command_explains_itself(command: str) -> None:
    code, output = run(*command.split(), "--help")
    assert code == 0
    assert "Usage" in output


def test_a_wrong_setting_ends_a_command_with_the_variable_and_the_reason() -> None:
    code, output = run("alerts", "list", GUARDSTREAM_PARTITIONS="many")
    assert code == 2
    assert "GUARDSTREAM_PARTITIONS" in output
    assert "Traceback" not in output


def test_without_a_broker_a_command_says_where_it_looked_and_how_to_start_one() -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    code, output = run("alerts", "list", GUARDSTREAM_BOOTSTRAP_SERVERS=nowhere)
    assert code == 2
    assert nowhere in output
    assert "guardstream broker run" in output


def test_the_rules_that_ship_are_checked_and_told(cli: Cli) -> None:
    rules = {rule["id"]: rule for rule in cli.objects("rules", "check")}
    assert rules["actor-identified"]["condition"] == "at once"
    assert "guardduty-buckets is empty" in cli.run("rules", "check")


def test_wrong_rules_are_all_told_and_the_exit_code_is_2(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("override: no-such-rule\n---\nid: x\nlevel: loud\n")
    output = cli.run("rules", "check", str(tmp_path), code=2)
    assert "no-such-rule" in output
    assert "loud" in output or "level" in output


def test_topics_are_created_checked_and_listed(kafka_settings: Settings, cli: Cli) -> None:
    assert "existed already" in cli.run("topics", "create")
    cli.run("topics", "check")
    listed = {topic["topic"]: topic for topic in cli.objects("topics", "list")}
    assert listed[kafka_settings.findings_topic] == {
        "topic": kafka_settings.findings_topic, "exists": True, "partitions": 2, "messages": 0, "lag": None,
    }  # fmt: skip
    cli.environment["GUARDSTREAM_TOPIC_PREFIX"] = "other."
    assert "other.alerts is missing" in cli.run("topics", "check", code=1)


def test_a_worker_does_not_start_without_its_topics(cli: Cli) -> None:
    cli.environment["GUARDSTREAM_TOPIC_PREFIX"] = "other."
    assert "guardstream topics create" in cli.run("worker", code=2)


def test_the_doctor_finds_that_no_worker_runs_and_nothing_ever_arrived(cli: Cli) -> None:
    output = cli.run("doctor", code=1)
    assert "no worker runs" in output
    assert "nothing ever arrived" in output


def test_the_doctor_tells_of_a_broker_that_does_not_answer() -> None:
    code, output = run("doctor", "--format", "json", GUARDSTREAM_BOOTSTRAP_SERVERS=f"127.0.0.1:{free_port()}")
    assert code == 1
    assert '"check":"broker"' in output

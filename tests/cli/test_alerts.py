from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from kafka import KafkaProducer

    from tests.cli.conftest import Cli


def alert(number: str, status: str = "firing", rule: str = "actor-identified", **changed: Any) -> dict[str, Any]:
    return {
        "alert_id": number,
        "fingerprint": "f",
        "status": status,
        "rule": {"id": rule, "title": "T", "level": "high", "revision": "r"},
        "condition": {"type": "immediate"},
        "group": {"account": "111122223333"},
        "starts_at": "2026-11-24T07:00:00Z",
        "measured": {},
        "summary": f"summary of {number}",
        "evidence": {"total": 0, "items": [], "first": {}},
        "annotations": {"runbook": "Call the owner."},
    } | changed


@pytest.fixture
def written(cli: Cli, producer: KafkaProducer) -> Cli:
    alerts = [
        alert("aa11"),
        alert("ab22", rule="no-guardduty-logs", starts_at="2026-11-24T06:00:00Z"),
        alert("aa11", "resolved"),
        alert("cc33", level="low", starts_at="2026-11-24T08:00:00Z"),
    ]
    for one in alerts:
        producer.send(cli.topics.alerts, json.dumps(one).encode(), key=one["alert_id"].encode())
    producer.send(cli.topics.alerts, b"no alert at all", key=b"x")
    producer.flush()
    return cli


def ids(alerts: list[dict[str, Any]]) -> list[str]:
    return [one["alert_id"] for one in alerts]


def test_each_alert_is_listed_once_in_its_newest_version_oldest_first(written: Cli) -> None:
    assert [(a["alert_id"], a["status"]) for a in written.objects("alerts", "list")] == [
        ("ab22", "firing"),
        ("aa11", "resolved"),
        ("cc33", "firing"),
    ]


def test_alerts_are_chosen_by_rule_status_start_and_number(written: Cli) -> None:
    assert ids(written.objects("alerts", "list", "--rule", "no-guardduty-logs")) == ["ab22"]
    assert ids(written.objects("alerts", "list", "--status", "resolved")) == ["aa11"]
    assert ids(written.objects("alerts", "list", "--since", "2026-11-24T07:30:00Z")) == ["cc33"]
    assert ids(written.objects("alerts", "list", "--limit", "2")) == ["aa11", "cc33"]


def test_people_get_a_table(written: Cli) -> None:
    text = written.run("alerts", "list")
    assert "summary of ab22" in text
    assert "actor-identified" in text


def test_one_alert_is_shown_in_full_by_the_beginning_of_its_id(written: Cli) -> None:
    assert "Call the owner." in written.run("alerts", "show", "cc")


def test_an_alert_of_a_rule_that_is_only_tried_is_shown_too(written: Cli, producer: KafkaProducer) -> None:
    producer.send(written.topics.dry_run_alerts, json.dumps(alert("dd44")).encode(), key=b"dd44")
    producer.flush()
    assert "summary of dd44" in written.run("alerts", "show", "dd")


def test_an_id_that_fits_none_or_several_alerts_is_an_error(written: Cli) -> None:
    assert "no alert has the id" in written.run("alerts", "show", "zz", code=2)
    assert "2 alerts begin with" in written.run("alerts", "show", "a", code=2)


def test_where_there_is_no_alert_it_says_so(cli: Cli) -> None:
    assert cli.run("alerts", "list") == "no alert\n"
    assert cli.run("alerts", "list", "--format", "json") == ""


def test_following_prints_alerts_as_they_come_and_a_closed_pipe_ends_it_quietly(
    written: Cli, producer: KafkaProducer
) -> None:
    command = [
        sys.executable,
        "-c",
        "from streams.cli.main import app; app()",
        "alerts",
        "list",
        "--follow",
        "--format",
        "json",
    ]
    with subprocess.Popen(command, env=written.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        before = {json.loads(process.stdout.readline())["alert_id"] for _ in range(4)}
        producer.send(written.topics.alerts, json.dumps(alert("dd44")).encode(), key=b"dd44").get(10)
        assert json.loads(process.stdout.readline())["alert_id"] == "dd44"
        process.stdout.close()
        producer.send(written.topics.alerts, json.dumps(alert("ee55")).encode(), key=b"ee55").get(10)
        assert process.wait(20) == 141
        assert process.stderr.read() == b""
    assert before == {"aa11", "ab22", "cc33"}

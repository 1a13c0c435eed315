from __future__ import annotations

import subprocess
import sys
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from streams.adapters.topic_reader import Message
from streams.cli import events
from streams.core.parsing.times import to_rfc3339
from tests.core.board.events import finding, record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kafka import KafkaProducer

    from tests.cli.conftest import Cli

SINCE = ("--since", "2026-11-24T00:00:00Z")
ROLE = "arn:aws:sts::111122223333:assumed-role/Deploy/"


def at(minute: int) -> str:
    return f"2026-11-24T09:{minute:02d}:00.000Z"


@pytest.fixture
def written(cli: Cli, producer: KafkaProducer) -> Cli:
    records = [
        record(event_id="r1", event_time=at(1), principal=f"{ROLE}a", source_address="203.0.113.7"),
        record(event_id="r2", event_time=at(2), principal=f"{ROLE}b", event_name="CreateUser", outcome="success",
               error_code=None),
        record(event_id="r3", event_time=at(5)),
        record(event_id="r0", event_time="2026-11-23T23:59:59.999Z"),
    ]  # fmt: skip
    findings = [
        finding(finding_id="f1", event_time=at(4)),
        finding(finding_id="f2", event_time=at(3), resource_id="\x1b[31mi-2", severity_label="Low"),
    ]
    for topic, values in ((cli.topics.enriched_cloudtrail, records), (cli.topics.enriched_findings, findings)):
        # The first comes twice, as after a crash, and something comes that is no event.
        for number, value in enumerate([*values, values[0], b"no event"]):
            producer.send(topic, value, key=str(number).encode())
    producer.flush()
    return cli


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [one.get("event_id") or one["finding_id"] for one in found]


def test_events_of_both_kinds_come_in_order_of_their_own_time_and_each_once(written: Cli) -> None:
    assert ids(written.objects("events", *SINCE)) == ["r1", "r2", "f2", "f1", "r3"]
    assert ids(written.objects("events", *SINCE, "--kind", "findings")) == ["f2", "f1"]
    assert ids(written.objects("events", *SINCE, "--kind", "records")) == ["r1", "r2", "r3"]
    assert ids(written.objects("events", "--since", at(2), "--until", at(4))) == ["r2", "f2"]


def test_a_query_picks_by_parsed_and_original_fields(written: Cli) -> None:
    assert ids(written.objects("events", "event_name:CreateUser OR severity_label:High", *SINCE)) == ["r2", "f1"]
    assert ids(written.objects("events", "-outcome:denied AND eventName:DeleteTrail", *SINCE)) == ["r2"]
    assert ids(written.objects("events", "203.0.113.7", *SINCE)) == []
    assert "no event of 7 in this time is such a one" in written.run("events", "event_name:Nothing", *SINCE)


def test_a_limit_keeps_the_newest_and_tells_of_the_others(written: Cli) -> None:
    assert ids(written.objects("events", *SINCE, "--limit", "2")) == ["f1", "r3"]
    result = written.run("events", "--limit", "0", code=2)
    assert "--limit" in result


def test_people_see_what_when_where_who_and_how(written: Cli) -> None:
    lines = written.run("events", *SINCE).splitlines()
    assert lines[0].split("\t") == list(events.COLUMNS)
    assert lines[1].split("\t") == [
        "2026-11-24T09:01:00Z", "record", "111122223333", "us-east-1", "DeleteTrail", "denied (AccessDenied)",
        f"{ROLE}a", "203.0.113.7", "-", "r1",
    ]  # fmt: skip
    assert "\\x1b[31mi-2" in lines[3]
    assert "\x1b" not in lines[3]


@pytest.mark.parametrize(
    ("what", "like", "found"),
    [
        ("principal", "r1", ["r1", "r2"]),
        ("address", "r1", ["r1", "f2", "f1"]),
        ("address", "f1", ["r1", "f2", "f1"]),
        ("resource", "f1", ["f1"]),
    ],
)
def test_what_else_the_same_one_did(written: Cli, what: str, like: str, found: list[str]) -> None:
    assert ids(written.objects("events", *SINCE, "--same", what, "--as", like)) == found


def test_the_same_can_be_narrowed_by_a_query_and_a_kind(written: Cli) -> None:
    same = ("--same", "address", "--as", "r1")
    assert ids(written.objects("events", "severity_label:Low", *SINCE, *same)) == ["f2"]
    assert ids(written.objects("events", *SINCE, *same, "--kind", "findings")) == ["f2", "f1"]


def test_what_cannot_be_compared_is_an_error_that_says_why(written: Cli) -> None:
    assert "no event has the id r9 in this time" in written.run(
        "events", *SINCE, "--same", "address", "--as", "r9", code=2
    )
    assert "the event r3 names no resource" in written.run("events", *SINCE, "--same", "resource", "--as", "r3", code=2)
    assert "belong together" in written.run("events", "--same", "address", code=2)
    assert "belong together" in written.run("events", "--as", "r1", code=2)


def test_a_query_or_a_time_that_cannot_be_read_is_told_before_any_broker_is_asked(cli: Cli) -> None:
    cli.environment["GUARDSTREAM_BOOTSTRAP_SERVERS"] = "127.0.0.1:1"
    assert "  a:1 AND (b\n          ^\n" in cli.run("events", "a:1 AND (b", code=2)
    assert "is no time" in cli.run("events", "--since", "yesterday", code=2)
    assert "no Kafka broker answers" in cli.run("events", code=2)


def test_it_needs_no_dashboard_and_none_of_its_packages(written: Cli) -> None:
    program = (
        "import sys; sys.modules['duckdb'] = sys.modules['fastapi'] = None; from streams.cli.main import app; app()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "events", "--format", "json", *SINCE],
        env=written.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 5)
    assert done.stderr == "2 messages could not be read as events\n"


def made(count: int) -> Iterator[Message]:
    """Events, the newest in the middle, each with a record of 2 KB."""
    for number in range(count):
        time = to_rfc3339(1_795_510_800_000 + min(number, count - number) * 1_000)
        value = record(event_id=f"r{number}", event_time=time, record={"filler": str(number) * 400})
        yield Message("t", 0, number, 0, None, value)


def test_no_more_is_held_than_is_shown(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "read_topic", lambda *_, **__: made(5_000))
    tracemalloc.start()
    try:
        found = cli.objects("events", *SINCE, "--kind", "records", "--limit", "5")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sorted(ids(found)) == ["r2498", "r2499", "r2500", "r2501", "r2502"]
    assert most < 5_000_000  # All of them are 10 MB as text alone.


def test_ctrl_c_ends_it_quietly(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> Iterator[Message]:
        yield from made(10)
        raise KeyboardInterrupt

    monkeypatch.setattr(events, "read_topic", interrupted)
    assert cli.run("events", *SINCE, code=130) == ""

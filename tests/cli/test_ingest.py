from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from streams.adapters.topic_reader import read_topic

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli

RECORD = {
    "eventVersion": "1.09",
    "eventID": "e",
    "eventTime": "2026-11-24T07:00:00Z",
    "eventSource": "s3.amazonaws.com",
    "eventName": "GetObject",
    "awsRegion": "eu-west-1",
    "recipientAccountId": "111122223333",
}


def test_the_closing_account_says_what_was_read_produced_and_held(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(RECORD) + "\n{broken\n")
    text = cli.run("ingest", str(tmp_path))
    assert "1 file," in text
    assert "2 messages" in text
    assert "1 events (1 cloudtrail)" in text
    assert "1 unreadable" in text


def test_a_refusal_is_told_with_its_reason_and_the_exit_code_is_1(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("")
    assert "a.json: it is empty" in cli.run("ingest", str(tmp_path / "a.json"), code=1)


def test_programs_get_the_account_as_one_object(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"Records": [RECORD] * 3}))
    [account] = cli.objects("ingest", str(tmp_path))
    assert (account["messages"], account["acknowledged"], account["events"]) == (1, 1, {"cloudtrail": 3})


def test_standard_input_is_ingested_line_by_line(cli: Cli) -> None:
    command = [sys.executable, "-c", "from streams.cli.main import app; app()", "ingest", "-"]
    lines = "".join(json.dumps(RECORD | {"eventID": str(number)}) + "\n" for number in range(5))
    done = subprocess.run(command, env=cli.environment, input=lines.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(list(read_topic(cli.settings, cli.topics.cloudtrail))) == 5

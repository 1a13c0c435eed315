from __future__ import annotations

import gzip
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from streams.cli.main import app

if TYPE_CHECKING:
    from pathlib import Path

FINDING = {
    "source": "aws.guardduty",
    "detail-type": "GuardDuty Finding",
    "time": "2026-03-02T11:00:00Z",
    "detail": {"type": "Backdoor:EC2/C&CActivity.B!DNS", "severity": 8, "accountId": "111122223333"},
}


GUARDSTREAM = [sys.executable, "-c", "from streams.cli.main import app; app()", "query"]


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["query", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def events(tmp_path: Path) -> str:
    file = tmp_path / "events.jsonl"
    file.write_text("".join(json.dumps({"n": number, "s": f"x{number}"}) + "\n" for number in range(3)))
    return str(file)


def test_explaining_shows_how_a_query_was_read_and_warns() -> None:
    code, out, _err = run("explain", "a:1 OR b:2 AND c:3")
    assert code == 0
    assert "all of\n  b is, or has the words, '2'" in out
    assert "reads: a, b, c" in out
    assert "warning: AND and OR mix" in out


def test_fields_that_the_source_does_not_have_are_told_where_it_is_named() -> None:
    assert "warning" not in run("explain", "evntName:x")[1]
    code, output, _ = run("explain", "evntName:x AND type:y", "--source", "cloudtrail")
    assert code == 0
    assert "warning: evntName is no field of cloudtrail; did you mean eventName" in output
    assert "warning: type is no field of cloudtrail" in output


def test_a_wrong_query_is_shown_with_a_caret_and_exits_2(events: str) -> None:
    for arguments in (("explain", "a:1 AND (b"), ("run", "a:1 AND (b", events)):
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert "  a:1 AND (b\n          ^\n" in err


def test_hits_are_printed_as_they_are_and_exit_0(events: str) -> None:
    code, out, err = run("run", "n:>=1", events)
    assert (code, err) == (0, "")
    assert [json.loads(line) for line in out.splitlines()] == [{"n": 1, "s": "x1"}, {"n": 2, "s": "x2"}]


def test_no_hit_exits_1(events: str) -> None:
    assert run("run", "n:9", events) == (1, "", "")


def test_counting_prints_only_the_number(events: str) -> None:
    assert run("run", "--count", "n:*", events) == (0, "3\n", "")
    assert run("run", "--count", "n:9", events) == (1, "0\n", "")


def test_a_query_may_begin_with_a_minus(events: str) -> None:
    assert run("run", "--count", "-n:0", events)[:2] == (0, "2\n")
    assert run("explain", "-n:0")[0] == 0


def test_standard_input_and_gzip_are_read(tmp_path: Path) -> None:
    packed = tmp_path / "findings.json.gz"
    packed.write_bytes(gzip.compress(json.dumps([FINDING, FINDING]).encode()))
    command = [*GUARDSTREAM, "run", "--count", "threat_purpose:backdoor", str(packed), "-"]
    done = subprocess.run(command, input=json.dumps(FINDING).encode(), capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"3\n", b"")


def test_a_source_restricts_what_is_searched(events: str, tmp_path: Path) -> None:
    (tmp_path / "finding.json").write_text(json.dumps(FINDING))
    assert run("run", "--count", "*", str(tmp_path))[1] == "4\n"
    assert run("run", "--count", "--source", "findings", "*", str(tmp_path), events)[1] == "1\n"


def test_a_named_list_is_the_lines_of_a_file(events: str, tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("x1\n\n  X2  \n")
    assert run("run", "--count", "s:@names", "--list", f"names={names}", events)[1] == "2\n"
    assert run("explain", "s:@names", "--list", f"names={names}")[0] == 0


@pytest.mark.parametrize("option", ["names", "names=", "=x", "names=/nowhere/at/all"])
def test_a_list_that_cant_be_read_exits_2(events: str, option: str) -> None:
    code, _out, err = run("run", "s:@names", "--list", option, events)
    assert code == 2
    assert "names" in err or "--list" in err


def test_a_bad_line_is_told_with_its_place_the_rest_is_searched_and_the_exit_code_is_2(tmp_path: Path) -> None:
    file = tmp_path / "mixed.jsonl"
    file.write_text('{"a": 1}\n{broken\n{"a": 1}\n')
    code, out, err = run("run", "a:1", str(file))
    assert (code, out) == (2, '{"a":1}\n{"a":1}\n')
    assert f"{file}:2: " in err.replace("\n", "")


def test_a_file_that_is_no_json_is_told_of_once_and_briefly(tmp_path: Path) -> None:
    (tmp_path / "prose.txt").write_text("no JSON\n" * 500)
    code, _out, err = run("run", "a:1", str(tmp_path))
    assert code == 2
    assert "490 more places" in err
    assert len(err.splitlines()) == 11


def test_a_missing_file_exits_2_and_the_others_are_searched(events: str) -> None:
    code, out, err = run("run", "--count", "n:1", "/nowhere/at/all", events)
    assert (code, out) == (2, "1\n")
    assert "/nowhere/at/all: can't be read: No such file" in err


def test_an_empty_file_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_text("")
    assert run("run", "*", str(tmp_path / "empty.json")) == (1, "", "")


def test_a_reader_that_goes_away_is_no_error_to_tell(tmp_path: Path) -> None:
    file = tmp_path / "many.jsonl"
    file.write_text('{"a": 1}\n' * 100_000)
    command = [*GUARDSTREAM, "run", "a:1", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b'{"a":1}\n'
        process.stdout.close()
        assert process.stderr.read() == b""

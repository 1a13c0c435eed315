"""`guardstream rules test`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import parse

import orjson
import pytest

from tests.cli.offline import Offline
from tests.core.rules.rule_files import CALL, rule_text

if TYPE_CHECKING:
    from pathlib import Path

PASSES = {"name": "root makes a key", "event": CALL, "expect": "fires"}
FAILS = {"name": "root stays silent", "event": CALL, "expect": "silent"}


@pytest.fixture
def offline(tmp_path: Path) -> Offline:
    return Offline(tmp_path)


def test_all_tests_of_shipped_and_own_rules_run_and_pass(tmp_path: Path) -> None:
    offline = Offline(tmp_path, shipped=True)
    offline.write("a.yml", rule_text(tests=[PASSES]))
    output = offline.run("rules", "test")
    assert "a.yml .\n" in output
    assert "deploy/rules/actor-identified.yml ...\n" in output
    assert " passed in " in output.splitlines()[-1]


def test_a_failure_is_told_with_rule_test_file_and_line_and_the_exit_code_is_1(offline: Offline) -> None:
    offline.write("a.yml", "\n\n" + rule_text(tests=[PASSES, FAILS]))
    output = offline.run("rules", "test", str(offline.folder), code=1)
    assert "a.yml .F\n" in output
    assert " a-rule: root stays silent " in output
    assert "a.yml:3: expected silent, but was fires" in output
    assert " 1 failed, 1 passed in " in output.splitlines()[-1]


def test_tests_are_chosen_by_folder_file_rule_and_text(offline: Offline) -> None:
    own = offline.write("a.yml", rule_text(tests=[PASSES, FAILS]))
    other = offline.write("b/b.yml", rule_text(id="b-rule", tests=[PASSES]))
    assert " 1 passed " in offline.run("rules", "test", str(other))
    assert " 1 passed " in offline.run("rules", "test", str(other.parent))
    assert " 1 passed " in offline.run("rules", "test", "b-rule")
    assert " 1 passed " in offline.run("rules", "test", str(own), "-k", "MAKES A")
    assert " 2 passed " in offline.run("rules", "test", "-k", "-rule: root makes")
    offline.environment.clear()
    assert " 1 passed " in offline.run("rules", "test", str(other))


def test_verbose_has_a_line_a_test_and_exitfirst_stops(offline: Offline) -> None:
    offline.write("a.yml", rule_text(tests=[PASSES, FAILS, {**FAILS, "name": "again"}]))
    output = offline.run("rules", "test", str(offline.folder), "-v", "-x", code=1)
    assert "a.yml:1 a-rule: root makes a key PASSED" in output
    assert "a.yml:1 a-rule: root stays silent FAILED" in output
    assert " 1 failed, 1 passed, 1 not run in " in output


def test_junit_is_written_for_failures_too(offline: Offline) -> None:
    offline.write("a.yml", rule_text(tests=[PASSES, FAILS]))
    report = offline.folder / "report.xml"
    offline.run("rules", "test", "a-rule", "--junit", str(report), code=1)
    root = parse(report).getroot()  # noqa: S314 - what is read was written just before
    assert root is not None
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    assert "can't be written" in offline.run("rules", "test", "--junit", str(offline.folder), code=2)


def test_events_come_from_files_beside_the_rule_and_one_that_is_missing_is_an_error(offline: Offline) -> None:
    offline.write("sub/a.yml", rule_text(tests=[{"name": "t", "events": [{"file": "e/x.json"}], "expect": "fires"}]))
    assert "a.yml:1:" in (output := offline.run("rules", "test", str(offline.folder), code=2))
    assert "the file e/x.json can't be read: No such file" in output
    assert "the file e/x.json can't be read: No such file" in offline.run("rules", "check", code=2)
    offline.write("sub/e/x.json", orjson.dumps({"Records": [CALL, CALL]}).decode())
    assert " 1 passed " in offline.run("rules", "test", str(offline.folder))


def test_what_cannot_be_loaded_or_is_not_there_is_exit_code_2_and_no_test_5(offline: Offline) -> None:
    assert "no tests found" in offline.run("rules", "test", str(offline.folder), code=5)
    offline.write("a.yml", rule_text(level="loud"))
    assert "is none of informational" in offline.run("rules", "test", code=2)
    offline.write("a.yml", rule_text())
    assert "no such file or folder" in offline.run("rules", "test", str(offline.folder / "none.yml"), code=2)
    assert "did you mean a-rule?" in offline.run("rules", "test", "a-rul", code=2)
    assert "did you mean a-rule?" in offline.run("rules", "test", "a-r", code=2)

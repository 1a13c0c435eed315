"""`guardstream rules lint`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.offline import Offline
from tests.core.rules.rule_files import CALL, rule_text

if TYPE_CHECKING:
    from pathlib import Path

TESTS = [
    {"name": "fires", "event": CALL, "expect": "fires"},
    {"name": "silent", "event": {**CALL, "eventName": "x"}, "expect": "silent"},
]


def test_warnings_are_told_with_place_and_code_and_the_exit_code_is_1(tmp_path: Path) -> None:
    offline = Offline(tmp_path)
    path = offline.write("a.yml", rule_text(tests=TESTS, runbook=""))
    output = offline.run("rules", "lint", str(tmp_path), code=1)
    assert f"{path}:1:" in output
    assert "warning: a-rule: has no runbook" in output
    assert "[no-runbook]\n1 warning, 0 notes" in output
    [found] = offline.objects("rules", "lint", "a-rule", code=1)
    assert (found["file"], found["line"], found["rule"], found["code"], found["severity"]) == (
        str(path), 1, "a-rule", "no-runbook", "warning",
    )  # fmt: skip


def test_notes_leave_the_exit_code_0_and_what_cannot_be_loaded_makes_it_2(tmp_path: Path) -> None:
    offline = Offline(tmp_path)
    offline.write("a.yml", rule_text(tests=TESTS, description=""))
    assert "0 warnings, 1 note" in offline.run("rules", "lint", str(tmp_path))
    offline.write("b.yml", "id: x")
    offline.run("rules", "lint", code=2)


def test_of_the_shipped_rules_only_the_one_that_needs_a_list_is_warned_of(tmp_path: Path) -> None:
    warnings = [
        found
        for found in Offline(tmp_path, shipped=True).objects("rules", "lint", code=1)
        if found["severity"] == "warning"
    ]
    assert [(found["rule"], found["code"]) for found in warnings] == [("guardduty-bucket-access-changed", "empty-list")]


def test_what_all_rules_from_sigma_lack_is_one_line_a_kind(tmp_path: Path) -> None:
    offline = Offline(tmp_path)
    for name in ("a-rule", "b-rule"):
        query = f"event_name:{name}"
        offline.write(f"{name}.yml", rule_text(id=name, query=query, runbook="", annotations={"sigma_file": "x.yml"}))
    offline.write("mine.yml", rule_text(id="mine", tests=TESTS, runbook=""))
    lines = offline.run("rules", "lint", code=1).splitlines()
    assert [line.partition(": ")[2] for line in lines if "from Sigma" not in line][:-1] == [
        "warning: mine: has no runbook: write what to do for whoever is woken at 3 a.m. [no-runbook]"
    ]
    assert [line.partition(" from Sigma has ")[0] for line in lines if "from Sigma" in line] == [
        "warning: each of 2 rules"
    ] * 3
    assert lines[-1] == "7 warnings, 0 notes"
    assert len(offline.objects("rules", "lint", code=1)) == 7

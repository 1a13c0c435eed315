"""Files judged again, where no broker is asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.offline import Offline
from tests.core.rules.rule_files import CALL, rule_text

if TYPE_CHECKING:
    from pathlib import Path

SILENCE = """
id: silence
title: Nothing came
level: high
source: findings
query: "*"
condition: {type: less_than, threshold: 1, window: 10m}
"""


@pytest.fixture
def offline(tmp_path: Path) -> Offline:
    offline = Offline(tmp_path / "rules")
    offline.write("rules.yml", rule_text())
    return offline


@pytest.fixture
def call(tmp_path: Path) -> str:
    path = tmp_path / "call.jsonl"
    path.write_text(json.dumps(CALL) + "\n")
    return str(path)


def test_of_files_without_any_event_nobody_says_that_it_was_silent(tmp_path: Path) -> None:
    offline = Offline(tmp_path)
    offline.write("rules.yml", SILENCE)
    broken = offline.write("broken.jsonl", '{"a":\n[]\n')
    assert "no event was found" in offline.run("replay", str(broken), code=2)


def test_a_time_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    output = Offline(tmp_path).run("replay", "x.jsonl", "--from", "5m", "--to", "10m", code=2)
    assert output.startswith("--from 5m is not before --to 10m")


def test_what_cannot_be_read_is_told_with_file_line_and_reason(offline: Offline, tmp_path: Path) -> None:
    path = tmp_path / "part.jsonl"
    path.write_text("\n".join([json.dumps(CALL), "", "{broken", json.dumps(CALL), *["nothing"] * 9]))
    lines = offline.run("replay", str(path)).splitlines()
    assert lines[0].startswith(f"{path}:3: not-json: ")
    assert lines[4].startswith(f"{path}:8: not-json: ")
    assert lines[5].startswith("10 parts could not be read (10 not-json);")
    assert lines[-1].startswith("2 alerts of 1 rule,")


def test_events_that_happened_before_the_time_asked_for_are_counted_and_told(offline: Offline, call: str) -> None:
    output = offline.run("replay", call, "--from", "2026-03-02T11:00:01Z")
    assert output.startswith("1 event happened before 2026-03-02T11:00:01Z, whenever they came")
    assert "0 alerts" in output
    assert "happened before" not in offline.run("replay", call, "--from", "2026-03-02T11:00:00Z")


def test_a_limit_that_is_broken_is_named_and_the_alerts_with_rule_and_id(offline: Offline, call: str) -> None:
    other = offline.write("../other/rules.yml", rule_text(enabled=False)).parent
    output = offline.run("replay", call, "--against", str(other), "--most-removed", "0", "--most-added", "0", code=1)
    [alert] = offline.objects("replay", call)
    assert f"low firing a-rule: {alert['summary']}  {alert['alert_id'][:12]}\n" in output
    assert output.endswith("1 removed, at most 0 allowed by --most-removed\n")
    offline.run("replay", call, "--against", str(other), "--most-removed", "1")


def test_a_limit_without_anything_to_compare_with_is_refused(offline: Offline, call: str) -> None:
    assert offline.run("replay", call, "--most-added", "0", code=2).startswith("--most-added: there is nothing to")


def test_overrides_alone_are_no_set_of_rules_and_the_error_says_what_is_missing(offline: Offline, call: str) -> None:
    changed = offline.write("../changed/a.yml", "override: root-used\nlevel: low\n").parent
    output = offline.run("replay", call, "--against", str(changed), code=2)
    assert "there is no rule root-used" in output
    assert f"as in --against shipped --against {changed}" in output


def test_of_rules_that_ask_for_a_release_it_is_told_that_files_have_none(tmp_path: Path, call: str) -> None:
    offline = Offline(tmp_path / "rules")
    limited = {"type": "immediate", "since-release": {"within": "6h"}}
    offline.write("rules.yml", rule_text(condition=limited))
    output = offline.run("replay", call)
    assert output.startswith("Files have no releases, so rules that are limited to the time since one did not fire.")
    assert "0 alerts" in output

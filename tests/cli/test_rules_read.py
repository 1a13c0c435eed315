"""`guardstream rules list`, `explain`, `docs`, `schema` and `check`: what is told about rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.offline import Offline
from tests.core.rules.rule_files import override_text, rule_text

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def offline(tmp_path: Path) -> Offline:
    offline = Offline(tmp_path)
    offline.write("a.yml", rule_text())
    return offline


def test_rules_are_listed_as_a_table_and_as_objects(tmp_path: Path) -> None:
    offline = Offline(tmp_path, shipped=True)
    offline.write("a.yml", rule_text())
    output = offline.run("rules", "list")
    assert "no-guardduty-logs-from-account" in output
    rows = {row["id"]: row for row in offline.objects("rules", "list")}
    assert f"{len(rows)} rules, {sum(row['enabled'] for row in rows.values())} of them in use" in output
    assert (rows["a-rule"]["condition"], rows["a-rule"]["state"], rows["a-rule"]["tests"]) == ("at once", "on", 0)
    assert rows["no-guardduty-logs-from-account"]["state"] == "disabled"


def test_rules_are_chosen_by_options_folders_and_ids(offline: Offline) -> None:
    def ids(*arguments: str) -> list[str]:
        return [row["id"] for row in offline.objects("rules", "list", *arguments)]

    offline.write(
        "sub/b.yml", rule_text(id="b-rule", source="findings", query="*", level="high", tags=["x"], enabled=False)
    )
    assert ids() == ["a-rule", "b-rule"]
    assert ids("--tag", "attack.t1098") == ids("a-rule") == ["a-rule"]
    assert ids("--level", "high") == ids("--source", "findings") == ids("--disabled") == ["b-rule"]
    assert ids(str(offline.folder / "sub")) == ["b-rule"]


def test_a_rule_is_explained_to_whoever_is_woken(offline: Offline) -> None:
    offline.write("b.yml", override_text(id=None, level="high").replace('"id":null,', ""))
    output = offline.run("rules", "explain", "a-rule")
    assert output.startswith("a-rule  high\n")
    assert "runbook\n  Look.\n" in output
    assert "overridden in" in output
    [told] = offline.objects("rules", "explain", "a-rule")
    assert told["about"][0] == "A rule"
    assert "did you mean a-rule?" in offline.run("rules", "explain", "a-rul", code=2)


def test_what_cannot_be_read_is_told_beside_what_is_wrong_in_the_rest(offline: Offline) -> None:
    (offline.folder / "gone.yml").symlink_to(offline.folder / "nothing")
    offline.write("b.yml", rule_text(id="b-rule", level="loud"))
    output = offline.run("rules", "check", code=2)
    assert "which is not there" in output
    assert "is none of informational" in output


def test_the_handbook_is_printed_or_written(offline: Offline) -> None:
    printed = offline.run("rules", "docs")
    target = offline.folder / "rules.md"
    offline.run("rules", "docs", "--out", str(target))
    assert target.read_text() == printed
    assert offline.run("rules", "docs", "a-rule").count("\n## ") == 1
    assert "can't be written" in offline.run("rules", "docs", "--out", str(offline.folder), code=2)


@pytest.mark.parametrize("what", ["rule", "override", "measure"])
def test_schemas_are_printed_as_they_are_published(offline: Offline, what: str) -> None:
    assert json.loads(offline.run("rules", "schema", "--what", what))["$schema"].endswith("draft-07/schema#")


def test_check_still_tells_what_it_told_and_runs_nothing(offline: Offline) -> None:
    offline.write("more/c.yml", rule_text(id="c-rule", tests=[{"name": "n", "event": {}, "expect": "fires"}]))
    offline.write("d.yml", rule_text(id="d-rule", query="event_name:@names", lists={"names": []}))
    output = offline.run("rules", "check")
    assert "\nc-rule\tlow\tat once\n" in output
    assert "In use: 3 rules and 13 measures." in output
    place = f"{offline.folder / 'd.yml'}:1:"
    assert any(
        line.startswith(place) and "warning: d-rule: can't match, since its list names is empty" in line
        for line in output.splitlines()
    )
    assert "no such file or folder" in offline.run("rules", "check", str(offline.folder / "none"), code=2)


def test_check_of_a_folder_tells_of_its_own_rules_and_of_those_that_it_changes(tmp_path: Path) -> None:
    offline = Offline(tmp_path / "mine", shipped=True)
    offline.write("mine.yml", rule_text(id="my-rule"))
    offline.write("more.yml", "override: root-used\nlevel: low\n")
    output = offline.run("rules", "check", str(offline.folder))
    assert [line.partition("\t")[0] for line in output.splitlines()[1:3]] == ["my-rule", "root-used"]
    assert " rules that these folders do not touch" in output
    assert "warning" not in output
    told = [rule["id"] for rule in offline.objects("rules", "check", str(offline.folder))]
    assert told == ["my-rule", "root-used"]


def test_a_folder_without_a_rule_is_another_one_than_somebody_meant(offline: Offline, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    (empty / "sub").mkdir(parents=True)
    for command in ("check", "list", "lint", "docs", "explain"):
        assert f"{empty}: no rule is in this folder" in offline.run("rules", command, str(empty), code=2)
    assert f"warning: no rule is in {empty}, which" in Offline(empty).run("rules", "check")


def test_a_rule_is_explained_as_a_folder_has_it(offline: Offline, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "b.yml").write_text(rule_text(id="b-rule"))
    (folder / "c.yml").write_text("override: a-rule\nlevel: high\n")
    offline.environment["GUARDSTREAM_RULES"] = str(offline.write("only/a.yml", rule_text()).parent)
    assert offline.run("rules", "explain", str(folder), "a-rule").startswith("a-rule  high\n")
    assert [one["id"] for one in offline.objects("rules", "explain", str(folder))] == ["a-rule", "b-rule"]

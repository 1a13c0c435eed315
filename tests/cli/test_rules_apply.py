"""`guardstream rules apply`, `except` and `override`, and what they refuse before they ask a broker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas.applied import Change
from schemas.rule import RuleOverride
from streams.adapters.embedded_kafka import free_port
from streams.cli.rules_apply import told
from tests.cli.offline import Offline
from tests.core.rules.rule_files import rule_text

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--reason", " "], "--reason is empty: say why, for whoever asks in a year"),
        (["--reason", "x", "--until", "soon"], "--until: 'soon' is no day: write it as 2027-01-31"),
        (["--reason", "x", "--until", "2020-01-01"], "--until 2020-01-01: that day has come"),
    ],
)
def test_an_exception_that_is_none_is_refused_in_words_for_people(
    tmp_path: Path, options: list[str], says: str
) -> None:
    assert Offline(tmp_path).run("rules", "except", "a-rule", "x:1", *options, code=2).startswith(says)


def nowhere(tmp_path: Path) -> Offline:
    offline = Offline(tmp_path, shipped=True)
    offline.environment["GUARDSTREAM_BOOTSTRAP_SERVERS"] = f"127.0.0.1:{free_port()}"
    return offline


def test_a_query_that_none_can_read_is_refused_without_a_broker(tmp_path: Path) -> None:
    output = nowhere(tmp_path).run("rules", "except", "root-used", "a and b", "--reason", "x", code=2)
    assert "  a and b\n" in output
    assert "Kafka" not in output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["except", "root-usd", "x:1"], "there is no rule root-usd; did you mean root-used"),
        (["override", "root-used", "--threshold", "3"], "root-used has no threshold to override"),
    ],
)
def test_what_is_wrong_by_the_folders_is_told_before_that_no_broker_answers(
    tmp_path: Path, arguments: list[str], says: str
) -> None:
    output = nowhere(tmp_path).run("rules", *arguments, "--reason", "x", code=2)
    assert output.startswith(says)
    assert output.count("no Kafka broker answers") == output.count("KafkaTimeoutError") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["except", "root-used"], "say which events are to be left alone"),
        (["except", "root-used", "x:1", "--remove", "1"], "say which events are to be left alone"),
        (["override", "root-used", "--reason", "x"], "say what is to change"),
        (["override", "root-used", "--reason", "x", "--level", "low", "--clear", "level"], "say what is to change"),
    ],
)
def test_a_change_and_its_opposite_are_not_made_at_once(tmp_path: Path, arguments: list[str], says: str) -> None:
    assert Offline(tmp_path).run("rules", *arguments, code=2).startswith(says)


def test_what_is_applied_first_is_told_against_the_rules_that_workers_start_with(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.yml").write_text(rule_text() + "\n---\noverride: root-used\nlevel: low\n")
    output = cli.run("rules", "apply", str(tmp_path / "mine"))
    assert output.startswith("Nothing was applied before")
    assert "+ a-rule\n~ root-used  level, levels\n" in output
    assert "Applied: holds from" in output


def test_changes_are_seen_and_taken_back_one_by_one(cli: Cli) -> None:
    cli.run("rules", "except", "root-used", "account:1", "--reason", "ours")
    cli.run("rules", "except", "root-used", "account:2", "--reason", "ours")
    cli.run("rules", "override", "root-used", "--level", "low", "--try", "--reason", "noise")
    told = cli.run("rules", "explain", "root-used", "--applied")
    assert "changed: level: low, dry-run: True (noise; " in told
    assert "taken back by `guardstream rules except root-used --remove 2`" in told
    assert "root-used\tlow\t" in cli.run("rules", "list", "root-used", "--applied")
    assert "[account" not in cli.run("rules", "explain", "root-used")
    assert "no command has excepted account:3" in cli.run(
        "rules", "except", "root-used", "--remove", "account:3", code=2
    )
    cli.run("rules", "except", "root-used", "--remove", "1")
    cli.run("rules", "override", "root-used", "--clear", "dry-run")
    [row] = cli.objects("rules", "list", "root-used", "--applied")
    assert [entry["query"] for entry in row["exceptions"]] == ["account:2"]
    assert (row["level"], row["state"], len(row["changes"])) == ("low", "on", 2)
    output = cli.run("rules", "override", "root-used", "--clear", "level")
    assert "~ root-used  level, levels\n" in output


def test_without_anything_applied_there_is_nothing_to_show(cli: Cli) -> None:
    assert "nothing was applied yet" in cli.run("rules", "list", "--applied", code=2)


def test_an_override_that_is_none_is_refused_in_words_for_people(tmp_path: Path) -> None:
    output = Offline(tmp_path).run("rules", "override", "A Rule", "--level", "low", "--reason", "x", code=2)
    assert "has to be lower-case words and numbers joined by single hyphens" in output


def test_a_change_is_told_as_it_was_asked_for() -> None:
    override = RuleOverride.model_validate(
        {"override": "a", "threshold": 200.0, "exceptions": [{"query": "x:1", "reason": "ours", "until": "2027-01-31"}]}
    )
    change = Change(override=override, reason="ours", at="2026-11-24T07:00:00+00:00", owner="Ann")
    assert told(change) == "a: threshold: 200, except x:1 until 2027-01-31 (ours; 2026-11-24T07:00:00Z, Ann)"

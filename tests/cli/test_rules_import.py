from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from streams.adapters.rule_files import read_folder
from streams.cli.main import app
from streams.core.rules.load import load_rules

if TYPE_CHECKING:
    from pathlib import Path

RULE = """
title: A user was made
id: 0b1c4e9a-1f6e-4d3c-9b6a-3f7d6f1c2a10
status: test
level: high
logsource: {product: aws, service: cloudtrail}
detection:
  sel: {eventName: CreateUser}
  condition: sel
"""
COUNTING = RULE.replace("0b1c", "1b1c").replace("condition: sel", "condition: sel | count() > 5")


def run(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["rules", "import", *map(str, arguments)])
    assert result.exit_code == code, result.output + repr(result.exception)
    return result.output


@pytest.fixture
def sigma(tmp_path: Path) -> Path:
    folder = tmp_path / "sigma"
    folder.mkdir()
    (folder / "user.yml").write_text(RULE)
    return folder


def test_rules_are_written_that_load_without_a_warning(sigma: Path, tmp_path: Path) -> None:
    said = run(sigma, "--out", tmp_path / "new" / "rules")
    assert "1 rule written to" in said
    assert "0 refused" in said
    assert "have no tests" in said
    assert "Their ids are those of Sigma" in said
    assert "group-by" in said
    loaded = load_rules([read_folder(tmp_path / "new" / "rules")])
    assert [rule.query for rule in loaded.rules] == ["eventName:CreateUser"]
    assert not loaded.warnings


def test_a_refused_rule_is_named_with_its_file_and_the_reason_and_the_exit_code_is_1(
    sigma: Path, tmp_path: Path
) -> None:
    (sigma / "many.yml").write_text(COUNTING)
    said = run(sigma / "many.yml", sigma / "user.yml", "--out", tmp_path / "out", code=1)
    assert f"refused: {sigma / 'many.yml'}: A user was made: its condition `sel | count() > 5` asks for several" in said
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["user.yml"]


def test_where_all_are_refused_nothing_is_written(sigma: Path, tmp_path: Path) -> None:
    (sigma / "user.yml").write_text(COUNTING)
    assert "Nothing was written; 1 refused." in run(sigma, "--out", tmp_path / "out", code=1)


def test_a_file_that_somebody_changed_is_replaced_only_by_force(sigma: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(sigma, "--out", out)
    run(sigma, "--out", out)
    (out / "user.yml").write_text("# mine")
    (sigma / "more.yml").write_text(RULE.replace("0b1c", "2b1c"))
    assert f"--force replaces them: {out / 'user.yml'}" in run(sigma, "--out", out, code=2)
    assert [path.read_text() for path in out.iterdir()] == ["# mine"]
    run(sigma, "--out", out, "--force")
    assert "eventName:CreateUser" in (out / "user.yml").read_text()


@pytest.mark.parametrize("given", ["nothing.yml", "empty"])
def test_files_that_are_not_there_are_an_error(tmp_path: Path, given: str) -> None:
    (tmp_path / "empty").mkdir()
    assert given in run(tmp_path / given, "--out", tmp_path / "out", code=2)


def test_a_folder_that_cannot_be_written_is_an_error(sigma: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "can't be written" in run(sigma, "--out", tmp_path / "file" / "out", code=2)


def test_without_the_extra_the_command_says_what_to_install_and_others_work(sigma: Path, tmp_path: Path) -> None:
    start = "import sys; sys.modules['sigma'] = None; from streams.cli.main import app; app()"
    command = [sys.executable, "-c", start, "rules"]
    done = subprocess.run(
        [*command, "import", str(sigma), "--out", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "pip install 'guardstream[sigma]'" in done.stderr
    assert subprocess.run([*command, "check"], capture_output=True, check=False).returncode == 0

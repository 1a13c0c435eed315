"""What is printed into pipes and files can be read by other programs, and ends quietly where nobody reads on."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from rich.text import Text
from typer.testing import CliRunner

from streams.cli.console import UNHEARD
from streams.cli.main import app
from streams.cli.tables import print_pairs, print_table

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-c", "from streams.cli.main import app; app()"]


def test_a_row_in_a_pipe_is_one_line_with_tabs_between_and_nothing_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    long = "x" * 500
    print_table(("one", "two"), [(long, "a\tb\n  c"), (Text("red", style="red"), ""), ("[bold]", "\x1b[31m")])
    assert capsys.readouterr().out == f"one\ttwo\n{long}\ta b c\nred\n[bold]\t\\x1b[31m\n"


def test_what_is_said_of_one_thing_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    print_pairs([("rule", "r"), ("runbook", "1. look\n\n2. act"), ("", "more" * 100)])
    assert capsys.readouterr().out == (f"rule     r\nrunbook  1. look\n\n         2. act\n         {'more' * 100}\n")


def test_a_terminal_gets_columns() -> None:
    def shown() -> bytes:
        parent, child = pty.openpty()
        with subprocess.Popen([*COMMAND, "rules", "list", "root-used"], stdout=child, stderr=child) as process:
            os.close(child)
            text = b""
            try:
                while read := os.read(parent, 65536):
                    text += read
            except OSError:  # As a terminal ends on Linux.
                pass
            os.close(parent)
            assert process.wait(60) == 0
        return text

    assert b"\t" not in shown()


@pytest.mark.parametrize("arguments", [["rules", "docs"], ["rules", "check", "--format", "json"], ["--help"]])
def test_a_reader_that_has_enough_is_no_reason_to_complain(arguments: list[str], tmp_path: Path) -> None:
    for errors in (subprocess.PIPE, subprocess.STDOUT):
        reading, writing = os.pipe()
        os.close(reading)
        with subprocess.Popen([*COMMAND, *arguments], stdout=writing, stderr=errors, cwd=tmp_path) as process:
            os.close(writing)
            _, complaint = process.communicate(timeout=60)
        assert process.returncode == UNHEARD
        assert not complaint


def test_help_says_which_options_are_flags_and_cuts_no_choice() -> None:
    output = CliRunner(env={"COLUMNS": "80"}).invoke(app, ["rules", "override", "--help"]).output
    assert "bool" not in output
    assert "informational|low|medium|high|critical" in output

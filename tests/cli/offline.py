"""The command line in this process, for commands that ask no broker."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from typer.testing import CliRunner

from streams.cli.main import app

if TYPE_CHECKING:
    from pathlib import Path


class Offline:
    """Runs commands with the rules of a folder, after those that ship if ``shipped``."""

    def __init__(self, folder: Path, *, shipped: bool = False) -> None:
        self.folder = folder
        self.environment = {"GUARDSTREAM_RULES": f"shipped,{folder}" if shipped else str(folder)}

    def write(self, name: str, text: str) -> Path:
        """Put a file into the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run a command and give its output, errors too; the exit code has to be ``code``."""
        result = CliRunner(env=self.environment).invoke(app, list(arguments))
        assert result.exit_code == code, result.output + repr(result.exception)
        return result.output

    def objects(self, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
        """Run a command with ``--format json`` and give the objects that it printed, one a line."""
        return [json.loads(line) for line in self.run(*arguments, "--format", "json", code=code).splitlines()]

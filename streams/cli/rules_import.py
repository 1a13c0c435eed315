"""`guardstream rules import`: rules of Sigma as rules of ours."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # Typer reads the annotations.
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from schemas.errors import GuardstreamError, Where
from streams.cli.console import err, out
from streams.core.plural import counted

if TYPE_CHECKING:
    from streams.adapters.sigma.collect import Collected

_REFUSED = 1
_ENDINGS = {".yml", ".yaml"}


def import_rules(
    files: Annotated[list[Path], typer.Argument(help="Files of Sigma rules, or folders of them.")],
    folder: Annotated[Path, typer.Option("--out", help="The folder to write to; made if it is not there.")],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files that are there and say something else.")
    ] = False,
) -> None:
    """Write a rule for each Sigma rule that can be matched alike; exit 1 where one was refused, with the reason."""
    try:
        from streams.adapters.sigma.collect import collect  # noqa: PLC0415 - an extra, not needed by other commands
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "sigma":
            raise
        message = "Sigma rules are read by pySigma, which is not installed: pip install 'guardstream[sigma]'"
        raise GuardstreamError(message) from error
    found = collect({str(path): _content(path) for path in _files(files)})
    _write(found, folder, force=force)
    for refusal in found.refusals:
        err().print(Text(f"refused: {refusal}", style="yellow"), soft_wrap=True)
    out().print(Text(_summary(found, folder)), soft_wrap=True)
    if found.refusals:
        raise typer.Exit(_REFUSED)


def _files(given: list[Path]) -> list[Path]:
    """The files, and those below the folders by their paths, each once."""
    found: list[Path] = []
    for path in given:
        below = sorted(one for one in path.rglob("*") if one.suffix.lower() in _ENDINGS and one.is_file())
        found += below if path.is_dir() else [path]
    if not found:
        raise GuardstreamError(f"there is no .yml or .yaml file below {', '.join(map(str, given))}")
    return list(dict.fromkeys(found))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise GuardstreamError(f"this file can't be read: {error.strerror}", Where(file=str(path))) from error


def _write(found: Collected, folder: Path, *, force: bool) -> None:
    """Write all files, or none where one would replace what somebody may have changed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        pages = {folder / one.name: one.text.encode() for one in found.imported}
        there = {path: path.read_bytes() for path in pages if path.exists()}
        if changed := sorted(str(path) for path in there if there[path] != pages[path]):
            message = f"these files are there and say something else; --force replaces them: {', '.join(changed)}"
            if not force:
                raise GuardstreamError(message)
        for path, content in pages.items():
            path.write_bytes(content)
    except OSError as error:
        raise GuardstreamError(
            f"can't be written: {error.strerror}", Where(file=str(error.filename or folder))
        ) from error


def _summary(found: Collected, folder: Path) -> str:
    wrote = f"{counted(len(found.imported), 'rule')} written to {folder}"
    if not found.imported:
        return f"Nothing was written; {len(found.refusals)} refused."
    return (
        f"{wrote}, {len(found.refusals)} refused. Their ids are those of Sigma where it gives one, so that newer "
        "files change the same rules.\nThey alert on every event that matches: for one alert a user, write "
        "`group-by: [account, principal]` and `condition: {type: immediate, repeat: once}` into the rule.\nThey "
        "have no tests and no runbook: Sigma rules bring none, so add them to those that you rely on."
    )

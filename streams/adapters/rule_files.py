"""Read folders of rule and measure files from disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from schemas.errors import Errors, GuardstreamError, Where
from streams.core.rules.load import RuleFile

_ENDINGS = {".yml", ".yaml"}
_STREAMS = Path(__file__).resolve().parents[1]


def shipped_folder(kind: Literal["rules", "measures", "panels"] = "rules") -> Path:
    """Where the rules, measures or panels that ship are: in the wheel beside the code, in a checkout in ``deploy``."""
    installed = _STREAMS / "shipped" / kind
    return installed if installed.is_dir() else _STREAMS.parent / "deploy" / kind


def read_folder(folder: Path) -> list[RuleFile]:
    """Every ``*.yml`` and ``*.yaml`` file in a folder and those below it, ordered by path; hidden ones are left out.

    Bytes that are no UTF-8 are kept as surrogate escapes, which the loader reports with their place. Raises
    GuardstreamError for a folder that is not there, and Errors for all that is named as a rule file and can't be read:
    a rule that is left out in silence is one that somebody relies on.
    """
    if not folder.is_dir():
        what = "this is a file, not a folder" if folder.exists() else "there is no such folder"
        message = f"{what}: GUARDSTREAM_RULES has to name folders of rule files"
        raise GuardstreamError(message, Where(file=str(folder)))
    files, problems = read_rules(folder)
    if problems:
        raise Errors(problems)
    return files


def read_rules(path: Path) -> tuple[list[RuleFile], list[GuardstreamError]]:
    """What can be read of a folder or a single file, and what can't."""
    problems: list[GuardstreamError] = []
    paths = _named_as_rules(path, problems) if path.is_dir() else [path]
    files = [read for one in paths if (read := _read(one, problems)) is not None]
    return files, problems


def holds_rules(path: Path) -> bool:
    """Whether a path is named as a file of rules is."""
    return path.suffix.lower() in _ENDINGS


def _named_as_rules(folder: Path, problems: list[GuardstreamError]) -> list[Path]:
    found: list[Path] = []

    def note(error: OSError) -> None:
        problems.append(_problem(Path(error.filename), f"this folder can't be read: {error.strerror}"))

    for here, folders, files in os.walk(folder, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (Path(here, name) for name in folders):
            if path.is_symlink() and any(holds_rules(inside) for inside in path.rglob("*")):
                message = "links to folders are not followed: name the folder itself in GUARDSTREAM_RULES"
                problems.append(_problem(path, message))
            elif holds_rules(path):
                problems.append(_problem(path, "this is a folder that is named as a rule file: rename it"))
        found += [Path(here, name) for name in files if not name.startswith(".") and holds_rules(Path(name))]
    return sorted(found)


def _read(path: Path, problems: list[GuardstreamError]) -> RuleFile | None:
    try:
        if path.is_symlink() and not path.exists():
            message = f"this is a link to {path.readlink()}, which is not there"
        elif not path.exists():
            message = "there is no such file or folder"
        elif not path.is_file():
            message = "this is no file: a folder, or something else that can't be read as text"
        else:
            return RuleFile(str(path), path.read_bytes().decode("utf-8-sig", errors="surrogateescape"))
    except OSError as error:
        message = f"this file can't be read: {error.strerror}"
    problems.append(_problem(path, message))
    return None


def _problem(path: Path, message: str) -> GuardstreamError:
    return GuardstreamError(message, Where(file=str(path)))

"""Read folders of rule and measure files from disk."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from schemas.errors import GuardstreamError, Where
from streams.core.rules.load import RuleFile

_ENDINGS = {".yml", ".yaml"}
_STREAMS = Path(__file__).resolve().parents[1]


def shipped_folder(kind: Literal["rules", "measures"] = "rules") -> Path:
    """Where the rules or measures that ship are: in the wheel beside the code, in a checkout in ``deploy``."""
    installed = _STREAMS / "shipped" / kind
    return installed if installed.is_dir() else _STREAMS.parent / "deploy" / kind


def read_folder(folder: Path) -> list[RuleFile]:
    """Every ``*.yml`` and ``*.yaml`` file in a folder and those below it, ordered by path; hidden ones are left out.

    Bytes that are no UTF-8 are kept as surrogate escapes, which the loader reports with their place. Raises
    GuardstreamError for a folder that is not there, or a file that can't be read.
    """
    if not folder.is_dir():
        what = "this is a file, not a folder" if folder.exists() else "there is no such folder"
        message = f"{what}: GUARDSTREAM_RULES has to name folders of rule files"
        raise GuardstreamError(message, Where(file=str(folder)))
    return [_read(path) for path in sorted(folder.rglob("*")) if _holds_rules(path, folder)]


def _holds_rules(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return path.suffix.lower() in _ENDINGS and path.is_file() and not hidden


def _read(path: Path) -> RuleFile:
    try:
        return RuleFile(str(path), path.read_bytes().decode("utf-8-sig", errors="surrogateescape"))
    except OSError as error:
        message = f"this file can't be read: {error.strerror}"
        raise GuardstreamError(message, Where(file=str(path))) from error

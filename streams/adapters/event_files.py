"""Read the files that rules' tests take their events from."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.errors import GuardstreamError, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_BYTES = 64 * 1024 * 1024
_GZIP = b"\x1f\x8b"


def read_event_files(
    named: Iterable[tuple[str, Where]], folders: Sequence[Path]
) -> tuple[dict[str, bytes], list[GuardstreamError]]:
    """The contents of the files that one test names, by the name that is written, and what can't be read.

    ``named`` are those names, relative to the file that they stand in, with their places. A file outside of that one's
    own folder of rules, among ``folders``, is not read: a test is not to depend on what only one machine has.
    """
    found: dict[str, bytes] = {}
    problems: list[GuardstreamError] = []
    for name, where in named:
        if name not in found:
            try:
                found[name] = _content(_inside(name, Path(where.file or ""), folders))
            except ValueError as error:
                problems.append(GuardstreamError(str(error), where))
            except OSError as error:
                problems.append(GuardstreamError(f"the file {name} can't be read: {error.strerror or error}", where))
    return found, problems


def _inside(name: str, rule_file: Path, folders: Sequence[Path]) -> Path:
    path = (rule_file.parent / name).resolve()
    home = rule_file.resolve().parent
    # Of folders within each other the outermost is the tree; a file that is given alone has its own folder.
    trees = [folder.resolve() for folder in folders if home.is_relative_to(folder.resolve())]
    tree = min(trees, key=lambda one: len(one.parts), default=home)
    if not path.is_relative_to(tree):
        message = f"the file {name} is outside of {tree}, the folder of these rules: put it there"
        raise ValueError(message)
    return path


def _content(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        message = f"the file {path.name} has more than {MOST_BYTES:,} bytes: take a smaller part of it"
        raise ValueError(message)
    data = path.read_bytes()
    if not data.startswith(_GZIP):
        return data
    try:
        with gzip.open(path) as opened:
            data = opened.read(MOST_BYTES + 1)
    except (EOFError, zlib.error) as error:
        message = f"the file {path.name} is no whole gzip file: {error}"
        raise ValueError(message) from error
    if len(data) > MOST_BYTES:
        message = f"the file {path.name} has more than {MOST_BYTES:,} bytes when it is unpacked: take a smaller part"
        raise ValueError(message)
    return data

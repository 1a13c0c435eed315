"""Files, folders and standard input, read as blocks of whole JSON texts."""

from __future__ import annotations

import gzip
import sys
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from streams.core.intake.cut import is_json_line

if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Iterator, Sequence

READ_BYTES = 1 << 20
#: A document is held in memory whole; JSON lines are not, so a file of them may be of any length.
DOCUMENT_BYTES = 1 << 30
#: Why a source without any content is refused: there is nothing to ingest, though also nothing wrong to search.
EMPTY = "it is empty"
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was not ingested, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole JSON texts of one source.

    ``whole`` says that nothing else is in that source; ``taken`` is how many bytes of the file (as it lies there,
    packed or not) have been read so far, 0 where nobody knows.
    """

    data: bytes
    whole: bool
    taken: int = 0


def find_files(paths: Iterable[str]) -> Iterator[str | Refused]:
    """Give each file's name: folders are walked in order of names without hidden ones; ``-`` is standard input."""
    for path in paths:
        if path == "-" or not Path(path).is_dir():
            yield path
            continue
        try:
            inside = [
                str(file) for file in sorted(Path(path).rglob("*")) if file.is_file() and not _hidden(file, Path(path))
            ]
        except OSError as error:
            yield Refused(path, f"this folder can't be read: {error.strerror}")
            continue
        yield from inside
        if not inside:
            yield Refused(path, "no file is in this folder")


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def total_bytes(paths: Sequence[str]) -> int | None:
    """Sum the sizes of all files, for a progress bar; None where standard input is among them."""
    if "-" in paths:
        return None
    files = [Path(name) for name in find_files(paths) if isinstance(name, str)]
    return sum(file.stat().st_size for file in files if file.is_file())


def read_source(name: str) -> Iterator[Block | Refused]:
    """Give a source's text in blocks, decompressed where it is gzip, or say why it can't be read.

    A gzip file that is cut short or damaged comes as its own bytes, unchanged, so that nothing of it is lost.
    """
    try:
        with _opened(name) as raw:
            taken = raw.tell if raw.seekable() else lambda: 0
            for found in _read(name, raw):
                yield replace(found, taken=taken()) if isinstance(found, Block) else found
    except OSError as error:
        yield Refused(name, f"can't be read: {error.strerror or error}")


def _read(name: str, raw: io.BufferedReader) -> Iterator[Block | Refused]:
    head = raw.peek(512)[:512]
    if why := _no_text(head):
        yield Refused(name, why)
    elif not head.startswith(_GZIP):
        yield from blocks(name, raw)
    else:
        yield from _read_gzip(name, raw)


def _read_gzip(name: str, raw: io.BufferedReader) -> Iterator[Block | Refused]:
    given = 0
    try:
        with gzip.GzipFile(fileobj=raw) as unpacked:
            first = unpacked.peek(512)[:512]
            if why := _no_text(first):
                yield Refused(name, f"inside the gzip: {why}")
                return
            for block in blocks(name, unpacked):
                given += 1
                yield block
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        if given or not raw.seekable():
            yield Refused(name, f"its gzip is damaged ({error}); what stands before the damage was read")
            return
        raw.seek(0)
        yield Block(raw.read(DOCUMENT_BYTES), whole=True)


def blocks(name: str, stream: BinaryIO | io.BufferedIOBase) -> Iterator[Block | Refused]:
    """Cut a stream into blocks: JSON lines as they come, after the last line end; anything else as one whole."""
    held = b""
    lines = False
    read = getattr(stream, "read1", stream.read)
    while chunk := read(READ_BYTES):
        held += chunk
        if not lines:
            line, end, _rest = held.lstrip().partition(b"\n")
            lines = bool(end) and is_json_line(line)
        if lines and (end_of_lines := held.rfind(b"\n") + 1):
            yield Block(held[:end_of_lines], whole=False)
            held = held[end_of_lines:]
        if len(held) > DOCUMENT_BYTES:
            yield Refused(name, f"one document of more than {DOCUMENT_BYTES >> 20} MB")
            return
    if held.strip():
        yield Block(held, whole=not lines)
    elif not lines:
        yield Refused(name, EMPTY)


@contextmanager
def _opened(name: str) -> Iterator[io.BufferedReader]:
    if name == "-":
        yield sys.stdin.buffer  # type: ignore[misc]  # Standard input is a BufferedReader when it is a real file or pipe.
        return
    with Path(name).open("rb") as file:
        yield file


def _no_text(head: bytes) -> str | None:
    """Return why a file that begins so is no JSON text, or None; a broken byte in what began as JSON is no reason."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "it is UTF-16; JSON has to be UTF-8 (iconv -f UTF-16 -t UTF-8)"
    begins_as_json = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"[", b'"'}
    if b"\0" in head and not begins_as_json and not head.startswith(_GZIP):
        return "it is a binary file, neither JSON nor gzip"
    return None

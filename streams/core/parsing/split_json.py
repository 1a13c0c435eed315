"""Where one JSON text ends and the next begins."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# A string that never ends is taken to the end of the text. Possessive quantifiers keep the scan linear on any bytes.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_OPENING, _CLOSING = (b"{", b"["), (b"}", b"]")
# Between texts Firehose puts nothing or a newline, people a comma, and RFC 7464 a record separator.
_SEPARATORS = b" \t\r\n,\x1e"


def split_json(data: bytes, most: int) -> list[bytes]:
    """Cut concatenated objects and arrays apart, ``{}{}[]`` with or without separators between them.

    A text that is not such a sequence comes back whole. The last piece may be broken: it runs to the end of the data
    when its brackets do not close, or when ``most`` pieces came before it.
    """
    pieces: list[bytes] = []
    depth = start = end = 0
    for token in _TOKEN.finditer(data):
        mark = token.group()[0]
        if depth == 0:
            if mark not in b"[{" or data[end : token.start()].strip(_SEPARATORS):
                return [data]
            if len(pieces) == most:
                return [*pieces, data[token.start() :]]
            start = token.start()
        if mark in b"[{":
            depth += 1
        elif mark in b"]}":
            depth -= 1
            if depth == 0:
                end = token.end()
                pieces.append(data[start:end])
    rest = data[start:] if depth else data[end:]
    if depth == 0 and rest.strip(_SEPARATORS):
        return [data]
    return [*pieces, rest] if depth else pieces or [data]


def deepest(data: bytes) -> int:
    """Return the greatest depth of brackets outside strings, in text that need not be valid JSON."""
    depth = most = 0
    for token in _TOKEN.finditer(data):
        mark = token.group()[0]
        if mark in b"[{":
            depth += 1
            most = max(most, depth)
        elif mark in b"]}":
            depth -= 1
    return most


def holds_json_lines(data: bytes) -> bool:
    """Say whether a text that is not one JSON value is a value a line, some of them perhaps broken.

    Pretty-printed JSON has a line break after its first bracket, so few of its lines both open and close.
    """
    lines = complete = 0
    for _, line in numbered_lines(data):
        lines += 1
        complete += line[:1] in _OPENING and line[-1:] in _CLOSING
    return lines > 1 and 2 * complete >= lines


def numbered_lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each line that is not blank, without the space around it, and its number, counted from 1."""
    for number, line in enumerate(io.BytesIO(data), start=1):
        if content := line.strip():
            yield number, content

"""Cut a text into the JSON values that stand in it one after another."""

from __future__ import annotations

import json
import re

import orjson

# Python's integers refuse more than 4,300 digits; only the place where a value ends matters here, never its number.
_DECODER = json.JSONDecoder(parse_int=float)
_BETWEEN = re.compile(rb"(?:\xef\xbb\xbf)?[\s,\x1e]*")
_NEXT_DOCUMENT = re.compile(rb"\n(?=[{\[])")


def cut(data: bytes) -> list[bytes]:
    r"""Cut ``data`` into its top-level JSON values, each with its bytes unchanged, in their order.

    It reads JSON lines, one document over many lines, and documents one after another with or without blanks, commas
    or record separators (RFC 7464) between them. What is broken becomes a piece too: up to the next line that begins
    with ``{`` or ``[`` if it began like a document itself, else up to the end of its line. Only what stands between
    values is lost.
    """
    pieces: list[bytes] = []
    text: str | None = None
    place = _BETWEEN.match(data).end()  # type: ignore[union-attr]  # The expression matches the empty text.
    while place < len(data):
        end = data.find(b"\n", place)
        end = len(data) if end < 0 else end
        if not _is_json(data[place:end]):
            # In Latin-1 a character is a byte: places agree, and broken UTF-8 inside a string does not hide its end.
            text = data.decode("latin-1") if text is None else text
            end = _end_of_value(text, place) or _end_of_broken(data, place, end)
        pieces.append(data[place:end].rstrip())
        place = _BETWEEN.match(data, end).end()  # type: ignore[union-attr]
    return pieces


def is_json_line(line: bytes) -> bool:
    """Whether a line is a whole JSON object, array or text by itself, so that its file is one of JSON lines."""
    return line.lstrip(b"\xef\xbb\xbf \t")[:1] in {b"{", b"[", b'"'} and _is_json(line.removeprefix(b"\xef\xbb\xbf"))


def _is_json(value: bytes) -> bool:
    try:
        orjson.loads(value)
    except orjson.JSONDecodeError:
        return False
    return True


def _end_of_value(text: str, place: int) -> int | None:
    """Return where the value that begins at ``place`` ends; None if it is broken, or a bare word or number."""
    if text[place] not in '{["':
        return None
    try:
        return _DECODER.raw_decode(text, place)[1]
    except (ValueError, RecursionError):
        return None


def _end_of_broken(data: bytes, place: int, end_of_line: int) -> int:
    if data[place] not in b"{[":
        return end_of_line
    found = _NEXT_DOCUMENT.search(data, place)
    return found.start() if found else len(data)

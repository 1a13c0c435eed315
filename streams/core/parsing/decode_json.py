"""JSON text into values, one refusal for each part that is broken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from schemas.event import Reason
from streams.core.parsing.problem import Problem
from streams.core.parsing.split_json import deepest, holds_json_lines, numbered_lines, split_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.core.parsing.limits import Limits

_NOT_A_NUMBER = re.compile(r"[-+]?(?:nan|inf(?:inity)?)\b", re.IGNORECASE)


def decode_json(data: bytes, limits: Limits) -> Iterator[Any | Problem]:
    """Yield the values of one JSON text, of JSON lines, or of concatenated JSON; a Problem for each broken part.

    The text is UTF-8 without a byte order mark and not blank. A text that is broken as a whole yields one Problem.
    """
    try:
        whole = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        yield from _decode_parts(data, error, limits)
    else:
        yield whole


def _decode_parts(data: bytes, error: orjson.JSONDecodeError, limits: Limits) -> Iterator[Any | Problem]:
    if holds_json_lines(data):
        for number, line in numbered_lines(data):
            yield from _decode_pieces(line, number, limits)
        return
    pieces = split_json(data, limits.events)
    if len(pieces) == 1:
        yield _diagnose(data, error, 1, limits)
        return
    yield from _load_pieces(pieces, 1, limits)


def _decode_pieces(line: bytes, number: int, limits: Limits) -> Iterator[Any | Problem]:
    yield from _load_pieces(split_json(line, limits.events), number, limits)


def _load_pieces(pieces: list[bytes], line: int, limits: Limits) -> Iterator[Any | Problem]:
    for piece in pieces:
        try:
            value = orjson.loads(piece)
        except orjson.JSONDecodeError as error:
            yield _diagnose(piece, error, line, limits)
        else:
            yield value
        line += piece.count(b"\n")


def _diagnose(data: bytes, error: orjson.JSONDecodeError, line: int, limits: Limits) -> Problem:
    """Name what is wrong with a text that the decoder refused; ``line`` is the number of its first line."""
    try:
        text = data.decode()
    except UnicodeDecodeError as wrong:
        return Problem(Reason.NOT_UTF8, f"byte {wrong.start}, line {line}: {wrong.reason}")
    around = text[max(error.pos - 1, 0) : error.pos + 12]
    place = f"line {line + error.lineno - 1}, column {error.colno}"
    if deepest(data) > limits.nesting:
        return Problem(Reason.TOO_DEEP, f"JSON nested more than {limits.nesting} deep")
    if "infinity" in error.msg or _NOT_A_NUMBER.match(around) or _NOT_A_NUMBER.match(around, 1):
        return Problem(Reason.NOT_A_NUMBER, f"{place}: a number that is not finite")
    return Problem(Reason.NOT_JSON, f"{place}: {error.msg}")

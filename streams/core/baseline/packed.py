"""Counts as text, a character each: a JSON that holds a series' weeks in a byte or two a window, and so does memory."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ZERO = 48
"""None is written as "0", so that the text of a small series can be read."""
_SURROGATES, _AFTER = 0xD800, 0x800
"""Characters that stand for no text, and how many there are."""
EXACT = 500_000
"""Counts are exact up to here, beyond to a thousandth."""
_PARTS = 1_000


def pack(counts: Iterable[int]) -> str:
    """Counts as text."""
    return "".join([_character(count) for count in counts])


def unpack(text: str) -> list[int]:
    """The counts that a text stands for."""
    return [_count(ord(character)) for character in text]


def _character(count: int) -> str:
    code = _ZERO + (count if count <= EXACT else EXACT + round(_PARTS * log(count / EXACT)))
    return chr(code if code < _SURROGATES else code + _AFTER)


def _count(code: int) -> int:
    count = (code if code < _SURROGATES else code - _AFTER) - _ZERO
    return count if count <= EXACT else round(EXACT * exp((count - EXACT) / _PARTS))

r"""Text as our query language takes it: a term with wildcards, a regex, a name.

Each function gives text that means just what it was given, wherever in a query a value or a name may stand.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

# What means itself in a term, and what does so anywhere but at its beginning.
_PLAIN = frozenset("_.")
_PLAIN_INSIDE = frozenset("_.,=%;'-/@$#+!")
_PLAIN_IN_NAMES = frozenset("_-")
_SPECIAL_IN_REGEX = frozenset("\\.+*?()|[]{}^$/")
_BACKSLASH = "\\"
_OPERATORS = frozenset({"and", "or", "not", "to"})


class Wild(Enum):
    """What stands for any text, or for one character, in a pattern."""

    MANY = "*"
    ONE = "?"


_WILD_REGEX = {Wild.MANY: ".*", Wild.ONE: "."}

Pattern: TypeAlias = tuple[str | Wild, ...]
"""Texts that mean themselves, none of them empty, and wildcards between them; never two ``MANY`` in a row."""


def term(pattern: Pattern) -> str | None:
    r"""A pattern as a term (``*S3\ Browser*``); None where a character could not be seen there."""
    if any(not part.isprintable() for part in pattern if isinstance(part, str)):
        return None
    written = "".join(part.value if isinstance(part, Wild) else _escaped(part, _PLAIN_INSIDE) for part in pattern)
    if isinstance(pattern[0], str):
        written = _escaped(pattern[0][0], _PLAIN) + written[len(_escaped(pattern[0][0], _PLAIN_INSIDE)) :]
    return f"\\{written}" if written.lower() in _OPERATORS else written


def name(keys: list[str]) -> str:
    """The name of a field, from its keys."""
    return ".".join(_escaped(key[0], frozenset("_")) + _escaped(key[1:], _PLAIN_IN_NAMES) for key in keys)


def _escaped(text: str, plain: frozenset[str]) -> str:
    return "".join(char if char.isalnum() or char in plain else f"\\{char}" for char in text)


def pattern_regex(pattern: Pattern) -> str:
    """A pattern as a regex for the whole value, without the slashes around it; its dots stand for any character."""
    return "".join(_WILD_REGEX[part] if isinstance(part, Wild) else _literal(part) for part in pattern)


def _literal(text: str) -> str:
    return "".join(f"\\{char}" if char in _SPECIAL_IN_REGEX else char for char in text)


def slashed(regex: str) -> str:
    """A regex between slashes, those inside escaped, and what can't be seen as its number."""
    written, after_backslash = [], False
    for char in regex:
        if not char.isprintable():
            written.append(f"{'' if after_backslash else _BACKSLASH}x{{{ord(char):x}}}")
        elif char == "/" and not after_backslash:
            written.append("\\/")
        else:
            written.append(char)
        after_backslash = char == _BACKSLASH and not after_backslash
    return f"/{''.join(written)}/"

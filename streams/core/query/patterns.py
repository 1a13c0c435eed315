"""Wildcards and regexes: each against the whole value, in time linear in its length."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import re2

from streams.core.query.text import OneOf, Test, text_of
from streams.core.query.weigh import weight

if TYPE_CHECKING:
    from streams.core.query.values import Scalar

# What RE2 may use for a regex. Its tables of sets of places make it fast as long as sets come again; where they hardly
# ever do, filling the tables takes four times as long as doing without them, and with little memory it soon does.
_MEMORY = 1 << 20
_LITTLE_MEMORY = 128 << 10
_LIGHT = 8
# What means itself in a regex; alternatives of nothing else are a set of values, which is quicker to look up.
_PLAIN = re.compile(r"\((?:\?:)?[\w :@=,-]+(?:\|[\w :@=,-]+)*\)|[\w :@=,-]+(?:\|[\w :@=,-]+)*", re.ASCII)


class PatternError(ValueError):
    """A regex that RE2 refuses: what is wrong, and where in the pattern (0-based), if that is known."""

    def __init__(self, problem: str, position: int | None) -> None:
        self.position = position
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regex, or a wildcard that needs one.

    Attributes:
        shown: as written.
        regex: in RE2's syntax; matched against the whole value, ``.`` crosses line ends.
        exact: case matters.
        weight: how many places of it can be alive at once.

    Raises:
        PatternError: if RE2 can't compile it.
    """

    shown: str
    regex: str
    exact: bool = False
    wholes: frozenset[str] | None = None
    weight: int = field(init=False, compare=False)
    compiled: re2._Regexp = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Compile it once: large ones take milliseconds."""
        compiled = _compiled(self.regex, exact=self.exact)
        places = weight(self.regex)
        if places > _LIGHT:
            # One that is too large for little memory is so for its classes of characters, and stays as it is.
            with suppress(PatternError):
                compiled = _compiled(self.regex, exact=self.exact, memory=_LITTLE_MEMORY)
        object.__setattr__(self, "weight", places)
        object.__setattr__(self, "compiled", compiled)

    def test(self) -> Test:
        """A predicate on one scalar; numbers and booleans are matched as JSON writes them."""
        fullmatch = self.compiled.fullmatch

        def test(value: Scalar) -> bool:
            text = value if isinstance(value, str) else text_of(value)
            # Half of a surrogate pair can stand in JSON, but not in UTF-8.
            return fullmatch(text.encode("utf-8", "replace")) is not None

        return test

    def describe(self) -> str:
        """In words, for people."""
        return f"matches {self.shown}" + (", case included" if self.exact else "")


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Literal parts with anything between them: ``*`` stands between each two.

    Attributes:
        shown: as written.
        parts: the literals, the empty text at either end where the pattern is open there; two at least.
        exact: case matters.
    """

    shown: str
    parts: tuple[str, ...]
    exact: bool = False
    wholes: frozenset[str] | None = None

    def test(self) -> Test:
        """A predicate on one scalar; numbers and booleans are matched as JSON writes them."""
        fold = str if self.exact else str.lower
        head, *inner, tail = (fold(part) for part in self.parts)
        shortest = len(head) + len(tail)

        def test(value: Scalar) -> bool:
            text = fold(value if isinstance(value, str) else text_of(value))
            if len(text) < shortest or not text.startswith(head) or not text.endswith(tail):
                return False
            at, end = len(head), len(text) - len(tail)
            for part in inner:
                # Taking each part at its first place leaves the most room for the rest, so no other need be tried.
                at = text.find(part, at, end)
                if at < 0:
                    return False
                at += len(part)
            return True

        return test

    def describe(self) -> str:
        """In words, for people."""
        return f"matches {self.shown}" + (", case included" if self.exact else "")


def wildcard(shown: str, pieces: list[str | None], *, exact: bool) -> Wildcard | Pattern:
    """The match of a term with ``*`` and ``?``.

    Args:
        shown: as written.
        pieces: characters, and None for ``*``, and ``""`` for ``?``.
        exact: case matters.
    """
    if "" in pieces:
        regex = "".join(".*" if piece is None else _quoted(piece) for piece in pieces)
        return Pattern(shown, regex, exact)
    parts = [""]
    for piece in pieces:
        if piece is None:
            parts.append("")
        else:
            parts[-1] += piece
    return Wildcard(shown, (parts[0], *filter(None, parts[1:-1]), parts[-1]), exact)


def _quoted(piece: str) -> str:
    return "." if piece == "" else str(re2.escape(piece))


def regex(shown: str, pattern: str, *, exact: bool) -> Pattern | OneOf:
    """The match of a regex.

    Raises:
        PatternError: if it can't be compiled.
    """
    if _PLAIN.fullmatch(pattern):
        return OneOf(frozenset(pattern.removeprefix("(").removeprefix("?:").removesuffix(")").split("|")), exact)
    return Pattern(shown, pattern, exact)


def _compiled(pattern: str, *, exact: bool, memory: int = _MEMORY) -> re2._Regexp:
    options = re2.Options()
    options.case_sensitive = exact
    options.dot_nl = True
    options.never_capture = True
    options.log_errors = False
    options.max_mem = memory
    try:
        return re2.compile(pattern.encode(), options)
    except re2.error as error:
        problem = error.args[0] if error.args else "it can't be compiled"
        said = problem.decode("utf-8", "replace") if isinstance(problem, bytes) else str(problem)
        raise PatternError(said.partition(": ")[0], _misplaced(pattern)) from error


def _misplaced(pattern: str) -> int | None:
    """Where brackets do not pair; RE2 says what is wrong but not where."""
    opened: list[int] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
        elif char == "[":
            closing = _class_end(pattern, at)
            if closing is None:
                return at
            at = closing
        elif char == "(":
            opened.append(at)
        elif char == ")":
            if not opened:
                return at
            opened.pop()
        at += 1
    return opened[-1] if opened else None


def _class_end(pattern: str, start: int) -> int | None:
    """The index of the bracket that closes a character class; one that comes first is a member."""
    found = re.compile(r"\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]", re.DOTALL).match(pattern, start)
    return found.end() - 1 if found else None

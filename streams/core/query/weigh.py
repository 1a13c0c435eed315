r"""How many places of a regex can be alive at once, which is what RE2 pays for at each character.

RE2 is linear in the value, but not in the regex: ``.*a.{60}b`` may be at sixty places at once, and each set of places
that was not seen before costs anew. ``.*(CreateFilter|DeleteDetector).*`` is at one or two, whatever the text. The
weight is an upper bound for the former kind; words out of letters count for nothing, unless they overlap themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"(?P<quoted>\\Q(?P<verbatim>.*?)(?:\\E|\Z))|(?P<nothing>\^|\$|\\[AbBz]|\(\?[imsU-]+\))"
    r"|(?P<class>\.|\\[dDsSwWC]|\\[pP](?:\{[^}]*\}|.)|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\])"
    r"|(?P<open>\((?:\?(?:P?<\w+>|[imsU-]*:))?)|(?P<close>\))|(?P<or>\|)"
    r"|(?P<repeat>(?:[*+?]|\{(?P<low>\d+)(?P<comma>,(?P<high>\d*))?\})\??)"
    r"|(?P<letter>\\x\{[^}]*\}|\\x..|\\[0-7]{1,3}|\\.|.)",
    re.DOTALL,
)


# RE2 takes no higher count, and refuses texts that come to more than this by far.
_MOST_TIMES = 1_001
_LONGEST_TEXT = 4_096
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a regex.

    Attributes:
        once: places alive at once if it is entered at one character only.
        wide: the same if it may be entered at any, unless it is ``letters``.
        places: all that it has.
        length: of its matches in characters; None if they differ.
        letters: what it matches, if that is one text.
    """

    once: int
    wide: int
    places: int
    length: int | None
    letters: str | None = None

    @property
    def often(self) -> int:
        """Places alive at once if it may be entered at any character; for letters counted only where it matters."""
        return self.wide if self.letters is None else _overlap(self.letters)


@dataclass
class _Group:
    """A bracket that is still open: its finished alternatives, and the parts of the one at hand."""

    alternatives: list[_Part] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)

    def close(self) -> _Part:
        several = [*self.alternatives, _in_a_row(self.parts)]
        if len(several) == 1:
            return several[0]
        lengths = {part.length for part in several}
        return _Part(
            sum(part.once for part in several),
            sum(part.often for part in several),
            sum(part.places for part in several),
            lengths.pop() if len(lengths) == 1 else None,
        )


def weight(regex: str) -> int:
    """The most places of a regex that can be alive at once, matched from the beginning of a value to its end.

    Args:
        regex: one that RE2 takes; of others the number means nothing.
    """
    stack = [_Group()]
    for found in _TOKEN.finditer(regex):
        group = stack[-1]
        if found["open"]:
            stack.append(_Group())
        elif found["close"] and len(stack) > 1:
            stack.pop()
            stack[-1].parts.append(group.close())
        elif found["or"]:
            group.alternatives.append(_in_a_row(group.parts))
            group.parts = []
        elif found["repeat"] and group.parts:
            group.parts.append(_repeated(group.parts.pop(), found))
        elif found["class"]:
            group.parts.append(_Part(1, 1, 1, 1))
        elif found["quoted"]:
            group.parts.extend(_text(letter) for letter in found["verbatim"])
        elif found["letter"]:
            group.parts.append(_text(found["letter"][-1]))
    while len(stack) > 1:
        stack[-2].parts.append(stack.pop().close())
    return stack[0].close().once


def _text(letters: str) -> _Part:
    return _Part(0, len(letters), len(letters), len(letters), letters)


def _overlap(letters: str) -> int:
    """How often a text can begin again while it goes on: ``abab`` once, ``aaaa`` three times, ``abc`` never."""
    low = letters.lower()
    if not 0 < len(low) <= _LONGEST_TEXT:
        return len(low)
    borders, depths = [0], [0]
    at = 0
    for letter in low[1:]:
        while at and low[at] != letter:
            at = borders[at - 1]
        at += low[at] == letter
        borders.append(at)
        depths.append(depths[at - 1] + 1 if at else 0)
    return max(depths)


def _in_a_row(parts: list[_Part]) -> _Part:
    joined: list[_Part] = []
    run = ""
    for part in [*parts, None]:
        if part is not None and part.letters is not None:
            run += part.letters
            continue
        if run:
            joined.append(_text(run))
            run = ""
        if part is not None:
            joined.append(part)
    if len(joined) == 1:
        return joined[0]
    once, spread = 0, 0
    varies = False
    for part in joined:
        if varies:
            spread += part.often
        else:
            once = max(once, part.once)
            varies = part.length is None
            spread = part.once if varies else 0
    return _Part(
        max(once, spread),
        sum(part.often for part in joined),
        sum(part.places for part in joined),
        None if varies else sum(part.length or 0 for part in joined),
    )


def _repeated(part: _Part, found: re.Match[str]) -> _Part:
    low, high = _times(found)
    most = max(low, high or 0, 1)
    length = part.length * low if low == high and part.length is not None else None
    if part.places <= 1:
        # One character over and over: entered once, it is at one place, wherever that is.
        if part.letters is not None and length is not None:
            return _text(part.letters * low)
        return _Part(1, most, most, length)
    if most == 1 and high == 1:
        return _Part(part.once, part.often, part.places, length)
    once = part.once if part.length is not None else part.places * most
    return _Part(once, part.places * most, part.places * most, length)


def _times(found: re.Match[str]) -> tuple[int, int | None]:
    """How often at least and at most; None: without end."""
    if found["low"] is None:
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[found["repeat"][0]]
    low = _count(found["low"])
    if found["comma"] is None:
        return low, low
    return low, _count(found["high"]) if found["high"] else None


def _count(digits: str) -> int:
    return min(int(digits[-_DIGITS:]), _MOST_TIMES) if len(digits.lstrip("0")) <= _DIGITS else _MOST_TIMES

r"""Text against text: whole values, and whole words inside longer values, regardless of case.

A *word* is a run of letters, digits and underscores; a dot or comma between two digits stays inside, so that ``8.5``
and ``10.0.0.1`` are one word. All else parts words: ``C&CActivity.B`` is ``c``, ``cactivity``, ``b``, and
``guardduty.amazonaws.com`` is three words. A term or phrase of several words matches where they follow each other,
whatever parts them there. Text without any word in it (``"*"``) matches the whole value only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from streams.core.query.numbers import Number, number
from streams.core.query.values import Scalar

Test: TypeAlias = Callable[[Scalar], bool]

_WORD = re.compile(r"\w+(?:(?<=\d)[.,]\d\w*)*")
# Phrases of more words are compared word by word; a regex would begin them anew at each place.
_MANY = 3
# Characters of a word beyond which it is rare as it is.
_LONG = 64
# A set may have thousands of texts; people want to see what kind they are.
_SHOWN = 8
TRUTHS = {"true": True, "false": False}


def words(text: str) -> list[str]:
    """The words of a text, lower-cased, in order."""
    return _WORD.findall(text.lower())


def text_of(value: Scalar) -> str:
    """A scalar as JSON writes it; an integer too long for Python to print is empty."""
    if value.__class__ is bool:
        return "true" if value else "false"
    try:
        return str(value)
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Text:
    """A term or a phrase.

    Attributes:
        text: what is looked for, escapes resolved.
        whole: only whole values match, never words inside.
        exact: case matters too; implies ``whole``.
        number: the text's number, if it is one: then numbers equal to it match as well.
    """

    text: str
    whole: bool = False
    exact: bool = False
    number: Number | None = field(init=False)

    def __post_init__(self) -> None:
        """A number in text is a number too."""
        object.__setattr__(self, "number", number(self.text))

    @property
    def wholes(self) -> frozenset[str] | None:
        """The lower-cased texts one of which a matching value must be; None if other values may match."""
        text = self.text.lower()
        certain = (self.whole or self.exact) and self.number is None and text not in TRUTHS
        return frozenset({text}) if certain else None

    @property
    def parts(self) -> list[str]:
        """The words that may stand inside a longer value; none if only whole values match."""
        # The words of a signed number don't have its sign, so 5 would pass for -5.
        return [] if self.whole or self.exact or (self.number and self.text[0] in "+-") else words(self.text)

    def test(self) -> Test:
        """A predicate on one scalar; it never raises."""
        same = self._same_text()
        # 'true' written as text is the boolean as well, and a number is compared as a number.
        truth = TRUTHS.get(self.text.lower())
        equal = self.number.equal if self.number else None

        def test(value: Scalar) -> bool:
            if value.__class__ is str:
                return same(value)
            if value.__class__ is bool:
                return value is truth
            return equal is not None and equal(value)  # type: ignore[arg-type]

        return test

    def _same_text(self) -> Callable[[str], bool]:
        if self.exact:
            return self.text.__eq__
        text = self.text.lower()
        parts = self.parts
        if not parts:
            return lambda value: value.lower() == text
        rarest = max(parts, key=len)
        found = _in_a_row(parts).search if len(parts) <= _MANY else _among(parts)

        def same(value: str) -> bool:
            low = value.lower()
            return low == text or (rarest in low and bool(found(low)))

        return same

    def describe(self) -> str:
        """In words, for people."""
        if self.exact:
            return f"is exactly {self.text!r}"
        if self.whole or not words(self.text):
            return f"is {self.text!r}"
        return f"is, or has the words, {self.text!r}"


def _among(parts: list[str]) -> Callable[[str], bool]:
    """Are these words in a row among those of a lower-cased text? In time linear in both."""
    sought = "\0".join(["", *parts, ""])
    return lambda low: sought in "\0".join(["", *_WORD.findall(low), ""])


def _in_a_row(parts: list[str]) -> re.Pattern[str]:
    """Finds words that follow each other in lower-cased text, and never a part of a longer word.

    The looks behind stand after a short first word, since a pattern that begins with a literal is searched much
    faster. A long one would then be compared at every place, so there they stand before it.
    """
    first = re.escape(parts[0])
    joined = parts[0][0].isdecimal()
    if len(parts[0]) > _LONG:
        starts = r"(?<!\w)" + (r"(?<!\d[.,])" if joined else "") + first
    else:
        starts = rf"{first}(?<!\w{first})" + (rf"(?<!\d[.,]{first})" if joined else "")
    ends = [r"(?!\w)" + (r"(?![.,]\d)" if part[-1].isdecimal() else "") for part in parts]
    rest = [rf"\W+{re.escape(part)}{end}" for part, end in zip(parts[1:], ends[1:], strict=True)]
    return re.compile(starts + ends[0] + "".join(rest))


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whole values out of a set: an alternation of plain words, or several terms of an OR.

    Attributes:
        texts: as written; compared lower-cased unless ``exact``.
        exact: case matters.
    """

    texts: frozenset[str]
    exact: bool = False

    @property
    def wholes(self) -> frozenset[str] | None:
        """See ``Text.wholes``."""
        low = frozenset(text.lower() for text in self.texts)
        return None if any(text in TRUTHS or number(text) for text in low) else low

    def test(self) -> Test:
        """A predicate on one scalar; it never raises."""
        if self.exact:
            texts = self.texts
            return lambda value: (value if value.__class__ is str else text_of(value)) in texts
        low = frozenset(text.lower() for text in self.texts)
        return lambda value: (value.lower() if value.__class__ is str else text_of(value).lower()) in low

    def describe(self) -> str:
        """In words, for people."""
        shown = ", ".join(sorted(self.texts)[:_SHOWN]) + (", …" if len(self.texts) > _SHOWN else "")
        return f"is {'exactly ' if self.exact else ''}one of {shown}" if self.texts else "is in an empty list"

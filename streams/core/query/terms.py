"""Several terms at once: the words of a value are parted one time, however many are looked for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.core.query.numbers import exact
from streams.core.query.text import TRUTHS, Test, Text, words

if TYPE_CHECKING:
    from streams.core.query.values import Scalar

MOST_WORDS = 4
"""Longer phrases are looked for one by one: each number of words that occurs costs a walk over the value's words."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Any of several terms or phrases, none of them ``exact``, each of at most ``MOST_WORDS`` words."""

    texts: tuple[Text, ...]
    wholes: frozenset[str] | None = None

    def test(self) -> Test:
        """A predicate on one scalar; it never raises."""
        lows = frozenset(text.text.lower() for text in self.texts)
        numbers = frozenset(text.number.value for text in self.texts if text.number)
        truths = frozenset(TRUTHS[low] for low in lows & TRUTHS.keys())
        single, longer = self._by_length()

        def test(value: Scalar) -> bool:
            if value.__class__ is str:
                low: str = value.lower()
                if low in lows:
                    return True
                found = words(low)
                if not single.isdisjoint(found):
                    return True
                return any(
                    tuple(found[at : at + length]) in phrases
                    for length, phrases in longer
                    for at in range(len(found) - length + 1)
                )
            if value.__class__ is bool:
                return value in truths
            return bool(numbers) and exact(value) in numbers

        return test

    def _by_length(self) -> tuple[frozenset[str], list[tuple[int, frozenset[tuple[str, ...]]]]]:
        """The terms of one word, and the phrases of each number of words."""
        found: defaultdict[int, set[tuple[str, ...]]] = defaultdict(set)
        for text in self.texts:
            parts = text.parts
            found[len(parts)].add(tuple(parts))
        single = frozenset(word for (word,) in found[1])
        return single, [(length, frozenset(found[length])) for length in sorted(found) if length > 1]

    def describe(self) -> str:
        """In words, for people."""
        return f"is, or has the words of, one of {len(self.texts)} terms"

"""Ranges: between numbers, between instants, between texts, and the mere existence of a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.core.query.instants import span
from streams.core.query.numbers import Exact, Number, exact, number
from streams.core.query.text import Test, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.core.query.values import Scalar


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range: its text as written, and whether quotes say that it is text, not a number."""

    text: str
    included: bool
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Exists:
    """Any value at all, ``""`` and ``false`` included."""

    wholes: frozenset[str] | None = None

    def test(self) -> Test:
        """A predicate on one scalar, which exists."""
        return lambda _value: True

    def describe(self) -> str:
        """In words, for people."""
        return "exists"


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers, and text that says a number, compared without rounding. None: no bound on that side."""

    low: Number | None
    high: Number | None
    low_included: bool
    high_included: bool
    wholes: frozenset[str] | None = None

    def test(self) -> Test:
        """A predicate on one scalar; it never raises."""
        low, high = self.low, self.high
        exactly = self._within(None if low is None else low.value, None if high is None else high.value)
        nearly = None
        if all(bound is None or bound.near is not None for bound in (low, high)):
            nearly = self._within(None if low is None else low.near, None if high is None else high.near)

        def test(value: Scalar) -> bool:
            if nearly is not None and value.__class__ is float:
                return value - value == 0 and nearly(value)
            read = exact(value)
            return read is not None and exactly(read)

        return test

    def _within(self, low: Exact | float | None, high: Exact | float | None) -> Callable[[Exact | float], bool]:
        """Is a number between these? Each closure compares no more than it must."""
        low_included, high_included = self.low_included, self.high_included
        if high is None:
            if low is None:
                return lambda _read: True
            return (lambda read: read >= low) if low_included else (lambda read: read > low)
        if low is None:
            return (lambda read: read <= high) if high_included else (lambda read: read < high)
        return lambda read: low < read < high or (low_included and read == low) or (high_included and read == high)

    def describe(self) -> str:
        """In words, for people."""
        low = f"{'≥' if self.low_included else '>'} {self.low.value}" if self.low else ""
        high = f"{'≤' if self.high_included else '<'} {self.high.value}" if self.high else ""
        return "is a number " + " and ".join(filter(None, [low, high]))


@dataclass(frozen=True, slots=True)
class OrderedRange:
    """Instants in text, or text in the order of its characters.

    Attributes:
        low, high: the bounds as written; None: no bound on that side.
        kind: ``time``, ``text`` (regardless of case), or ``exact`` text.
    """

    low: Bound | None
    high: Bound | None
    kind: str
    wholes: frozenset[str] | None = None

    def test(self) -> Test:
        """A predicate on one scalar; it never raises."""
        if self.kind == "time":
            return self._time_test()
        fold = str if self.kind == "exact" else str.lower
        low, high = (fold(bound.text) if bound else None for bound in (self.low, self.high))
        low_included, high_included = bool(self.low and self.low.included), bool(self.high and self.high.included)

        def test(value: Scalar) -> bool:
            text = fold(text_of(value))
            if low is not None and not (text > low or (low_included and text == low)):
                return False
            return high is None or text < high or (high_included and text == high)

        return test

    def _time_test(self) -> Test:
        """A bare day is the whole day: ``> day`` begins after its end, ``<= day`` ends with it."""
        first = last = None
        if self.low and (low := span(self.low.text)):
            first = low[0] if self.low.included else low[1] + 1
        if self.high and (high := span(self.high.text)):
            last = high[1] if self.high.included else high[0] - 1

        def test(value: Scalar) -> bool:
            at = span(value) if isinstance(value, str) else None
            return at is not None and (first is None or at[0] >= first) and (last is None or at[0] <= last)

        return test

    def describe(self) -> str:
        """In words, for people."""
        names = ("≥", ">", "≤", "<") if self.kind != "time" else ("at or after", "after", "at or before", "before")
        low = f"{names[0 if self.low.included else 1]} {self.low.text}" if self.low else ""
        high = f"{names[2 if self.high.included else 3]} {self.high.text}" if self.high else ""
        return f"is {'a time' if self.kind == 'time' else 'text'} " + " and ".join(filter(None, [low, high]))


def between(low: Bound | None, high: Bound | None, *, exactly: bool = False) -> Exists | NumberRange | OrderedRange:
    """The range that two bounds mean: of numbers if they are, in time if they are dates, else of text.

    A quoted bound is a date or text, never a number: ``["1" TO "6"]`` holds the text ``500``.
    """
    bounds = [bound for bound in (low, high) if bound is not None]
    if not bounds:
        return Exists()
    if all(number(bound.text) and not bound.quoted for bound in bounds):
        return number_range(low, high)
    if all(span(bound.text) for bound in bounds):
        return OrderedRange(low, high, "time")
    return OrderedRange(low, high, "exact" if exactly else "text")


def number_range(low: Bound | None, high: Bound | None) -> NumberRange:
    """A range of numbers; the bounds must be numbers."""
    return NumberRange(
        number(low.text) if low else None,
        number(high.text) if high else None,
        bool(low and low.included),
        bool(high and high.included),
    )

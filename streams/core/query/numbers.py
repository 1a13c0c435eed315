"""Numbers as the query and the data write them, compared without rounding."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

Exact: TypeAlias = int | Decimal

# JSON's numbers, and what people write beside them: a leading plus, `.5`, `5.`, leading zeros.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
# Nobody writes longer ones, and a value may be megabytes of digits.
_LONGEST = 4_300
# Beyond this an integer is kept as a Decimal: 1e999999 is short to write and very long to expand.
_DIGITS = 60


def exact(value: object) -> Exact | None:
    """The number that a value is, or that its text says; None for all else.

    A float is taken as the shortest decimal that means it, which is what the JSON said: ``6.9`` is 6.9. Booleans,
    ``nan`` and infinities are no numbers.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return _narrow(Decimal(repr(value))) if math.isfinite(value) else None
    if isinstance(value, str) and len(value) <= _LONGEST and _NUMBER.fullmatch(value):
        try:
            return _narrow(Decimal(value))
        except InvalidOperation:
            return None
    return None


def _narrow(number: Decimal) -> Exact:
    if number.adjusted() < _DIGITS and number == number.to_integral_value():
        return int(number)
    return number


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a query.

    Attributes:
        value: the number itself.
        near: the float that means it, if there is one. Shortest decimals keep the order of their floats, so a float
            compares with ``near`` as its decimal compares with ``value``, and ten times as fast.
    """

    value: Exact
    near: float | None

    def equal(self, value: float) -> bool:
        """Is this number the value? No text takes part."""
        if value.__class__ is float and self.near is not None:
            return value == self.near
        return exact(value) == self.value


def number(text: str) -> Number | None:
    """The number that a text is, or None."""
    value = exact(text)
    if value is None:
        return None
    try:
        near = float(value)
    except OverflowError:
        return Number(value, None)
    return Number(value, near if exact(near) == value else None)

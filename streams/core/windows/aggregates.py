"""Sums, maxima and distinct values: how panes of other measures than counts add up.

A sum or a maximum is a number a minute. Of distinct values each pane knows which it has, since the same value in two
panes is one: an hour keeps for each value's mark a bit a minute.
"""

from __future__ import annotations

from hashlib import blake2b
from math import isnan
from typing import TYPE_CHECKING, Any

from streams.core.alerts.text import group_text
from streams.core.query import values_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.measure import Aggregate

Number = int | float
Amounts = dict[int, Number]
"""Sum or maximum by minute."""
Marks = dict[int, int]
"""A value's mark -> the minutes of the hour in which it occurred, a bit each."""

LARGEST = 2**53
"""What is summed or compared is at most this: larger integers are not exact as doubles."""
MOST_VALUES_A_ROW = 10_000
"""Distinct values that one hour of one group keeps; with more the number is a lower bound."""


def aggregate_of(measure: str) -> Aggregate:
    """What a measure's panes hold, by its id."""
    kind, colon, _ = measure.partition(":")
    return kind if colon else "count"  # type: ignore[return-value]


def mark_of(value: Any) -> int:
    """A distinct value as 63 bits of its hash."""
    text = group_text(value) or ""
    return int.from_bytes(blake2b(text.encode(errors="replace"), digest_size=8).digest(), "big") >> 1


def amounts_in(subject: Mapping[str, Any], path: tuple[str, ...], aggregate: Aggregate) -> list[Number]:
    """What one event brings: its numbers for a sum or a maximum, the marks of its values for a unique count."""
    value = values_at(subject, path)
    values = value if isinstance(value, list) else [] if value is None else [value]
    if aggregate == "unique":
        return [mark_of(one) for one in values]
    return [number for one in values if (number := _number(one)) is not None]


def _number(value: Any) -> Number | None:
    if value.__class__ in {int, float}:
        return bounded_number(value)
    if value.__class__ is str:
        try:
            number = float(value)
        except ValueError:
            return None
        return None if isnan(number) else bounded_number(number)
    return None


def bounded_number(number: Number) -> Number:
    """The number to a millionth, and at most ``LARGEST`` either way.

    So it is the same in whatever order sums are added up, as far as a double has room for millionths, and JSON can hold
    it: there is no infinity in it, and no integer of more than 64 bits.
    """
    if abs(number) >= LARGEST:
        return LARGEST if number > 0 else -LARGEST
    if number.__class__ is int:
        return number
    return int(number) if number == int(number) else round(number, 6)


def combine(aggregate: Aggregate, amounts: Iterable[Number]) -> Number:
    """The sum or maximum of some amounts, 0 where there are none."""
    if aggregate == "max":
        return max(amounts, default=0)
    total: Number = 0
    for amount in amounts:
        total = bounded_number(total + amount)
    return total


def add_amount(held: Amounts, minute: int, amount: Number, aggregate: Aggregate) -> None:
    """Add to one minute's sum, or raise its maximum."""
    held[minute] = combine(aggregate, (held[minute], amount)) if minute in held else amount


def add_mark(held: Marks, minute: int, mark: int) -> bool:
    """Note a value of one minute; False if there is no room for another one."""
    if mark not in held and len(held) >= MOST_VALUES_A_ROW:
        return False
    held[mark] = held.get(mark, 0) | 1 << minute
    return True

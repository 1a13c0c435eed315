"""Where the generators get their chance from, and how they draw by weight.

Nothing here makes a random number: the caller hands in a seeded ``random.Random``, so that the same seed gives the same
events on every machine.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")


class Chance(Protocol):
    """The part of ``random.Random`` that the generators use."""

    def random(self) -> float:
        """Return a number in [0, 1)."""

    def getrandbits(self, k: int, /) -> int:
        """Return a whole number of ``k`` random bits."""

    def randrange(self, start: int, stop: int, /) -> int:
        """Return a whole number in [start, stop)."""

    def choice(self, seq: Sequence[T], /) -> T:
        """Return one element."""


class Weighted(Generic[T]):
    """Items drawn in proportion to their weights, in logarithmic time."""

    __slots__ = ("_cumulative", "_last", "_total", "items")

    def __init__(self, items: Iterable[T], weights: Iterable[float]) -> None:
        """Take as many weights as items, at least one, none negative and not all zero."""
        self.items = tuple(items)
        self._cumulative = list(accumulate(weights))
        if len(self._cumulative) != len(self.items) or not self.items or self._cumulative[-1] <= 0:
            message = f"{len(self.items)} items need as many weights with a positive sum, not {len(self._cumulative)}"
            raise ValueError(message)
        self._total = self._cumulative[-1]
        self._last = len(self.items) - 1

    def pick(self, rng: Chance) -> T:
        """Draw one item."""
        # Rounding may carry the product up to the sum itself, one place after the last item.
        return self.items[min(bisect_right(self._cumulative, rng.random() * self._total), self._last)]


def zipf_weights(count: int, exponent: float = 1.0) -> list[float]:
    """Weights of a Zipf law: the item of rank r gets 1 / r ** exponent, and the first rank is 1."""
    return [1 / rank**exponent for rank in range(1, count + 1)]


def hex_digits(rng: Chance, count: int) -> str:
    """Return ``count`` random hexadecimal digits, as AWS's resource ids have."""
    return f"{rng.getrandbits(4 * count):0{count}x}"


def uuid(rng: Chance) -> str:
    """Return a random UUID of version 4 (RFC 9562), as the ids of events and requests are."""
    digits = hex_digits(rng, 30)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-{'89ab'[rng.getrandbits(2)]}{digits[15:18]}-{digits[18:30]}"

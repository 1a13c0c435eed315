"""The last weeks of a series: how many events each window counted, by the window's number."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_WINDOWS = 1_344
"""Windows that are kept: 56 days of hours."""
_WIDE = 65_535
"""Counts from here on take four bytes; nearly no series has them."""


class Ring:
    """Counts of consecutive windows, numbered in windows since the epoch: those of ``[first, at)``.

    To put a count twice, or in another order, changes nothing; a window between two that were put counts nothing. Of
    series that stay below 65,535 a window it takes 2,688 bytes at most, of others twice as many.
    """

    __slots__ = ("_counts", "at", "born")

    def __init__(self, born: int) -> None:
        self.born = born
        """The first window that it ever had."""
        self.at = born
        """One after the last window that it has."""
        self._counts = array("H")

    @property
    def first(self) -> int:
        """The earliest window that it still has."""
        return max(self.born, self.at - MOST_WINDOWS)

    def put(self, number: int, count: int) -> None:
        """Say what a window counted; one that is too old for it is left out."""
        if number < self.first:
            return
        if count >= _WIDE and self._counts.typecode == "H":
            self._counts = array("I", self._counts)
        if number >= self.at + MOST_WINDOWS:
            # Nothing of what it has remains.
            self.at = number - MOST_WINDOWS
        while self.at <= number:
            self._place(self.at, 0)
            self.at += 1
        self._counts[(number - self.born) % MOST_WINDOWS] = count

    def reach(self, at: int) -> None:
        """Say that windows up to that of the number ``at`` are known: those that were not put counted nothing."""
        if at > self.at:
            self.put(at - 1, 0)

    def _place(self, number: int, count: int) -> None:
        place = (number - self.born) % MOST_WINDOWS
        missing = place - len(self._counts)
        if missing >= 0:
            self._counts.extend([0] * missing)
            self._counts.append(count)
        else:
            self._counts[place] = count

    def counts(self, first: int, end: int) -> Sequence[int]:
        """The counts of windows ``[first, end)``, which it has to have."""
        if first >= end:
            return ()
        low, high = (first - self.born) % MOST_WINDOWS, (end - 1 - self.born) % MOST_WINDOWS + 1
        return self._counts[low:high] if low < high else self._counts[low:] + self._counts[:high]

    def fill(self, first: int, counts: Iterable[int]) -> None:
        """Put several, from a window on."""
        for number, count in enumerate(counts, first):
            self.put(number, count)

"""The stretch of time around an instant that is looked at, in cells of five minutes, and the same of earlier days."""

from __future__ import annotations

from dataclasses import dataclass

CELL = 5
"""Minutes of a cell."""
BEFORE, AFTER = 9, 3
"""Cells before the instant and after it."""
MOST_BEFORE = 48
"""Cells before the instant of an alert that counted a long window."""
DAY = 1_440
CELLS_A_DAY = DAY // CELL
MOST_DAYS = 28
LEAST_DAYS = 3
"""With fewer days nothing can be said of what is usual."""
LEAST_ALIKE = 5
"""So many earlier days of the same kind (working days or weekends) are enough to leave out the others."""
_WEEKEND = 5
_THURSDAY = 3
"""The day of the week of 1970-01-01, Monday being 0."""


@dataclass(frozen=True, slots=True)
class Frame:
    """``at`` is the instant (epoch minute), ``cells`` how many cells are looked at, ``before`` of them before it."""

    at: int
    before: int = BEFORE
    cells: int = BEFORE + AFTER

    @property
    def start(self) -> int:
        """The epoch minute at which the first cell begins."""
        return self.at - self.before * CELL

    @property
    def is_whole(self) -> bool:
        """Whether it is not cut by what is not counted yet."""
        return self.cells == self.before + AFTER

    @property
    def end(self) -> int:
        """The epoch minute at which the last cell ends."""
        return self.start + self.cells * CELL

    def place(self, minute: int) -> int | None:
        """The cell of a minute: day times cells plus cell, day 0 being the instant's; None where it is in none."""
        days, within = divmod(minute - self.start, DAY)
        return None if within >= self.cells * CELL or days > 0 else -days * self.cells + within // CELL

    def known_days(self, since: int) -> int:
        """How many whole days before the first cell were counted, if counting began at the minute ``since``."""
        return max(0, min(MOST_DAYS, (self.start - since) // DAY))

    def alike(self, known: int) -> tuple[int, ...]:
        """Which of the known days before are of the same kind as the instant's; all, where those are too few."""
        today = self._is_weekend(0)
        found = tuple(day for day in range(1, known + 1) if self._is_weekend(day) == today)
        return found if len(found) >= LEAST_ALIKE else tuple(range(1, known + 1))

    def _is_weekend(self, days_before: int) -> bool:
        return (self.at // DAY - days_before + _THURSDAY) % 7 >= _WEEKEND


def frame_of(at_ms: int, until_ms: int, window: int = 0) -> Frame:
    """The frame of an instant, cut at ``until_ms`` (epoch ms), up to which is counted; it has a cell at least.

    An alert begins where the window of so many minutes that it counted ends: what it counted is looked at, too. Cells
    begin at whole five minutes, so that alerts of one moment have the same frame.
    """
    at, before = at_ms // (60_000 * CELL) * CELL, min(MOST_BEFORE, max(BEFORE, -(-window // CELL) + BEFORE // 2))
    passed = (until_ms // 60_000 - (at - before * CELL)) // CELL
    return Frame(at, before, max(1, min(before + AFTER, passed)))

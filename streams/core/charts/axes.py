"""Ticks that people like to read."""

from __future__ import annotations

import datetime as dt
from math import ceil, floor, log10

MINUTE = 60_000
_TIME_STEPS = (5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 7_200, 10_080, 20_160, 43_200)
"""Minutes between two labels of the axis of time."""
_DAY = 1_440


def number_ticks(largest: float, most: int = 4) -> list[int]:
    """Whole numbers from 0 to one that is not below ``largest``, in steps of 1, 2 or 5 times a power of ten."""
    if largest <= 0:
        return [0, 1]
    rough = max(largest / most, 1)
    power = 10 ** floor(log10(rough))
    step = next(int(factor * power) for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [step * turn for turn in range(ceil(largest / step) + 1)]


def time_ticks(start_ms: int, end_ms: int, most: int = 8) -> list[tuple[int, str]]:
    """Instants (epoch ms) and their labels in UTC: times of a day, and days where one begins."""
    minutes = (end_ms - start_ms) // MINUTE
    step = next((step for step in _TIME_STEPS if minutes <= step * most), _TIME_STEPS[-1]) * MINUTE
    first = -(-start_ms // step) * step
    return [(at, _label(at, step)) for at in range(first, end_ms, step)]


def _label(at_ms: int, step: int) -> str:
    at = dt.datetime.fromtimestamp(at_ms / 1_000, dt.UTC)
    if step >= _DAY * MINUTE or (at.hour, at.minute) == (0, 0):
        return f"{at:%b} {at.day}"
    return f"{at:%H:%M}"


def short(number: float) -> str:
    """A count in few characters: 950, 1.2k, 38k, 4.1M."""
    for size, sign in ((1_000_000, "M"), (1_000, "k")):
        if abs(number) >= size:
            small = number / size
            return f"{small:.0f}{sign}" if abs(small) >= 10 else f"{small:.1f}".removesuffix(".0") + sign  # noqa: PLR2004 - two digits are enough
    return f"{number:g}"

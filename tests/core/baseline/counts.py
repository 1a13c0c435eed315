"""Counts to learn from."""

from __future__ import annotations

import random
from math import cos, exp, pi

DAY = 24


def poisson(mean: float, source: random.Random) -> int:
    """By counting arrivals within a unit of time."""
    found, passed = 0, source.expovariate(1.0)
    while passed < mean:
        found, passed = found + 1, passed + source.expovariate(1.0)
    return found


def means(windows: int, mean: float, day: float = 0.0) -> list[float]:
    """A mean an hour, with a peak at midnight of ``day`` as a logarithm."""
    return [mean * exp(day * cos(2 * pi * (number % DAY) / DAY)) for number in range(windows)]


def counted(expected: list[float], seed: int) -> list[int]:
    """Independent events."""
    source = random.Random(seed)  # noqa: S311 - the same counts each time
    return [poisson(mean, source) for mean in expected]

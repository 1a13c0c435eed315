"""The chance and the estates that these tests share."""

from __future__ import annotations

from functools import lru_cache
from random import Random

from streams.core.generate.estate import Estate, make_estate

NOW_MS = 1_767_225_600_000
"""2026-01-01T00:00:00Z."""


def chance(seed: int = 1) -> Random:
    """Return a source of chance that gives the same on every run."""
    return Random(seed)  # noqa: S311  # Nothing here is a secret.


@lru_cache(maxsize=1)
def estate() -> Estate:
    """Return one estate of 40 accounts; it is never changed, so tests may share it."""
    return make_estate(chance())

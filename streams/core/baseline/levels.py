"""The level about which counts move, and how it moves itself: how long it is remembered, and whether it grows."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import TYPE_CHECKING, NamedTuple

from streams.core.baseline.negative_binomial import log_probability

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

MEMORIES = (56.0, 10.0, 3.0)
"""Days after which a count weighs 1/e: a level that stays, one that drifts, and one that wanders."""
WORTH = 2.0
"""By how much a shorter memory has to tell more of the counts, as a logarithm of likelihood, to be taken."""
FEWEST_TO_GROW = 10
MOST_GROWTH = 0.05
SURE_OF_GROWTH = 2.0
"""The square of how many standard errors a growth has to have to be one."""
FEWEST_BEFORE = 3
LARGE = 200.0
OUTLYING = 4.0
SMALLEST = 1e-4


class _Blocks(NamedTuple):
    counted: Sequence[float]
    exposed: Sequence[float]
    dispersion: float
    breaks: Collection[int]


@dataclass(frozen=True, slots=True)
class Levels:
    """The level of each block (newest first); ``memory`` in days and ``growth`` a day, as a logarithm."""

    of_block: list[float]
    memory: float
    growth: float
    after: list[tuple[float, float]]
    """What was seen, and its weight, as the block ended, each weighed by its age."""


def levels(counted: Sequence[float], exposed: Sequence[float], dispersion: float, breaks: Collection[int]) -> Levels:
    """Fit the levels of blocks of about a day, the newest first.

    ``exposed`` is what a level of 1 would have counted in each. ``breaks`` are the blocks that begin a new level: what
    was before them says nothing of what came after.
    """
    newest = min(breaks) + 1 if breaks else len(counted)
    growth = _growth(counted[:newest], exposed[:newest], dispersion)
    blocks = _Blocks(counted, exposed, dispersion, breaks)
    best, memory = -1e300, MEMORIES[0]
    for days in MEMORIES:
        found = _likelihood(blocks, days, growth)
        if found > best + WORTH:
            best, memory = found, days
    smoothed, after = _smoothed(blocks, memory, growth)
    return Levels(smoothed, memory, growth, after)


def _growth(counted: Sequence[float], exposed: Sequence[float], dispersion: float) -> float:
    """A regression line's slope, relative to the level, drawn to 0 by as much as its error says (James and Stein)."""
    blocks, total, whole = len(counted), sum(counted), sum(exposed)
    if blocks < FEWEST_TO_GROW or total <= 20 * dispersion:
        return 0.0
    level = total / whole
    middle = sum(block * part for block, part in enumerate(exposed)) / whole
    squares = along = 0.0
    for block, (count, part) in enumerate(zip(counted, exposed, strict=True)):
        squares += level * part * (block - middle) ** 2
        along += (count - level * part) * (block - middle)
    slope = -along / squares  # Blocks are numbered backwards.
    strayed = 0.0
    for block, (count, part) in enumerate(zip(counted, exposed, strict=True)):
        mean = level * part * (1 - slope * (block - middle))
        if mean > 0:
            strayed += (count - mean) ** 2 / (dispersion * mean)
    error = sqrt(dispersion * max(1.0, strayed / (blocks - 2)) / squares)
    if slope * slope <= SURE_OF_GROWTH * error * error:
        return 0.0
    return max(-MOST_GROWTH, min(MOST_GROWTH, slope * (1 - SURE_OF_GROWTH * (error / slope) ** 2)))


def _likelihood(blocks: _Blocks, days: float, growth: float) -> float:
    """How likely a memory makes each block's count, given those before it; outliers count as far as they may."""
    kept, grown = exp(-1 / days), exp(growth)
    seen = weight = found = 0.0
    counted, exposed, dispersion, breaks = blocks
    for block in range(len(counted) - 1, -1, -1):
        if block in breaks:
            seen = weight = 0.0
        part = exposed[block]
        if weight > 0 and part > 0 and len(counted) - block > FEWEST_BEFORE:
            mean = max(seen / weight * grown * part, 1e-6)
            variance = dispersion * mean * (1 + mean / max(seen, 0.5))
            far = OUTLYING * sqrt(variance)
            count = min(max(counted[block], mean - far), mean + far + 1)
            if mean < LARGE:
                found += log_probability(int(count + 0.5), mean, variance)
            else:
                found -= 0.5 * (log(variance) + (count - mean) ** 2 / variance)
        seen = seen * kept * grown + counted[block]
        weight = weight * kept + part
    return found


def _smoothed(given: _Blocks, days: float, growth: float) -> tuple[list[float], list[tuple[float, float]]]:
    """Each block's level, from those before and after it; and what was seen, with its weight, as it ended."""
    counted, exposed, _, breaks = given
    blocks, kept, grown = len(counted), exp(-1 / days), exp(growth)
    before = [(0.0, 0.0)] * blocks
    seen = weight = 0.0
    for block in range(blocks - 1, -1, -1):
        if block in breaks:
            seen = weight = 0.0
        seen = seen * kept * grown + counted[block]
        weight = weight * kept + exposed[block]
        before[block] = (seen, weight)
    found = [0.0] * blocks
    seen = weight = 0.0
    for block in range(blocks):
        seen, weight = seen * kept / grown, weight * kept
        found[block] = max((before[block][0] + seen) / max(before[block][1] + weight, 1e-9), SMALLEST)
        seen, weight = seen + counted[block], weight + exposed[block]
        if block in breaks:
            seen = weight = 0.0
    return found, before


def blocks_of(windows: int, first: int, per_day: int, breaks: Collection[int]) -> tuple[list[int], set[int]]:
    """The block of each window, numbered from the newest; and the blocks that begin a new level."""
    begins = {number - first for number in breaks}
    of_window, begun = [0] * windows, set()
    block, left = 0, per_day
    for index in range(windows - 1, -1, -1):
        if not left:
            block, left = block + 1, per_day
        of_window[index] = block
        left -= 1
        if index in begins and index:
            begun.add(block)
            left = 0
    return of_window, begun

"""How far parts of a whole differ, as factors, of which chance is taken off."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

CARE = 2.0
"""By how many standard deviations parts have to differ more than chance makes them, before they are told apart."""
NO_DIFFERENCE = 1e-6


class Factors(NamedTuple):
    """A factor for each part, about 1 in the mean, and how many parameters they are worth (0 where all are 1)."""

    values: list[float]
    parameters: float


def fourth_cumulant(dispersion: float) -> float:
    """Of a negative binomial variable, by its mean. It is what makes squares of rare counts' errors vary so much."""
    return dispersion * (6.0 * dispersion * (dispersion - 1.0) + 1.0)


def factors(counted: Sequence[float], expected: Sequence[float], dispersion: float, care: float = CARE) -> Factors:
    """What was counted of what was expected in each part, drawn to 1 by as much as chance explains.

    The variance between parts is that which is left over when the counts' own (``dispersion`` times the expected) is
    taken off, by moments; the factors are the means of the gamma distributions that it makes of them (Clayton and
    Kaldor, 1987, empirical Bayes estimates of relative risks).
    """
    whole = sum(expected)
    ratio = sum(counted) / whole if whole > 0 else 0.0
    if ratio <= 0:
        return Factors([1.0] * len(counted), 0.0)
    left = squares = noise = 0.0
    fourth = fourth_cumulant(dispersion)
    for count, part in zip(counted, expected, strict=True):
        mean = part * ratio
        left += (count - mean) ** 2 - dispersion * mean
        squares += mean * mean
        noise += 2.0 * (dispersion * mean) ** 2 + fourth * mean
    between = (left - care * sqrt(noise)) / squares
    if between <= NO_DIFFERENCE:
        return Factors([1.0] * len(counted), 0.0)
    prior = dispersion / between
    values = [(prior + count) / (prior + part * ratio) for count, part in zip(counted, expected, strict=True)]
    mean = sum(value * part for value, part in zip(values, expected, strict=True)) / whole
    used = sum(part * ratio / (prior + part * ratio) for part in expected)
    return Factors([value / mean for value in values], used)

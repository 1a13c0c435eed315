"""How far counts stray from their means: the variance as a multiple of the mean that may grow with it."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from streams.core.baseline.factors import fourth_cumulant

TAMED_AWAY = 1.06
"""What taming outlying counts takes off the variance."""
CAUTION = 0.3
"""By how many of its standard errors the dispersion is taken higher, since too small a one costs more."""
SURE_OF_SLOPE = 4.0
"""The square of how many standard errors a slope has to have to be one."""
APART = 0.05
"""The relative variance that means need before anything can be said of a slope."""
OVER = 1.05
"""Dispersions from which on there may be a slope."""


class Residuals(NamedTuple):
    """Sums over ``known`` windows: of squared residuals over their means, of the means, of the products and squares."""

    known: int
    strayed: float
    means: float
    crossed: float
    squares: float


class Straying(NamedTuple):
    """The variance of a count is its mean times ``dispersion + slope * mean``, which is ``whole`` in the mean."""

    whole: float
    dispersion: float
    slope: float


def straying(residuals: Residuals, parameters: float) -> Straying:
    """From Pearson's residuals, of a model of so many parameters, and their regression on the mean."""
    known = residuals.known
    mean, raw = max(residuals.means / known, 1e-3), residuals.strayed / known
    spread = residuals.squares / known - mean * mean
    whole = max(1.0, raw * TAMED_AWAY * known / max(known - parameters - 1, known * 0.5))
    # The variance of a squared residual over its mean.
    vague = 2 * whole * whole + fourth_cumulant(whole) / mean
    whole += CAUTION * sqrt(vague / known)
    if spread <= APART * mean * mean or whole <= OVER:
        return Straying(whole, whole, 0.0)
    slope = (residuals.crossed / known - raw * mean) / spread
    sure = 1 - SURE_OF_SLOPE * vague / (known * spread * slope * slope) if slope > 0 else 0.0
    slope = slope * sure if sure > 0 else 0.0
    if whole - slope * mean < 1:
        return Straying(whole, 1.0, (whole - 1) / mean)
    return Straying(whole, whole - slope * mean, slope)

"""Counts that hardly come by chance, and what is learned of them."""

from __future__ import annotations

from math import sqrt

SELDOM = 2.58
"""Standard deviations of a normal distribution from which on a count is outlying: one window of two hundred (Noufaily
et al., 2013, weigh down from there on)."""
SURELY_TAME = 5.0
"""Squared deviations, by the variance, below which no count is outlying."""


def outlying(mean: float, variance: float) -> float:
    """The count from which on one is outlying, by Wilson and Hilferty's quantile of a gamma variable."""
    shape = mean * mean / variance
    if shape < 1.0:
        return mean + 5.0 * variance / mean + 1.0
    root = 1.0 - 1.0 / (9.0 * shape) + SELDOM / (3.0 * sqrt(shape))
    return mean * root * root * root + 1.0


def deviations(count: float, mean: float, variance: float) -> float:
    """How far off a count is, as a normal variable is by standard deviations (Wilson and Hilferty's transformation)."""
    shape = mean * mean / variance
    root: float = (count / mean) ** (1 / 3)
    return 3.0 * sqrt(shape) * (root - 1.0 + 1.0 / (9.0 * shape))


def tamed(count: float, mean: float, variance: float) -> float:
    """The count; or of an outlying one, one nearer to the mean the farther off it is, so that it teaches little."""
    if count <= mean or (count - mean) ** 2 <= SURELY_TAME * variance:
        return count
    most = outlying(mean, variance) - mean
    return count if count - mean <= most else mean + most * (most / (count - mean)) ** 2

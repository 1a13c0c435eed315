"""Farrington-flexible (Noufaily et al., 2013) for hourly windows: a day or a week in place of a year.

For each window a quasi-Poisson regression on the seven weeks before it: a trend and ten levels of season, of which one
is the same hour with the hour before and after it. What was unusual is weighed down by Anscombe residuals and the
regression done anew; the score is the chance of the count by the negative binomial distribution with the mean and the
dispersion found. Half a season before the window is left out, as 26 weeks are there.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from scipy.stats import nbinom

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.floating[Any]]

DAY, WEEK, WEEKS, AROUND, LEVELS = 24, 168, 7, 1, 10
BATCH = 56
STEPS = (3, 2)
"""Of the regression, and of the one with other weights, which begins where the first ended."""
FAR = 2.58
LEAST, MOST = 1e-6, 18.0


def farrington(counts: NDArray[np.int64], begin: int, season: int) -> NDArray[np.float64]:
    """The scores of the windows from ``begin`` on: -log of the chance of so many or more."""
    lags = np.arange(season // 2, WEEKS * WEEK + AROUND + 1)
    design = _levels(lags, season)
    time = (-(lags - lags.mean()) / (WEEKS * WEEK)).astype(np.float32)
    found = []
    for first in range(begin, len(counts), BATCH):
        now = np.arange(first, min(first + BATCH, len(counts)))
        place = now[:, None] - lags[None, :]
        # What lies before the series repeats its first window, and there is little of it.
        past = counts[np.maximum(place, 0)].astype(np.float32)
        mean, dispersion = _predict(past, design, time, lags.mean() / (WEEKS * WEEK))
        size = np.maximum(mean / np.maximum(dispersion - 1, 1e-6), 1e-8)
        found.append(-nbinom.logsf(counts[now] - 1, size, size / (size + mean)))
    return np.asarray(np.concatenate(found))


by_day, by_week = partial(farrington, season=DAY), partial(farrington, season=WEEK)


def _levels(lags: NDArray[np.int64], season: int) -> Numbers:
    """Which level of season each lag has, as columns of zeros and ones: (lags, LEVELS)."""
    off = (lags + season // 2) % season - season // 2
    width = (season - 2 * AROUND - 1) / (LEVELS - 1)
    level = np.where(np.abs(off) <= AROUND, 0, 1 + ((off % season - AROUND - 1) // width).astype(int))
    return np.asarray(np.eye(LEVELS, dtype=np.float32)[np.clip(level, 0, LEVELS - 1)])


def _predict(past: Numbers, design: Numbers, time: Numbers, ahead: float) -> tuple[Numbers, Numbers]:
    """Each window's mean and dispersion; ``past`` is (windows, lags), ``ahead`` how far off now is on ``time``."""
    weights = np.ones_like(past)
    beta = np.log(np.maximum(past @ design, 0.05) / design.sum(axis=0))
    slope = np.zeros(len(past), np.float32)
    freedom = past.shape[1] - LEVELS - 1
    for steps in STEPS:
        for _ in range(steps):
            beta, slope = _regress(past, weights, design, time, (beta, slope))
        fitted = np.exp(np.clip(beta @ design.T + slope[:, None] * time, -MOST, MOST))
        dispersion = np.maximum((weights * (past - fitted) ** 2 / fitted).sum(axis=1) / freedom, 1.0)
        cubic = np.cbrt(fitted)
        anscombe = 1.5 * (np.cbrt(past) ** 2 - cubic**2) / np.sqrt(cubic * dispersion[:, None])
        weights = np.where(anscombe > FAR, np.maximum(anscombe, 1.0) ** -2, np.float32(1.0))
        weights *= (past.shape[1] / weights.sum(axis=1))[:, None]
    level = np.exp(np.clip(beta[:, 0], -MOST, MOST)).astype(float)
    mean = np.exp(np.clip(beta[:, 0] + slope * ahead, -MOST, MOST)).astype(float)
    # A trend is not carried on beyond the most that was seen (Farrington et al., 1996).
    return np.where(mean > np.maximum(past.max(axis=1), LEAST), level, mean), dispersion.astype(float)


def _regress(
    past: Numbers, weights: Numbers, design: Numbers, time: Numbers, found: tuple[Numbers, Numbers]
) -> tuple[Numbers, Numbers]:
    """A step of reweighted least squares: the levels' logarithms (windows, LEVELS), and the trend (windows)."""
    eta = np.clip(found[0] @ design.T + found[1][:, None] * time, -MOST, MOST)
    fitted = np.exp(eta)
    work = weights * fitted
    target = work * (eta - 1) + weights * past
    by_level = np.maximum(work @ design, LEAST)
    along, wanted = (work * time) @ design, target @ design
    # The trend by the Schur complement of the levels' diagonal block.
    squares = work @ (time * time) - (along**2 / by_level).sum(axis=1)
    gained = target @ time - (along * wanted / by_level).sum(axis=1)
    slope = np.clip(gained / np.maximum(squares, LEAST), -6, 6)
    return np.clip((wanted - along * slope[:, None]) / by_level, -MOST, MOST), slope

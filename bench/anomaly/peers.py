"""Detectors that others use for counts by the hour, each as scores: greater is more unusual.

What a threshold is to each (3 standard deviations, a static number) is not kept: every one gets the threshold at which
it makes as many false alarms as ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from river import anomaly, time_series

from bench.anomaly.farrington import by_day, by_week

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bench.anomaly.score import Scores

DAY, WEEK = 24, 168
LEAST_DEVIATION = 0.2
"""Keeps quiet pasts from making every event infinitely unusual."""
SMOOTHING = 0.3
PAST_DAYS = 28
NEVER = 100.0


def static(counts: NDArray[np.int64], begin: int) -> NDArray[np.float64]:
    """One threshold for all hours."""
    return counts[begin:].astype(float)


def last_day(counts: NDArray[np.int64], begin: int) -> NDArray[np.float64]:
    """By the mean and the standard deviation of the 24 windows before."""
    past = np.lib.stride_tricks.sliding_window_view(counts.astype(float), DAY)[begin - DAY : -1]
    return _deviations(counts[begin:], past)


def same_hour(counts: NDArray[np.int64], begin: int) -> NDArray[np.float64]:
    """By the same hour of the 28 days before."""
    return _deviations(counts[begin:], _hours_before(counts, begin, range(1, PAST_DAYS + 1)))


def ears_c2(counts: NDArray[np.int64], begin: int) -> NDArray[np.float64]:
    """EARS C2 (Hutwagner et al., 2003): seven days, the last two left out; here of the same hour, which favours it."""
    return _deviations(counts[begin:], _hours_before(counts, begin, range(3, 10)))


def ewma(counts: NDArray[np.int64], begin: int) -> NDArray[np.float64]:
    """By an exponentially weighted mean and variance (Finch, 2009)."""
    mean, variance = float(counts[0]), 0.0
    found = np.empty(len(counts))
    for at, count in enumerate(counts):
        off = float(count) - mean
        found[at] = off / max(variance**0.5, LEAST_DEVIATION)
        mean += SMOOTHING * off
        variance = (1 - SMOOTHING) * (variance + SMOOTHING * off * off)
    return found[begin:]


def river_holt_winters(counts: NDArray[np.int64], begin: int) -> NDArray[np.float64]:
    """The PredictiveAnomalyDetection of river, about its Holt-Winters forecast with a season of a day.

    Its score knows no side and ends at 1; so its bar is put out of reach, and what is below the forecast gets none.
    One is added to all counts, since it divides by its first level.
    """
    holt_winters: Any = time_series.HoltWinters
    forecast = holt_winters(alpha=0.05, beta=0.005, gamma=0.1, seasonality=DAY)
    detector = anomaly.PredictiveAnomalyDetection(forecast, n_std=NEVER, warmup_period=2 * DAY)
    found = np.zeros(len(counts))
    for at, count in enumerate(counts):
        value = float(count) + 1.0
        if at >= begin and value > forecast.forecast(1)[0]:
            found[at] = detector.score_one({}, value)
        detector.learn_one({}, value)
    return found[begin:]


def _hours_before(counts: NDArray[np.int64], begin: int, days: range) -> NDArray[np.float64]:
    now = np.arange(begin, len(counts))
    return np.stack([counts[now - DAY * day] for day in days], axis=1).astype(float)


def _deviations(counts: NDArray[np.int64], past: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = np.maximum(past.std(axis=1, ddof=1), LEAST_DEVIATION)
    return np.asarray((counts - past.mean(axis=1)) / spread)


PEERS: Mapping[str, Scores] = {
    "static": static,
    "last day": last_day,
    "same hour": same_hour,
    "EWMA": ewma,
    "EARS C2": ears_c2,
    "Farrington, day": by_day,
    "Farrington, week": by_week,
    "river": river_holt_winters,
}

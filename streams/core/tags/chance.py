"""Whether two counts differ by more than chance: an exact interval of the ratio of two Poisson rates.

Given their sum, the second of two Poisson counts is binomial, and its share tells of the ratio of the rates
(Przyborowski and Wilenski, 1940). The share's exact interval is that of Clopper and Pearson (1934), by quantiles of the
beta distribution. It never claims more certainty than asked for; where events come in bursts, which Poisson's do not,
it claims too much.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, lgamma, log, log1p, sqrt
from statistics import NormalDist

MOST_STEPS = 20_000
ACCURACY = 1e-15
CLOSE = 1e-12
"""A step so small, as a share of where it is, changes nothing that anybody sees."""
_TINY = 1e-300
_HALVINGS = 200
NORMAL = NormalDist()


def beta_share(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b): how much of the beta distribution lies below ``x``."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    # The fraction converges fast on this side of the mean; the other one is its mirror.
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method (Numerical Recipes, 6.4)."""
    c, d = 1.0, 1 / _apart(1 - (a + b) * x / (a + 1))
    found = d
    for step in range(1, MOST_STEPS):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        d, c = 1 / _apart(1 + even * d), _apart(1 + even / c)
        found *= d * c
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        d, c = 1 / _apart(1 + odd * d), _apart(1 + odd / c)
        found *= d * c
        if abs(d * c - 1) < ACCURACY:
            break
    return found


def _apart(value: float) -> float:
    """Not zero."""
    return value if abs(value) >= _TINY else _TINY


def beta_quantile(a: float, b: float, share: float) -> float:
    """Where so much of the beta distribution lies below.

    By Newton's method, which needs few steps, between bounds that halving would keep, so that it never fails.
    """
    low, high = 0.0, 1.0
    # From where it would be if it were a normal distribution.
    middle, spread = a / (a + b), sqrt(a * b / (a + b + 1)) / (a + b)
    at = middle + NORMAL.inv_cdf(share) * spread if 0 < share < 1 else middle
    at = at if 0 < at < 1 else middle
    scale = lgamma(a + b) - lgamma(a) - lgamma(b)
    for _ in range(_HALVINGS):
        beyond = beta_share(a, b, at) - share
        low, high = (at, high) if beyond < 0 else (low, at)
        density = exp(scale + (a - 1) * log(at) + (b - 1) * log1p(-at))
        following = at - beyond / density if density > 0 else low
        if not low < following < high:
            following = (low + high) / 2
        if abs(following - at) <= CLOSE * at or following in {low, high}:
            return following
        at = following
    return at


def share_interval(part: int, whole: int, confidence: float = 0.95) -> tuple[float, float]:
    """The exact interval of a proportion (Clopper-Pearson); (0, 1) of nothing."""
    tail = (1 - confidence) / 2
    low = beta_quantile(part, whole - part + 1, tail) if part > 0 else 0.0
    high = beta_quantile(part + 1, whole - part, 1 - tail) if part < whole else 1.0
    return low, high


@lru_cache(maxsize=4_096)
def ratio_interval(
    before: int, after: int, times: tuple[float, float] = (1.0, 1.0), confidence: float = 0.95
) -> tuple[float, float]:
    """The interval of the rate after, divided by that before; ``times`` is for how long each was counted.

    Of nothing it is (0, inf).
    """
    low, high = share_interval(after, before + after, confidence)
    scale = times[0] / times[1]
    return scale * low / (1 - low) if low < 1 else inf, scale * high / (1 - high) if high < 1 else inf

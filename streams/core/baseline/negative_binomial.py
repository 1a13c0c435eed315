"""Counts that vary more than independent events do: the negative binomial distribution, by its mean and variance.

With a variance of no more than the mean it is Poisson's. Both are evaluated as incomplete beta and gamma functions
by continued fractions and series (Press et al., Numerical Recipes, 6.2 and 6.4), so that a probability costs a few
microseconds whatever the count.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p

TINY = 1e-300
ENOUGH = 1e-10
MOST_STEPS = 500
NEARLY_POISSON = 1e-6
"""Variances above the mean by less than this part of it are taken for the mean."""


def upper_tail(count: int, mean: float, variance: float) -> float:
    """The probability of ``count`` or more, for a mean above 0."""
    if count <= 0:
        return 1.0
    excess = variance / mean - 1.0
    if excess <= NEARLY_POISSON:
        return _lower_gamma(float(count), mean)
    size = mean / excess
    return _beta(mean / (size + mean), float(count), size)


def lower_tail(count: int, mean: float, variance: float) -> float:
    """The probability of ``count`` or fewer."""
    return 0.0 if count < 0 else max(0.0, 1.0 - upper_tail(count + 1, mean, variance))


def log_probability(count: int, mean: float, variance: float) -> float:
    """The logarithm of the probability of just this count."""
    excess = variance / mean - 1.0
    if excess <= NEARLY_POISSON:
        return count * log(mean) - mean - lgamma(count + 1.0)
    size = mean / excess
    return (
        lgamma(count + size) - lgamma(size) - lgamma(count + 1.0) - size * log1p(excess)
        + count * (log(excess) - log1p(excess))
    )  # fmt: skip


def threshold(probability: float, mean: float, variance: float) -> int:
    """The smallest count that comes, or more than it, with at most this probability."""
    low, high = 0, max(1, int(mean + 3 * variance**0.5))
    while upper_tail(high, mean, variance) > probability:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if upper_tail(middle, mean, variance) > probability:
            low = middle
        else:
            high = middle
    return high


def _lower_gamma(shape: float, at: float) -> float:
    """The regularised lower incomplete gamma function: the probability of ``shape`` or more events of a mean ``at``."""
    front = exp(shape * log(at) - at - lgamma(shape))
    if at < shape + 1.0:
        term = total = 1.0 / shape
        for step in range(1, MOST_STEPS * 10):
            term *= at / (shape + step)
            total += term
            if term < total * ENOUGH:
                break
        return min(1.0, total * front)
    b = at + 1.0 - shape
    c, d = 1.0 / TINY, 1.0 / b
    found = d
    for step in range(1, MOST_STEPS * 10):
        a = -step * (step - shape)
        b += 2.0
        d = 1.0 / _not_zero(a * d + b)
        c = _not_zero(b + a / c)
        change = d * c
        found *= change
        if abs(change - 1.0) < ENOUGH:
            break
    return min(1.0, max(0.0, 1.0 - found * front))


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function."""
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1.0) / (a + b + 2.0):
        return min(1.0, front * _beta_fraction(x, a, b) / a)
    return max(0.0, 1.0 - front * _beta_fraction(1.0 - x, b, a) / b)


def _beta_fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1.0 / _not_zero(1.0 - (a + b) * x / (a + 1.0))
    found = d
    for m in range(1, MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        d = 1.0 / _not_zero(1.0 + even * d)
        c = _not_zero(1.0 + even / c)
        found *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        d = 1.0 / _not_zero(1.0 + odd * d)
        c = _not_zero(1.0 + odd / c)
        change = d * c
        found *= change
        if abs(change - 1.0) < ENOUGH:
            break
    return found


def _not_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY

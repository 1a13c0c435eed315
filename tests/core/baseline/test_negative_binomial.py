from __future__ import annotations

from math import exp, fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.baseline.negative_binomial import log_probability, lower_tail, threshold, upper_tail

# scipy 1.17: nbinom.sf(count - 1), nbinom.logpmf(count); poisson's where the variance is the mean.
KNOWN = [
    (1, 0.02, 0.02, 0.0198013266932447, -3.932023005428146),
    (3, 0.1, 0.2, 0.0074861552527211135, -5.405853297424229),
    (5, 2.0, 4.0, 0.109375, -3.0602707946915615),
    (18, 10.0, 10.0, 0.014277613597049663, -4.948913534140225),
    (30, 10.0, 50.0, 0.017532380662433, -5.839635126200262),
    (80, 50.0, 75.0, 0.0010250991293049886, -8.187667329050186),
    (260, 200.0, 400.0, 0.0025231712270364307, -8.040505198745393),
    (0, 5.0, 5.0, 1.0, -5.0),
    (120, 100.0, 1100.0, 0.2548776487727874, -4.765098874283142),
    (1000, 900.0, 900.0, 0.0005499022657117818, -9.733415163853351),
]
MEANS = st.floats(0.01, 300.0)
DISPERSIONS = st.floats(1.0, 20.0)


@pytest.mark.parametrize(("count", "mean", "variance", "tail", "logarithm"), KNOWN)
def test_probabilities_are_those_of_a_library(
    count: int, mean: float, variance: float, tail: float, logarithm: float
) -> None:
    assert upper_tail(count, mean, variance) == pytest.approx(tail, rel=1e-9)
    assert log_probability(count, mean, variance) == pytest.approx(logarithm, rel=1e-9)


@given(MEANS, DISPERSIONS, st.integers(0, 400))
def test_what_is_below_sums_up_to_the_lower_tail(mean: float, dispersion: float, count: int) -> None:
    below = fsum(exp(log_probability(number, mean, mean * dispersion)) for number in range(count + 1))
    assert lower_tail(count, mean, mean * dispersion) == pytest.approx(below, abs=1e-8)


@given(MEANS, DISPERSIONS, st.floats(1e-6, 0.4))
def test_the_threshold_is_the_first_count_that_is_seldom_enough(
    mean: float, dispersion: float, probability: float
) -> None:
    found = threshold(probability, mean, mean * dispersion)
    assert upper_tail(found, mean, mean * dispersion) <= probability
    assert found == 1 or upper_tail(found - 1, mean, mean * dispersion) > probability

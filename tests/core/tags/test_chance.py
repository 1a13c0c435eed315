from __future__ import annotations

from math import comb, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.tags.chance import beta_quantile, beta_share, ratio_interval, share_interval


# By R: pbeta(x, a, b).
@pytest.mark.parametrize(
    ("a", "b", "x", "expected"),
    [
        (1, 1, 0.25, 0.25),
        (2, 2, 0.5, 0.5),
        (0.5, 0.5, 0.5, 0.5),
        (2, 5, 0.3, 0.579825),
        (5, 2, 0.7, 0.420175),
        (10, 3, 0.9, 0.8891300222545),
    ],
)
def test_known_values_of_the_incomplete_beta_function(a: float, b: float, x: float, expected: float) -> None:
    assert beta_share(a, b, x) == pytest.approx(expected, rel=1e-12)


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0, 1))
def test_it_is_the_tail_of_a_binomial(a: int, b: int, x: float) -> None:
    trials = a + b - 1
    tail = sum(comb(trials, k) * x**k * (1 - x) ** (trials - k) for k in range(a, trials + 1))
    assert beta_share(a, b, x) == pytest.approx(tail, rel=1e-9, abs=1e-12)


@given(st.floats(0.5, 500), st.floats(0.5, 500), st.floats(0.001, 0.999))
def test_a_quantile_is_where_its_share_lies_below(a: float, b: float, share: float) -> None:
    at = beta_quantile(a, b, share)
    assert beta_share(a, b, at) == pytest.approx(share, abs=1e-9)


# By R: binom.test(part, whole)$conf.int.
@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 10, 0.0, 0.3084971),
        (10, 10, 0.6915029, 1.0),
        (5, 10, 0.1870860, 0.8129140),
        (1, 20, 0.001265089, 0.248732763),
        (682, 925, 0.7076683, 0.7654066),
    ],
)
def test_known_intervals_of_a_proportion(part: int, whole: int, low: float, high: float) -> None:
    assert share_interval(part, whole) == pytest.approx((low, high), abs=1e-7)


# By R: poisson.test(c(11, 6 + 8 + 7), c(800, 1083 + 1050 + 878))$conf.int, an example of its manual.
def test_a_known_ratio_of_rates_with_unequal_times() -> None:
    assert ratio_interval(21, 11, (3011, 800)) == pytest.approx((0.8584264, 4.2772659), abs=1e-6)


def test_of_nothing_nothing_is_told() -> None:
    assert ratio_interval(0, 0) == (0, inf)
    assert ratio_interval(0, 3)[1] == inf
    assert ratio_interval(3, 0)[0] == 0


@given(st.integers(0, 400), st.integers(0, 400))
def test_the_interval_holds_the_ratio_and_is_mirrored_when_the_counts_change_places(before: int, after: int) -> None:
    low, high = ratio_interval(before, after)
    assert low <= (after / before if before else inf)
    assert high >= (after / before if before else 0)
    other_low, other_high = ratio_interval(after, before)
    assert low == pytest.approx(1 / other_high if other_high else inf, rel=1e-6)
    assert high == pytest.approx(1 / other_low if other_low else inf, rel=1e-6)


def test_large_counts_are_told_apart_and_take_no_time() -> None:
    low, high = ratio_interval(2_000_000, 2_010_000)
    assert 1.003 < low < 1.005 < high < 1.007

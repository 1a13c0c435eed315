from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.baseline.negative_binomial import upper_tail
from streams.core.baseline.outliers import deviations, outlying, tamed

MEANS, DISPERSIONS = st.floats(0.05, 300.0), st.floats(1.0, 8.0)


@pytest.mark.parametrize(("mean", "dispersion"), [(5.0, 1.0), (20.0, 2.0), (100.0, 5.0), (200.0, 1.5)])
def test_about_one_count_of_two_hundred_is_outlying(mean: float, dispersion: float) -> None:
    edge = int(outlying(mean, mean * dispersion)) + 1
    assert 0.0005 < upper_tail(edge, mean, mean * dispersion) < 0.01


@given(MEANS, DISPERSIONS, st.integers(0, 5_000))
def test_counts_stay_as_they_are_up_to_the_edge_and_lose_weight_beyond(
    mean: float, dispersion: float, count: int
) -> None:
    variance = mean * dispersion
    edge = outlying(mean, variance)
    found = tamed(float(count), mean, variance)
    if count <= edge:
        assert found == count
    else:
        assert mean <= found < edge + 1e-9
        assert tamed(2.0 * count, mean, variance) <= found


@given(MEANS, DISPERSIONS)
def test_deviations_rise_with_the_count(mean: float, dispersion: float) -> None:
    found = [deviations(count, mean, mean * dispersion) for count in range(50)]
    assert found == sorted(found)

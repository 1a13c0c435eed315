from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.baseline.seasonal_median import MAD_TO_DEVIATION, usual


def test_the_usual_is_the_median_and_the_spread_the_scaled_median_deviation_from_it() -> None:
    learned = usual([100, 10, 100, 130, 160, 100, 400])
    assert learned.expected == 100
    assert learned.spread == pytest.approx(MAD_TO_DEVIATION * 30)
    assert learned.seasons == 7
    assert learned.bound(2) == pytest.approx(100 + 2 * MAD_TO_DEVIATION * 30)


def test_counts_that_never_stray_still_may_by_the_root_of_their_size() -> None:
    assert usual([25, 25, 25]).spread == 5
    assert usual([0, 0, 0]).spread == 1
    assert usual([0]).bound(3) == 3


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=20), st.integers(0, 10**9))
def test_one_season_out_of_three_or_more_can_not_move_the_usual_beyond_the_others(
    past: list[int], outlier: int
) -> None:
    changed = usual([*past[1:], outlier])
    assert min(past[1:]) <= changed.expected <= max(past[1:])


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=20), st.floats(0.1, 10), st.randoms())
def test_the_bound_lies_above_what_is_expected_whatever_the_order_of_seasons(
    past: list[int], sensitivity: float, shuffler: object
) -> None:
    learned = usual(past)
    assert learned.bound(sensitivity) > learned.expected
    shuffler.shuffle(past)  # type: ignore[attr-defined]
    assert usual(past) == learned

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.condition import Ratio
from streams.core.conditions.ratio import judge_ratio, wilson

TENTH = Ratio.model_validate({"of": "*", "threshold": 0.1, "window": "30m", "minimum": 20})


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_one_that_was_published(successes: int, trials: int, low: float, high: float) -> None:
    assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10**6), st.data())
def test_the_interval_holds_the_share_and_lies_within_0_and_1(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    low, high = wilson(successes, trials)
    assert 0 <= low <= successes / trials + 1e-12
    assert successes / trials - 1e-12 <= high <= 1


@given(st.integers(1, 10**9))
def test_the_interval_of_none_begins_at_none_and_that_of_all_ends_at_all(trials: int) -> None:
    assert wilson(0, trials)[0] == 0
    assert wilson(trials, trials)[1] == 1


def test_without_trials_a_share_may_be_anything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("numerator", "denominator", "holds"),
    [(2, 20, False), (3, 20, True), (19, 19, False), (20, 20, True), (0, 0, False), (30, 20, True), (100, 1000, False)],
)
def test_a_share_holds_above_the_threshold_and_from_the_minimum_on(
    numerator: int,
    denominator: int,
    holds: bool,  # noqa: FBT001 - the expected answer
) -> None:
    verdict = judge_ratio(TENTH, numerator, denominator)
    assert verdict.holds is holds
    assert verdict.measured["value"] == (numerator / denominator if denominator else None)


def test_the_words_say_the_share_and_what_it_was_held_against() -> None:
    assert judge_ratio(TENTH, 3, 20).words == "3 of 20 (15.0%) in 30m, more than 10.0%"
    assert judge_ratio(TENTH, 1, 20).words == "1 of 20 (5.0%) in 30m, no more than 10.0%"
    assert judge_ratio(TENTH, 9, 9).words == "9 of 9 (100.0%) in 30m, of fewer than 20"
    assert judge_ratio(TENTH, 0, 0).words == "0 of 0 (none) in 30m, nothing to compare with"


def test_no_share_lies_outside_its_own_interval() -> None:
    for trials in range(1, 200):
        assert wilson(0, trials)[0] == 0
        assert wilson(trials, trials)[1] == 1

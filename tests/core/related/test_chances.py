from __future__ import annotations

import random
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.related.arrivals import Newcomers, larger, near_chance, newcomer_chance
from streams.core.related.scan import LENGTHS, Expected, most_unusual
from streams.core.related.tail import tail_of

SIZES = st.lists(st.integers(1, 500), max_size=60)
CELLS = st.dictionaries(st.integers(0, 11), st.integers(1, 60), max_size=12)


def evenly(mean: float, dispersion: float, cells: int = 12) -> Expected:
    return Expected(mean, [number / cells for number in range(cells + 1)], [dispersion] * len(LENGTHS))


def poisson(rng: random.Random, mean: float) -> int:
    limit, product, count = exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


@pytest.mark.parametrize("dispersion", [0.0, 0.5, 4.0])
@pytest.mark.parametrize("mean", [0.05, 2.0, 30.0])
def test_of_usual_counts_no_more_than_a_share_p_has_the_probability_p_or_less(mean: float, dispersion: float) -> None:
    rng = random.Random(7)  # noqa: S311 - a test is made again by its seed
    tries, chances = 8_000, []
    for _ in range(tries):
        of = mean * rng.gammavariate(1 / dispersion, dispersion) if dispersion else mean
        count = poisson(rng, min(of, 600.0))
        found = most_unusual({0: count} if count else {}, evenly(mean, dispersion, 1), fewer=False)
        chances.append(found.p if found else 1.0)
    for p in (0.01, 0.003, 0.001):
        expected = p * tries
        assert sum(one <= p for one in chances) <= expected + 4 * expected**0.5


@given(CELLS, st.floats(0.01, 200.0), st.floats(0.0, 50.0), st.integers(0, 11), st.integers(1, 100))
def test_more_events_in_a_cell_are_no_likelier(
    cells: dict[int, int], mean: float, dispersion: float, where: int, more: int
) -> None:
    expected = evenly(mean, dispersion)
    before = most_unusual(cells, expected, fewer=False)
    after = most_unusual({**cells, where: cells.get(where, 0) + more}, expected, fewer=False)
    if before is not None:
        assert after is not None
        assert after.p <= before.p * (1 + 1e-6)


@given(CELLS, st.floats(0.01, 200.0), st.floats(0.0, 50.0))
def test_a_stretch_lies_within_the_day_and_has_the_events_that_it_says(
    cells: dict[int, int], mean: float, dispersion: float
) -> None:
    found = most_unusual(cells, evenly(mean, dispersion))
    if found is not None:
        assert 0 <= found.start < found.end <= 12
        assert found.events == sum(count for cell, count in cells.items() if found.start <= cell < found.end)
        assert 0 < found.p <= 1
        assert found.mean == pytest.approx(mean * (found.end - found.start) / 12)


@given(SIZES, st.integers(1, 1_000), st.integers(0, 1_000))
def test_larger_newcomers_are_rarer(sizes: list[int], size: int, more: int) -> None:
    assert 0 < larger(sizes, size + more) <= larger(sizes, size) * (1 + 1e-9) <= 1 + 1e-9


@given(SIZES, st.integers(1, 1_000))
def test_a_newcomer_is_likelier_where_more_come(sizes: list[int], size: int) -> None:
    rare, often = Newcomers(21, sizes, 0.0), Newcomers(21, sizes, 500.0)
    assert newcomer_chance(rare, 60, size) <= newcomer_chance(often, 60, size) <= 1


def test_what_comes_once_a_day_comes_within_an_hour_in_a_twenty_fourth_of_cases() -> None:
    assert near_chance(1 / 1_440, 60) == pytest.approx(1 / 24, rel=0.03)
    assert near_chance(1 / 1_440, 0.1) == near_chance(1 / 1_440, 1)


def test_a_tail_says_how_many_a_day_are_so_improbable() -> None:
    rng = random.Random(3)  # noqa: S311 - as above
    # A model that is right: of a thousand even chances a day.
    chances = [(rng.random(), 1 / 20) for _ in range(20 * 1_000)]
    tail = tail_of(chances, 1_000)
    # It says at least as many as there are, and not many times as many.
    assert 1e-5 * 1_000 <= tail.expected(1e-5) <= 0.3
    assert tail.expected(1e-9) < tail.expected(1e-5) < tail.expected(1e-4)
    assert tail.chance(1.0) <= 1


def test_where_nothing_was_ever_odd_anything_may_be_chance() -> None:
    assert tail_of([], 500).chance(0.01) > 0.9

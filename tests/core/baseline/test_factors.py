from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.baseline.factors import factors
from tests.core.baseline.counts import poisson


def test_parts_that_chance_alone_tells_apart_are_not_told_apart() -> None:
    told = 0
    for seed in range(40):
        source = random.Random(seed)  # noqa: S311 - the same counts each time
        told += factors([poisson(20.0, source) for _ in range(24)], [20.0] * 24, 1.0).parameters > 0
    assert told <= 4


def test_parts_that_differ_get_nearly_what_they_counted() -> None:
    found = factors([100.0, 200.0, 600.0, 300.0], [300.0] * 4, 1.0)
    assert found.values == pytest.approx([1 / 3, 2 / 3, 2.0, 1.0], rel=0.03)
    assert 3 < found.parameters <= 4


def test_the_less_is_known_the_nearer_factors_are_to_one() -> None:
    much, little = factors([20.0, 80.0] * 12, [50.0] * 24, 1.0), factors([2.0, 8.0] * 12, [5.0] * 24, 1.0)
    assert 1 > little.values[0] > much.values[0]


@given(st.lists(st.tuples(st.integers(0, 500), st.floats(0.5, 300.0)), min_size=2, max_size=30))
def test_factors_leave_the_whole_as_it_is(parts: list[tuple[int, float]]) -> None:
    expected = [part for _, part in parts]
    found = factors([count for count, _ in parts], expected, 1.5)
    assert all(value >= 0 for value in found.values)
    assert sum(v * part for v, part in zip(found.values, expected, strict=True)) == pytest.approx(sum(expected))

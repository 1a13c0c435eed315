from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.core.baseline.expected import Expected

MEANS, CHANCES = st.floats(0.02, 300.0), st.floats(1e-5, 0.1)
EXPECTED = st.builds(
    lambda mean, dispersion, empty: Expected(1, mean, mean * dispersion, empty),
    MEANS, st.floats(1.0, 10.0), st.sampled_from((0.0, 0.2, 0.6)),
)  # fmt: skip


@given(EXPECTED, CHANCES)
def test_the_bound_is_the_first_count_of_so_small_a_chance(expected: Expected, chance: float) -> None:
    bound = expected.bound(chance)
    assert bound <= expected.mean or expected.chance(bound) <= chance
    assert bound <= expected.mean + 1 or expected.chance(bound - 1) > chance


@given(EXPECTED, CHANCES)
def test_the_bound_below_is_the_last_count_of_so_small_a_chance(expected: Expected, chance: float) -> None:
    bound = expected.bound_below(chance)
    assert bound < 0 or expected.chance_below(bound) <= chance
    assert bound + 1 >= expected.mean or expected.chance_below(bound + 1) > chance


@given(EXPECTED)
def test_more_is_never_likelier(expected: Expected) -> None:
    chances = [expected.chance(count) for count in range(int(expected.mean * 3) + 20)]
    assert chances == sorted(chances, reverse=True)
    below = [expected.chance_below(count) for count in range(int(expected.mean * 3) + 20)]
    assert below == sorted(below)

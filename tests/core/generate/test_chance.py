from __future__ import annotations

import uuid as standard
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.generate.chance import Weighted, hex_digits, uuid, zipf_weights
from tests.core.generate.seeded import chance


def test_items_are_drawn_in_proportion_to_their_weights() -> None:
    weighted = Weighted("abc", (1, 2, 7))
    rng = chance()
    drawn = Counter(weighted.pick(rng) for _ in range(20_000))
    assert [round(drawn[item] / 20_000, 1) for item in "abc"] == [0.1, 0.2, 0.7]


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=20).filter(lambda weights: sum(weights) > 0), st.integers(0, 99)
)
def test_an_item_without_weight_is_never_drawn(weights: list[float], seed: int) -> None:
    weighted = Weighted(range(len(weights)), weights)
    rng = chance(seed)
    assert all(weights[weighted.pick(rng)] > 0 for _ in range(20))


@pytest.mark.parametrize("weights", [(), (1,), (1, 2, 3), (0, 0)])
def test_weights_that_do_not_fit_their_items_are_refused(weights: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="2 items need as many weights"):
        Weighted("ab", weights)


def test_the_second_of_a_zipf_law_is_half_as_frequent_as_the_first() -> None:
    assert zipf_weights(3) == [1, 1 / 2, 1 / 3]


@given(st.integers(1, 64), st.integers(0, 99))
def test_there_are_as_many_hexadecimal_digits_as_asked_for(count: int, seed: int) -> None:
    digits = hex_digits(chance(seed), count)
    assert len(digits) == count
    assert set(digits) <= set("0123456789abcdef")


@given(st.integers(0, 999))
def test_a_uuid_is_one_of_version_four(seed: int) -> None:
    made = uuid(chance(seed))
    known = standard.UUID(made)
    assert (str(known), known.version, known.variant) == (made, 4, standard.RFC_4122)

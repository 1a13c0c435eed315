from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.boundary import Boundary

offsets = st.integers(0, 2**62)


@given(offsets, offsets, offsets)
def test_what_was_committed_is_read_back(start: int, length: int, clock: int) -> None:
    boundary = Boundary(start, start + length, clock)
    assert Boundary.read(start, boundary.metadata()) == boundary


@pytest.mark.parametrize(
    "metadata",
    ["", "null", "[]", "7", '"text"', "{}", '{"end": null, "clock": 1}', '{"end": "x", "clock": 1}', "{", "é"],
)
def test_an_offset_that_somebody_set_by_hand_means_that_nothing_is_under_way(metadata: str) -> None:
    assert Boundary.read(7, metadata) == Boundary(7, 7, 0)


def test_an_offset_that_was_moved_forward_past_the_end_begins_there() -> None:
    assert Boundary.read(70, Boundary(7, 9, 5).metadata()) == Boundary(70, 70, 5)

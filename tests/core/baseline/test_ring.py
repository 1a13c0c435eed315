from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.core.baseline.ring import MOST_WINDOWS, Ring

BORN = 1_000
PUTS = st.lists(st.tuples(st.integers(BORN, BORN + 4_000), st.integers(0, 200_000)), max_size=40)


@given(PUTS)
def test_a_ring_has_what_was_put_in_whatever_order_and_zeros_between(puts: list[tuple[int, int]]) -> None:
    ring, known = Ring(BORN), dict[int, int]()
    for number, count in puts:
        if number >= ring.first:
            known[number] = count
        ring.put(number, count)
    end = max(known) + 1 if known else BORN
    first = max(BORN, end - MOST_WINDOWS)
    assert (ring.first, ring.at) == (first, end)
    assert list(ring.counts(first, end)) == [known.get(number, 0) for number in range(first, end)]


@given(PUTS, st.data())
def test_any_stretch_of_it_is_what_the_whole_has_there(puts: list[tuple[int, int]], data: st.DataObject) -> None:
    ring = Ring(BORN)
    for number, count in puts:
        ring.put(number, count)
    low = data.draw(st.integers(ring.first, ring.at))
    high = data.draw(st.integers(low, ring.at))
    whole = list(ring.counts(ring.first, ring.at))
    assert list(ring.counts(low, high)) == whole[low - ring.first : high - ring.first]


def test_to_put_a_window_again_replaces_its_count_and_one_that_is_too_old_is_left_out() -> None:
    ring = Ring(0)
    ring.fill(0, [1, 2, 3])
    ring.put(1, 9)
    assert list(ring.counts(0, 3)) == [1, 9, 3]
    ring.put(MOST_WINDOWS + 1, 5)
    ring.put(1, 7)
    assert ring.first == 2
    assert list(ring.counts(2, 4)) == [3, 0]

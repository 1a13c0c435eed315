from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams.core.windows.partials import Counts, Partial

numbers = st.integers(-(2**40), 2**40)
counts = st.builds(
    Counts,
    st.lists(st.tuples(numbers, numbers), max_size=3),
    st.lists(st.tuples(numbers, numbers, numbers), max_size=3),
    st.lists(st.tuples(numbers, numbers, numbers, st.text(max_size=5)), max_size=3),
)
groups = st.lists(st.none() | st.text(max_size=5), max_size=3).map(tuple)
partials = st.builds(
    Partial,
    st.text(max_size=5), numbers, numbers, numbers, numbers, numbers, numbers,
    st.dictionaries(st.text(max_size=5), st.dictionaries(groups, counts, min_size=1, max_size=3), max_size=3),
)  # fmt: skip


def plain(partial: Partial) -> Any:
    found = {
        (name, group): [list(map(tuple, rows)) for rows in (one.on_time, one.late, one.evidence)]
        for name, held in partial.counts.items()
        for group, one in held.items()
    }
    header = (partial.topic, partial.partition, partial.of, partial.start, partial.end, partial.opened, partial.clock)
    return header, found


@given(partials)
def test_what_is_decoded_is_what_was_encoded(partial: Partial) -> None:
    assert plain(Partial.decode(partial.encode())) == plain(partial)
    assert Partial.decode(partial.encode()).encode() == partial.encode()

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams.core.parsing.nesting import nests_deeper


@given(st.lists(st.booleans(), max_size=40), st.integers(0, 45))
def test_a_value_nests_deeper_exactly_when_it_has_more_containers_in_each_other(kinds: list[bool], limit: int) -> None:
    value: Any = 1
    for is_list in kinds:
        value = [0, value] if is_list else {"a": value, "b": []}
    # An empty list beside the last scalar is a container too.
    depth = len(kinds) + (1 if kinds and not kinds[0] else 0)
    assert nests_deeper(value, limit) == (depth > limit)

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import GuardstreamError
from streams.core.board.spans import MOST_POINTS, RANGES, Span, span_until, step_of
from streams.core.board.state import KEYS, State, read_state

values = st.one_of(st.none(), st.text(min_size=1, max_size=8).filter(lambda text: text.isprintable()))
filters = st.dictionaries(st.sampled_from(KEYS), st.lists(values, min_size=1, max_size=3, unique=True).map(tuple))
minutes = st.integers(0, 4_000_000).map(lambda minute: 1_700_000_000_000 // 60_000 * 60_000 + minute * 60_000)
fixed = st.tuples(minutes, st.integers(1, 400 * 1_440)).map(lambda pair: Span(pair[0], pair[0] + pair[1] * 60_000))
states = st.builds(State, st.sampled_from(list(RANGES)), st.none(), filters) | st.builds(
    State, st.just("24h"), fixed, filters
)


@given(states)
def test_an_address_says_all_of_a_state(state: State) -> None:
    address = state.href("/")
    assert read_state(parse_qsl(address.partition("?")[2], keep_blank_values=True)) == state


@given(states, st.sampled_from(KEYS), values)
def test_what_is_narrowed_by_a_click_is_widened_by_the_next(state: State, key: str, value: str | None) -> None:
    narrowed = state.widened(key).toggled({key: value})
    assert narrowed.filters[key] == (value,)
    assert narrowed.toggled({key: value}) == state.widened(key)


@given(states, st.sampled_from(KEYS), st.lists(values, min_size=1, max_size=3, unique=True).map(tuple))
def test_several_values_of_a_key_are_taken_back_in_any_order(
    state: State, key: str, several: tuple[str | None, ...]
) -> None:
    narrowed = state.widened(key).toggled_to({key: several})
    assert narrowed.filters[key] == several
    assert narrowed.toggled_to({key: several[::-1]}) == state.widened(key)


@pytest.mark.parametrize(
    ("pairs", "named"),
    [
        ([("range", "5y")], "range"),
        ([("from", "2026-11-24T07:00:00Z")], "from and to"),
        ([("from", "yesterday"), ("to", "2026-11-24T07:00:00Z")], "from: 'yesterday'"),
        ([("from", "2026-11-24T07:00:00Z"), ("to", "2026-11-24T07:00:00Z")], "to"),
        ([("from", "2020-11-24T07:00:00Z"), ("to", "2026-11-24T07:00:00Z")], "400 days"),
        ([("account", "1" * 2_000)], "account"),
    ],
)
def test_a_bad_address_is_told_what_is_wrong_with_it(pairs: list[tuple[str, str]], named: str) -> None:
    with pytest.raises(GuardstreamError, match=named):
        read_state(pairs)


@given(st.integers(1, 400 * 1_440))
def test_a_range_has_few_points(minutes: int) -> None:
    assert minutes / step_of(minutes) <= MOST_POINTS


@given(minutes, st.integers(0, 59_999), st.sampled_from(list(RANGES.values())))
def test_a_range_that_ends_now_has_now_in_it(at: int, beyond: int, length: int) -> None:
    span = span_until(at + beyond, length)
    assert span.minutes == length
    assert span.end_ms - step_of(length) * 60_000 < at + beyond <= span.end_ms
    assert span.before == Span(span.start_ms - length * 60_000, span.start_ms)

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.parsing.split_json import deepest, holds_json_lines, split_json

OBJECTS = st.dictionaries(st.text(max_size=5), st.text() | st.lists(st.text(), max_size=2), max_size=3)


@given(st.lists(OBJECTS, min_size=1, max_size=5), st.sampled_from([b"", b"\n", b" \r\n", b",", b"\n\x1e"]))
def test_texts_put_together_come_apart_again(values: list[dict[str, str]], between: bytes) -> None:
    texts = [orjson.dumps(value) for value in values]
    assert split_json(between.join(texts), 10) == texts


@pytest.mark.parametrize("data", [b"words", b"{}words{}", b"{}}{}", b'{"a":1} "b" {}', b"", b"{}]"])
def test_what_is_no_sequence_of_texts_comes_back_whole(data: bytes) -> None:
    assert split_json(data, 10) == [data]


def test_a_last_text_that_does_not_end_is_a_piece_of_its_own() -> None:
    assert split_json(b'{"a":1}{"b":"}', 10) == [b'{"a":1}', b'{"b":"}']


def test_after_so_many_pieces_the_rest_stays_together() -> None:
    assert split_json(b"{}{}{}{}", 2) == [b"{}", b"{}", b"{}{}"]


def test_escaped_quotes_and_brackets_in_strings_are_no_structure() -> None:
    texts = [b'{"a":"}\\"{"}', b'{"b":"\\\\"}']
    assert split_json(b"".join(texts), 10) == texts
    assert deepest(b'[{"a":"[[[[\\"["}]') == 2


def test_many_quotes_that_never_close_are_scanned_once() -> None:
    data = b'{"' + b'\\"' * 1_000_000
    assert split_json(data, 10) == [data]


def test_pretty_printed_json_is_not_taken_for_lines() -> None:
    assert not holds_json_lines(orjson.dumps({"a": {"b": [1, {}]}}, option=orjson.OPT_INDENT_2))
    assert holds_json_lines(b'{"a":1}\nwords\n\n{"b":2}\n')

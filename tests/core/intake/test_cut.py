from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.intake.cut import cut, is_json_line

scalars = st.none() | st.booleans() | st.integers() | st.text()
documents = st.dictionaries(
    st.text(), st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
indents = st.sampled_from([None, 1, 4])
between = st.sampled_from(["", "\n", " \n\n", ",\n", "\x1e", "\r\n"])


@given(st.lists(st.tuples(documents, indents, between), max_size=6))
def test_documents_after_one_another_come_apart_with_their_bytes(
    parts: list[tuple[dict[str, object], int | None, str]],
) -> None:
    texts = [json.dumps(document, indent=indent).encode() for document, indent, _ in parts]
    joined = b"".join(text + separator.encode() for text, (_, _, separator) in zip(texts, parts, strict=True))
    assert cut(joined) == texts


@given(st.binary())
def test_any_bytes_are_cut_without_losing_any_but_separators(data: bytes) -> None:
    pieces = cut(data)
    place = 0
    for piece in pieces:
        place = data.index(piece, place) + len(piece)
    kept = b"".join(pieces)
    assert sorted(kept.translate(None, b" \t\r\n\f\v,\x1e\xef\xbb\xbf")) == sorted(
        data.translate(None, b" \t\r\n\f\v,\x1e\xef\xbb\xbf")
    )


def test_a_broken_line_does_not_take_its_neighbours_with_it() -> None:
    assert cut(b'{"a":1}\n{"b":\n{"c":3}\n') == [b'{"a":1}', b'{"b":', b'{"c":3}']


def test_a_broken_document_over_many_lines_is_one_piece() -> None:
    broken = b'{\n "a": 1,\n\n "b": {\n  oops\n }\n}'
    assert cut(broken + b"\n" + b'{"c":3}') == [broken, b'{"c":3}']


def test_broken_text_encoding_inside_a_string_does_not_hide_where_the_document_ends() -> None:
    assert cut(b'{"a":"\xff\xfe}"}{"b":2}') == [b'{"a":"\xff\xfe}"}', b'{"b":2}']


def test_a_document_nested_without_end_is_one_broken_piece() -> None:
    deep = b"[" * 100_000
    assert cut(deep + b'\n{"a":1}') == [deep, b'{"a":1}']


def test_a_number_too_long_for_python_does_not_stop_the_cut() -> None:
    assert cut(b'{"a":' + b"9" * 5_000 + b'}{"b":1}')[1] == b'{"b":1}'


@pytest.mark.parametrize("line", [b'{"a":1}', b"[]", b'\xef\xbb\xbf{"a":1}', b'"{}"'])
def test_a_line_that_is_json_by_itself_begins_a_file_of_json_lines(line: bytes) -> None:
    assert is_json_line(line)


@pytest.mark.parametrize("line", [b"[", b"{", b"12", b"null", b'{"a":1},', b"text"])
def test_a_line_that_is_part_of_a_document_does_not(line: bytes) -> None:
    assert not is_json_line(line)

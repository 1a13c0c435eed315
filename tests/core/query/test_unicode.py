"""Text that is not ASCII, or hardly text."""

import pytest

from streams.core.query import QueryError, compile_query


def matches(query: str, value: object) -> bool:
    return compile_query(query).matches({"f": value})


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("f:ÉCOLE", "l'école"), ("f:É*", "école"), ("f:/É.*/", "école"), ("f:straße", "STRASSE Straße"), ("f:ẞ", "ß"),
        ("f:Ωmega", "ΩMEGA"), ("f:İ", "İ"), ("f:日本", "日本 語"), ("f:🙂", "🙂"), ("f:?", "🙂"), ("f:/./", "é"),
        ("f:\x00", "\x00"), ("f:a\x00b", "a\x00b"), ("f:\ufffd", "\ufffd"), ("f:x\u200by", "x\u200by"),
        ("ключ:1 OR f:x", "x"),
    ],
)  # fmt: skip
def test_letters_of_any_script_are_compared_regardless_of_case(query: str, value: str) -> None:
    assert matches(query, value)


def test_case_counts_for_any_script_after_keyword() -> None:
    assert not matches("f.keyword:École", "école")
    assert not matches("f.keyword:/É.*/", "école")


def test_white_space_of_any_kind_parts_clauses() -> None:
    for space in "\t\n\r\x0b\x0c\u00a0\u2003\u2028\u3000":
        assert compile_query(f"f:x{space}AND{space}g:y").matches({"f": "x", "g": "y"})


def test_half_of_a_character_is_refused_in_a_query_and_matched_by_none_in_data() -> None:
    with pytest.raises(QueryError, match="half of a character"):
        compile_query("f:\ud800")
    for query in (r"f:\ud800", "f:/.+x/", "f:x*", "f:?x", "f:>x"):
        assert matches(query, "\ud800") in {True, False}

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.query import QueryError, compile_query


def table(query: str) -> list[bool]:
    """What a query of the fields a, b and c answers for all eight ways of having them."""
    compiled = compile_query(query)
    return [
        compiled.matches({key: 1 for key, has in zip("abc", present, strict=True) if has})
        for present in product((False, True), repeat=3)
    ]


def same(left: str, right: str) -> bool:
    return table(left.replace("@", ":*")) == table(right.replace("@", ":*"))


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("a@ OR b@ AND c@", "+b@ +c@ a@"),
        ("a@ AND b@ OR c@", "+a@ +b@ c@"),
        ("a@ b@ c@", "a@ OR b@ OR c@"),
        ("a@ b@ AND c@", "+b@ +c@"),
        ("a@ AND b@ c@", "+a@ +b@"),
        ("a@ OR NOT b@", "a@ -b@"),
        ("NOT a@ AND NOT b@", "-a@ -b@"),
        ("a@ AND NOT b@ OR c@", "+a@ -b@"),
        ("(a@ OR b@) AND c@", "+(a@ b@) +c@"),
        ("a@ OR (b@ AND c@)", "a@ (+b@ +c@)"),
        ("NOT NOT a@", "a@"),
        ("NOT (a@ OR b@)", "-a@ -b@"),
        ("a@ && ! b@", "+a@ -b@"),
        ("a@ OR ! b@", "a@ -b@"),
        ("+a@ -b@ c@", "+a@ -b@"),
        ("c@ OR (a@ AND b@)", "c@ (+a@ +b@)"),
        ("(a@ OR b@) AND (b@ OR c@)", "+(a@ b@) +(b@ c@)"),
        ("((a@ OR b@) AND NOT c@) OR b@", "(+(a@ b@) -c@) b@"),
        ("!(a@ AND b@) OR c@", "-(+a@ +b@) c@"),
        ("!(a@ AND b@) AND c@", "-(+a@ +b@) +c@"),
        ("b@ !(a@ AND c@)", "b@ -(+a@ +c@)"),
        ("a@ (!b@)", "a@ (-b@)"),
        ("+a@ +(!b@)", "+a@ +(-b@)"),
        ("a@ AND (NOT b@)", "+a@ +(-b@)"),
        ("a@ OR b@ OR c@", "a@ b@ c@"),
        ("a@ AND b@ AND NOT c@", "+a@ +b@ -c@"),
        ("NOT a@ AND b@", "-a@ +b@"),
        ("a@ AND b@ OR c@ AND b@", "+a@ +b@ +c@ +b@"),
        ("a@\n||\tb@", "a@ b@"),
    ],
)
def test_clauses_are_weighed_as_lucenes_classic_parser_does(query: str, meaning: str) -> None:
    assert same(query, meaning)


def test_and_between_or_requires_both_its_neighbours() -> None:
    assert table("a:* OR b:* AND c:*") == [False, False, False, True, False, False, False, True]


def test_only_negations_match_what_none_of_them_matches() -> None:
    assert table("-a:* -b:*") == [True, True, False, False, False, False, False, False]
    assert table("c:* AND (-a:* -b:*)") == [False, True, False, False, False, False, False, False]


def test_a_field_group_applies_its_field_to_each_clause_without_one() -> None:
    query = compile_query("a:(x y -z b:w)")
    assert query.matches({"a": "y"})
    assert query.matches({"b": "w"})
    assert not query.matches({"a": "x z"})


def test_existence_has_four_spellings() -> None:
    for query in ("_exists_:a", "a:*", "a:[* TO *]", "NOT _missing_:a"):
        assert compile_query(query).matches({"a": ""})
        assert not compile_query(query).matches({"a": [None, {}]})


def test_everything_matches_even_an_empty_event() -> None:
    assert compile_query("*").matches({})
    assert compile_query("*:*").matches({})


@pytest.mark.parametrize(
    ("query", "position", "advice"),
    [
        ("", 0, "every event"),
        ("  ", 0, "every event"),
        ("a AND", 5, "Something must follow AND"),
        ("OR a", 0, "between two clauses"),
        ("a AND OR b", 6, "between two clauses"),
        ("a:", 2, "Something must follow"),
        ("()", 1, "Something must stand between"),
        ("a:b:", 4, "Something must follow"),
        ("a and b", 2, "Write AND"),
        ("a:(x Or y)", 5, "Write OR"),
        ("a:-b", 2, "before the field: NOT a:value"),
        ("a:[1 to 2]", 5, r"\[low TO high\]"),
        ("a:[1 2]", 5, r"\[low TO high\]"),
        ("a:>b*", 3, "no wildcards"),
        ("a.numeric:b", 10, "number or a range"),
        ("a.numeric:[1 TO x]", 10, "bounds are numbers"),
        ("a.numeric:x*", 10, "number or a range"),
        ("a.numeric:/1/", 10, "number or a range"),
        ("x:1 AND a[2].b:c", 8, r"a\[0\]"),
        ("@list", 0, "field:@list"),
        ("$field", 0, r"field:\$field"),
        ("a:>$b", 3, "equality only"),
        ("_exists_:(a b)", 9, "_exists_:field"),
        ("a:>now", 3, "Write the instant"),
        ("a:[-a TO c}", 3, "into quotes"),
        ("a:[b TO -c]", 8, "into quotes"),
        ("a:[now-1d/d TO *]", 3, "Write the instant"),
        ("a:1 AND detail.*:x", 8, "Name each field"),
    ],
)
def test_an_error_has_its_place_and_what_would_be_right(query: str, position: int, advice: str) -> None:
    with pytest.raises(QueryError, match=advice) as error:
        compile_query(query)
    assert error.value.position == position


def test_the_number_of_clauses_has_a_limit() -> None:
    compile_query(" ".join("a" * 1_024))
    with pytest.raises(QueryError, match="1,024 clauses"):
        compile_query(" ".join("a" * 1_025))


def test_negations_have_a_depth_too() -> None:
    with pytest.raises(QueryError, match="nest deeper"):
        compile_query("!" * 2_000 + "a")


PIECES = [
    "a", "b:", "AND", "OR", "NOT", "TO", "(", ")", "[", "]", "{", "}", '"', "”", "/", "\\", "-", "+", "!", "&&",
    "*", "?", ">", "<=", "5", "2020-01-01", "10.0.0.0/8", "::1", "$c", "@l", ".keyword:", ".numeric:", "[0]", ":",
    " ", "~", "^", "_exists_:", "\ud800", "\x00",
]  # fmt: skip


@settings(max_examples=500)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=20))
def test_any_text_is_either_a_query_or_an_error_with_its_place(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        query = compile_query(text, {"l": frozenset({"x"})})
    except QueryError as refused:
        error = refused
    else:
        assert query.matches({"a": ["x", 1], "b": None}) in {True, False}
        return
    assert 0 <= error.position <= len(text)
    assert error.text == text

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.query import QueryError, compile_query


def matches(query: str, value: object) -> bool:
    return compile_query(query).matches({"f": value})


@pytest.mark.parametrize("value", [7, 8.5, 8.9, "8", "8.9", "7.00", [1, 8]])
def test_a_range_of_numbers_takes_numbers_and_text_that_says_one(value: object) -> None:
    assert matches("f:(>6.9 AND <=8.9)", value)
    assert matches("f:{6.9 TO 8.9]", value)


@pytest.mark.parametrize("value", [6.9, "6.9", 8.95, 9, "high", "", None, True, [], {"a": 8}])
def test_a_range_of_numbers_leaves_all_else_out(value: object) -> None:
    assert not matches("f:{6.9 TO 8.9]", value)


def test_large_numbers_are_not_rounded() -> None:
    assert matches("f:>9007199254740992", 9007199254740993)
    assert matches("f:>9007199254740992", "9007199254740993")
    assert not matches("f:>=9007199254740993", "9007199254740992.9999999999999999999")
    assert matches("f:<0.1000000000000000055", 0.1)


def test_negative_bounds_are_numbers() -> None:
    assert matches("f:[-5 TO -1]", -3)
    assert matches("f:>-5", -4)
    assert not matches("f:<-5", -4)


def test_quotes_say_that_a_bound_is_text() -> None:
    assert matches('f:["1" TO "6"]', "500")
    assert not matches("f:[1 TO 6]", "500")


def test_numeric_makes_quoted_bounds_numbers() -> None:
    assert not matches('f.numeric:["1" TO "6"]', "500")
    assert matches('f.numeric:["1" TO "6"]', "5.0")


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("f:[2020-06-02 TO 2020-06-03]", "2020-06-02T00:00:00Z", "2020-06-03T23:59:59.999999Z"),
        ("f:{2020-06-01 TO 2020-06-04}", "2020-06-02T00:00:00Z", "2020-06-03T23:59:59.999999Z"),
        ("f:(>2020-06-01 AND <=2020-06-03)", "2020-06-02T00:00:00Z", "2020-06-03T23:59:59.999999Z"),
        ("f:(>=2020-06-02T10:00:00Z AND <2020-06-03T10:00Z)", "2020-06-02T10:00:00Z", "2020-06-03T09:59:59.999Z"),
        ('f:["2020-06-02" TO "2020-06-03"]', "2020-06-02T00:00:00Z", "2020-06-03T23:59:59.999999Z"),
    ],
)
def test_a_bare_day_in_a_range_of_time_is_the_whole_day(query: str, first: str, last: str) -> None:
    assert matches(query, first)
    assert matches(query, last)
    assert not matches(query, "2020-06-01T23:59:59.999Z")
    assert not matches(query, "2020-06-04T00:00:00Z")
    assert not matches(query, "no time")


def test_time_is_compared_across_offsets() -> None:
    assert matches("f:<2020-06-03T00:30:00Z", "2020-06-03T02:00:00+02:00")


def test_a_range_of_text_is_regardless_of_case_unless_keyword() -> None:
    assert matches("f:[a TO c]", "B")
    assert not matches("f.keyword:[a TO c]", "B")
    assert not matches("f:{b TO c]", "B")


def test_a_range_without_bounds_asks_for_existence() -> None:
    assert matches("f:[* TO *]", "")
    assert not matches("f:[* TO *]", None)


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**20), 10**20))
def test_a_bound_parts_all_numbers_in_two(value: float, bound: int) -> None:
    above = compile_query(f"f:>{bound}").matches({"f": value})
    assert above is not compile_query(f"f:<={bound}").matches({"f": value})
    assert above is (Decimal(repr(value)) > bound)


@pytest.mark.parametrize(
    "query", ["f:[ b TO d]", "f:[ b TO * ]", "f:{ a TO d }", "f:[b\tTO\nd}", 'f:["b" TO "d"]', "f: [b TO d]"]
)
def test_blanks_in_a_range_mean_nothing(query: str) -> None:
    assert matches(query, "C")
    assert not matches(query, "A")


@pytest.mark.parametrize(
    "query", ["f:[a TO b TO c]", "f:[a - b]", "f:[a TO]", "f:[TO b]", "f:[a]", "f:[]", "f:>", "f:[a TO (b)]"]
)
def test_what_is_no_range_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        compile_query(query)

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.query.numbers import exact, number


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (8, 8), (8.0, 8), ("8", 8), ("8.0", 8), (6.9, Decimal("6.9")), ("6.9", Decimal("6.9")),
        ("-.5", Decimal("-0.5")), ("5.", 5), ("+1e3", 1000), (1e23, 10**23), ("9007199254740993", 9007199254740993),
    ],
)  # fmt: skip
def test_a_number_is_what_the_json_said(value: object, read: object) -> None:
    assert exact(value) == read


@pytest.mark.parametrize(
    "value",
    ["", "x", "1_000", "0x1", "nan", "inf", "1e", ".", " 1", "१", "1e9999999", float("nan"), float("inf"), True,
     None, []],
)  # fmt: skip
def test_what_is_no_number_is_none(value: object) -> None:
    assert exact(value) is None


def test_a_text_of_very_many_digits_is_no_number() -> None:
    assert exact("9" * 4_301) is None
    assert exact("9" * 4_300) is not None


def test_a_short_text_of_a_vast_number_costs_nothing() -> None:
    vast = number("1e999999")
    assert vast is not None
    assert not vast.equal(10**400)
    assert not vast.equal(1e300)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_equals_the_shortest_text_that_means_it(value: float) -> None:
    same = number(repr(value))
    assert same is not None
    assert same.equal(value)


@given(st.text(alphabet="0123456789.eE+-", max_size=30))
def test_reading_never_raises_and_what_is_read_equals_itself(text: str) -> None:
    read = exact(text)
    assert read is None or exact(str(read)) == read or Decimal(read).adjusted() >= 60

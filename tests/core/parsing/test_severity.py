from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.event import Reason
from streams.core.parsing.problem import Problem
from streams.core.parsing.severity import Severity, parse_severity


@pytest.mark.parametrize(
    ("number", "label"),
    [(0, None), (0.99, None), (1, "Low"), (3.95, "Low"), (4, "Medium"), (6.99, "Medium"), (7, "High"),
     (8.95, "High"), (9, "Critical"), (10, "Critical")],
)  # fmt: skip
def test_labels_are_half_open_so_that_no_number_falls_between(number: float, label: str | None) -> None:
    assert parse_severity(number) == Severity(number, label)


@given(st.floats(1, 10))
def test_every_number_from_one_to_ten_has_a_label(number: float) -> None:
    found = parse_severity(number)
    assert isinstance(found, Severity)
    assert found.label is not None


@given(st.floats(0, 10))
def test_a_text_that_holds_a_number_counts_as_that_number(number: float) -> None:
    assert parse_severity(f" {number} ") == parse_severity(number)


def test_no_severity_is_no_problem() -> None:
    assert parse_severity(None) == Severity(None, None)


@pytest.mark.parametrize("value", [True, False, "", "High", "1_0", "0x5", "٣", [5], {"score": 5}])
def test_what_is_no_number_is_of_the_wrong_type(value: object) -> None:
    found = parse_severity(value)
    assert isinstance(found, Problem)
    assert found.reason is Reason.WRONG_TYPE


@pytest.mark.parametrize("value", [-0.1, 10.01, math.nan, math.inf, "NaN", "-Infinity", "11", 10**400, "1e999"])
def test_a_number_outside_nought_to_ten_is_out_of_range(value: object) -> None:
    found = parse_severity(value)
    assert isinstance(found, Problem)
    assert found.reason is Reason.OUT_OF_RANGE

from __future__ import annotations

from schemas.event import Reason
from streams.core.parsing.problem import Problem
from streams.core.parsing.values import as_truth, distinct, first_account, parse_account


def test_a_number_gets_back_the_zeros_of_its_account_id() -> None:
    assert parse_account(12345678) == "000012345678"
    assert parse_account("000012345678") == "000012345678"


def test_a_wrong_kind_of_account_is_a_problem_even_where_another_one_follows() -> None:
    found = first_account(None, 1.5, "111122223333")
    assert isinstance(found, Problem)
    assert found.reason is Reason.WRONG_TYPE
    assert first_account(None, "", "111122223333") == "111122223333"


def test_texts_are_kept_once_in_the_order_they_came() -> None:
    assert distinct(["b", "a", None, "", 5, "b"]) == ["b", "a"]


def test_yes_and_true_are_true_and_other_words_are_neither() -> None:
    assert [as_truth(value) for value in ("Yes", "TRUE", True, "no", "...", 1)] == [True, True, True, False, None, None]

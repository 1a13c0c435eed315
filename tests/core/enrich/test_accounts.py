from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import Errors
from streams.core.enrich.accounts import AccountInfo, account_fields, parse_accounts

CELLS = st.text(st.characters(exclude_categories=["Z", "C"]), max_size=8)


def test_ids_keep_their_leading_zeros_and_other_columns_are_left_alone() -> None:
    text = "\ufeffOwner,account_id,cost,name,environment\r\nann,000012345678,9,shop,prod\r\n\r\nbob,111122223333,,,\r\n"
    assert parse_accounts(text) == {
        "000012345678": AccountInfo("shop", "ann", "prod"),
        "111122223333": AccountInfo(None, "bob", None),
    }


def test_all_faults_are_told_at_once_with_their_lines() -> None:
    text = (
        'account_id,name,owner,environment\nabc,a,b,c\n\n111122223333,"a\nb",b,c\n111122223333,a,b,c\n444455556666,a\n'
    )
    with pytest.raises(Errors) as raised:
        parse_accounts(text, "accounts.csv")
    places = [str(error.where) for error in raised.value.errors]
    assert places == ["accounts.csv:2", "accounts.csv:6", "accounts.csv:7"]
    assert "line 5" in str(raised.value.errors[1])


@pytest.mark.parametrize("text", ["", "\n", "id,name\n1,a\n", 'account_id,name,owner,environment\n"1,a'])
def test_a_file_without_its_header_or_with_an_open_quote_is_refused(text: str) -> None:
    with pytest.raises(Errors) as raised:
        parse_accounts(text, "accounts.csv")
    assert all(error.where.line for error in raised.value.errors)


@given(st.dictionaries(st.from_regex(r"[0-9]{12}", fullmatch=True), st.tuples(CELLS, CELLS, CELLS), max_size=5))
def test_what_a_csv_writer_wrote_is_read_again(rows: dict[str, tuple[str, str, str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(
        [("account_id", "name", "owner", "environment"), *((key, *row) for key, row in rows.items())]
    )
    found = parse_accounts(out.getvalue())
    assert found == {key: AccountInfo(*(cell or None for cell in row)) for key, row in rows.items()}


def test_the_fields_that_an_event_gets_have_the_names_of_the_parsed_fields() -> None:
    assert account_fields(AccountInfo("shop", "ann", None)) == {
        "account_name": "shop",
        "account_owner": "ann",
        "account_environment": None,
    }

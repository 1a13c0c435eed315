from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.intake.batch import batches


def records(number: int) -> list[dict[str, object]]:
    return [{"eventID": str(index), "padding": "x" * 100} for index in range(number)]


@pytest.mark.parametrize("key", ["Records", "findings", "Findings", "Events", "logEvents", "Messages"])
def test_a_large_batch_becomes_batches_in_the_same_wrapper_with_all_elements_in_order(key: str) -> None:
    value = json.dumps({"owner": "111122223333", key: records(100)}).encode()
    parts = batches(value, 2_000)
    decoded = [json.loads(part) for part in parts]
    assert len(parts) > 5
    assert all(len(part) <= 2_000 for part in parts)
    assert all(part["owner"] == "111122223333" for part in decoded)
    assert [element for part in decoded for element in part[key]] == records(100)


def test_a_large_list_becomes_lists() -> None:
    parts = batches(json.dumps(records(50)).encode(), 1_000)
    assert [element for part in parts for element in json.loads(part)] == records(50)
    assert len(parts) > 1


def test_a_batch_within_the_limit_keeps_its_bytes() -> None:
    value = b'{"Records": [ {"a":1} ] }'
    assert batches(value, len(value)) == [value]


def test_an_element_larger_than_the_limit_is_a_batch_by_itself() -> None:
    large = {"padding": "x" * 5_000}
    parts = batches(json.dumps({"Records": [{"a": 1}, large, {"b": 2}]}).encode(), 1_000)
    assert [json.loads(part)["Records"] for part in parts] == [[{"a": 1}], [large], [{"b": 2}]]


def test_numbers_keep_their_digits() -> None:
    value = b'[{"n":1.50,"m":123456789012345678901234567890},' + b'{"p":"' + b"x" * 100 + b'"}]'
    assert batches(value, 120)[0] == b'[{"n":1.50,"m":123456789012345678901234567890}]'


@given(st.binary(max_size=200))
def test_what_is_no_batch_comes_back_as_it_was(data: bytes) -> None:
    value = b'{"detail":' + data
    assert batches(value, 10) == [value]

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams.core.query import WHOLE, values_at
from streams.core.query.values import JSON_TEXT

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=20,
)


def test_a_value_without_an_array_on_the_way_is_a_scalar() -> None:
    assert values_at({"detail": {"severity": 8.0}}, ("detail", "severity")) == 8.0


def test_an_array_on_the_way_gives_the_values_of_all_elements_in_order() -> None:
    subject = {"interfaces": [{"groups": [{"name": "a"}, {"name": "b"}]}, {"groups": []}, {"groups": [{"name": "c"}]}]}
    assert values_at(subject, ("interfaces", "groups", "name")) == ["a", "b", "c"]


def test_an_array_of_scalars_is_the_list_of_them() -> None:
    assert values_at({"tags": ["a", None, {"b": 1}, ["c"], 2]}, ("tags",)) == ["a", "c", 2]


def test_null_and_empty_containers_and_objects_are_absent() -> None:
    subject: dict[str, Any] = {"null": None, "object": {}, "array": [], "nested": {"key": 1}, "nulls": [None, {}]}
    assert all(values_at(subject, (key,)) is None for key in (*subject, "missing"))


def test_empty_text_and_false_and_zero_are_present() -> None:
    assert [values_at({"a": value}, ("a",)) for value in ("", False, 0)] == ["", False, 0]


def test_a_path_through_a_scalar_is_absent() -> None:
    assert values_at({"a": "text"}, ("a", "b")) is None


def test_the_whole_document_is_every_scalar_in_it_but_no_key() -> None:
    assert values_at({"a": "x", "b": {"c": [1, {"d": True}]}, "e": None}, WHOLE) == ["x", 1, True]


def test_data_that_nests_deeper_than_calls_can_is_read() -> None:
    deep: Any = "x"
    for _ in range(20_000):
        deep = [deep]
    assert values_at({"a": deep}, ("a",)) == ["x"]
    assert values_at({"a": deep}, WHOLE) == ["x"]


@given(st.dictionaries(st.sampled_from("abc"), JSON), st.lists(st.sampled_from("abc"), min_size=1, max_size=4))
def test_every_value_reached_is_among_those_of_the_whole_document(subject: dict[str, Any], path: list[str]) -> None:
    value = values_at(subject, tuple(path))
    reached = value if isinstance(value, list) else [] if value is None else [value]
    everything = values_at(subject, WHOLE) or []
    assert isinstance(everything, list)
    assert {repr(scalar) for scalar in reached} <= {repr(scalar) for scalar in everything}


def test_objects_are_their_json_text_where_the_path_asks_for_it() -> None:
    subject: dict[str, Any] = {
        "rule": {"name": "é", "ports": [1, 2.5], "open": True},
        "none": {},
        "groups": [{"id": 1}, "x", None, []],
    }
    assert values_at(subject, ("rule", JSON_TEXT)) == ['{"name":"é","ports":[1,2.5],"open":true}']
    assert values_at(subject, ("none", JSON_TEXT)) == ["{}"]
    assert values_at(subject, ("groups", JSON_TEXT)) == ['{"id":1}', "x"]
    assert values_at(subject, ("groups", "id", JSON_TEXT)) == [1]


def test_null_and_missing_and_empty_arrays_are_absent_as_json_text_too() -> None:
    subject: dict[str, Any] = {"null": None, "array": [], "nulls": [None]}
    assert all(values_at(subject, (key, JSON_TEXT)) is None for key in (*subject, "missing"))


def test_objects_that_orjson_refuses_have_a_text_and_those_that_nothing_prints_have_none() -> None:
    deep: Any = "x"
    for _ in range(20_000):
        deep = {"a": deep}
    assert values_at({"a": {"half": "\ud800", "long": 2**80}}, ("a", JSON_TEXT)) == [
        '{"half":"\ud800","long":1208925819614629174706176}'
    ]
    assert values_at(deep, ("a", JSON_TEXT)) is None

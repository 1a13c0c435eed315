from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.query import WHOLE, Value, compile_query

QUERIES = [
    "a:x", 'a:"x y"', "a:5", "a:-5.5", "a:true", "a:x*", "a:?x*", "a:/x.*|y/", "a:/x|y/", "a:*", "a:10.0.0.0/8",
    "a:::/0", "a.keyword:x", "a.keyword:/x|Y/", "a.keyword:[x TO z}", "a.keyword:$b", "a.numeric:5",
    "a.numeric:$b", "a:$b", "a:@l", "a:>5", "a:[1 TO 1e300]", "a:<=0.1", "a:[x TO z}", "a:>2020-01-01",
    "eventName:x", "x", "x*", "NOT a:x", "a:x OR b:y",
]  # fmt: skip
SCALARS = (
    st.text(max_size=20)
    | st.text(alphabet=st.characters(categories=["Cs", "Lu", "Nd"]), max_size=5)
    | st.sampled_from(["x", "X Y", "5", "5.0", "10.1.1.1", "::1", "2020-06-01", "nan", "1e99", "9" * 5_000])
    | st.integers()
    | st.just(10**5_000)
    | st.floats()
    | st.booleans()
)


@settings(max_examples=200)
@given(st.none() | SCALARS | st.lists(SCALARS), st.none() | SCALARS | st.lists(SCALARS))
def test_no_value_makes_any_query_raise(left: Value, right: Value) -> None:
    slots = {("b",): 0, ("a",): 1, ("eventName",): 1, WHOLE: 1}
    for text in QUERIES:
        query = compile_query(text, {"l": frozenset({"x", "10.0.0.0/8"})})
        assert query.bind(slots)((right, left)) in {True, False}


def test_a_list_matches_when_any_element_does() -> None:
    assert compile_query("a:x").matches({"a": ["y", "x"]})
    assert not compile_query("NOT a:x").matches({"a": ["y", "x"]})


def test_two_conditions_on_an_array_need_not_meet_in_one_element() -> None:
    subject = {"rules": [{"port": 22, "from": "10.0.0.1"}, {"port": 443, "from": "10.9.9.9"}]}
    assert compile_query("rules.port:22 AND rules.from:10.9.9.9").matches(subject)


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        ("Bob", "bob", True), (["x", "BOB"], "bob", True), (8, 8.0, True), ("a", "b", False), (None, None, False),
        (True, "true", True), ("8.0", 8, False),
    ],
)  # fmt: skip
def test_a_field_equals_another_when_they_share_a_value(left: Any, right: Any, equal: bool) -> None:  # noqa: FBT001
    assert compile_query("a:$b").matches({"a": left, "b": right}) is equal


def test_a_field_after_keyword_or_numeric_equals_another_in_that_way() -> None:
    assert not compile_query("a.keyword:$b").matches({"a": "Bob", "b": "bob"})
    assert compile_query("a.numeric:$b").matches({"a": "8.0", "b": 8})
    assert not compile_query("a.numeric:$b").matches({"a": "x", "b": "x"})


def test_names_joined_by_or_match_one_by_one() -> None:
    query = compile_query("eventName:(PutBucketAcl OR putbucketpolicy OR Get*)")
    assert [query.matches({"eventName": name}) for name in ("PUTBUCKETACL", "PutBucketPolicy", "GetX", "Put")] == [
        True,
        True,
        True,
        False,
    ]

"""The compiled query against a second, naive reading of the same text."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.query import compile_query, explain, values_at
from tests.core.query.naive import Judge, Naive, values, wildcard_match, word_match

FIELDS = st.sampled_from(["a", "b", "a", "b", "eventName", "n.m", "severity_label"])
WORDS = st.sampled_from(["x", "y", "xy", "Get", "low"])
WILD = st.sampled_from(["x*", "*y", "?", "G?t*", "*", "*x*y*"])
LEAVES = st.builds(
    lambda name, term: f"{name}:{term}", FIELDS, WORDS | WILD | st.sampled_from([">3", "<=5", "[1 TO 4}"])
)
SIGNS = st.sampled_from(["", "", "", "+ ", "- ", "NOT ", "! "])
JOINTS = st.sampled_from([" ", " AND ", " OR ", " && ", " || "])


def in_a_row(clauses: list[str], joints: list[str], signs: list[str]) -> str:
    joined = [f"{joint}{sign}{clause}" for joint, sign, clause in zip(joints, signs, clauses, strict=True)]
    return "".join(joined).removeprefix(joints[0])


def rows(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sizes = st.integers(1, 6)
    return sizes.flatmap(
        lambda size: st.builds(
            in_a_row,
            st.lists(inner, min_size=size, max_size=size),
            st.lists(JOINTS, min_size=size, max_size=size),
            st.lists(SIGNS, min_size=size, max_size=size),
        )
    )


QUERIES = rows(st.recursive(LEAVES, lambda inner: rows(inner).map(lambda row: f"( {row} )"), max_leaves=8))
SCALARS = st.sampled_from(["x", "X y", "xy", "GET", "Get", "low", "a-x", "x\ny", "", "4", 1, 3.5, 4, 9, True, None])
VALUES = SCALARS | st.lists(SCALARS, max_size=3)
EVENTS = st.fixed_dictionaries(
    {"a": VALUES, "b": VALUES},
    optional={
        "eventName": VALUES,
        "severity_label": VALUES,
        "n": st.fixed_dictionaries({}, optional={"m": VALUES}) | st.lists(st.fixed_dictionaries({"m": VALUES})),
    },
)


def leaf(text: str) -> Judge:
    name, _colon, sought = text.partition(":")
    return lambda event: any(passes(name, sought, value) for value in values(event, name.split(".")))


def passes(name: str, sought: str, value: Any) -> bool:
    if sought[0] in "><[":
        number = None if isinstance(value, bool) else float(value) if str(value).replace(".", "").isdigit() else None
        bounds = {">3": (3.001, 99.0), "<=5": (-99.0, 5.0), "[1_TO_4}": (1.0, 3.999)}
        return number is not None and bounds[sought][0] <= number <= bounds[sought][1]
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if "*" in sought or "?" in sought:
        return sought == "*" or wildcard_match(sought, text)
    if name in {"eventName", "severity_label"}:
        return text.lower() == sought.lower()
    return word_match(sought, text)


def naive(query: str) -> Judge:
    return Naive(query.replace("[1 TO 4}", "[1_TO_4}").split(), leaf).query()


@settings(max_examples=800, deadline=None)
@given(st.sampled_from(["a", "eventName"]), WORDS | WILD | st.sampled_from([">3", "<=5", "[1 TO 4}"]), VALUES)
def test_a_term_means_what_a_naive_reading_of_it_means(name: str, term: str, value: Any) -> None:
    assert compile_query(f"{name}:{term}").matches({name: value}) is naive(f"{name}:{term}")({name: value})


@settings(max_examples=600, deadline=None)
@given(QUERIES, EVENTS)
def test_a_query_means_what_a_naive_reading_of_it_means(query: str, event: dict[str, Any]) -> None:
    assert compile_query(query).matches(event) is naive(query)(event)


@settings(max_examples=200, deadline=None)
@given(QUERIES, EVENTS)
def test_whatever_matches_has_what_is_required(query: str, event: dict[str, Any]) -> None:
    judged = compile_query(query)
    if judged.matches(event):
        for path, texts in judged.required.items():
            value = values_at(event, path)
            present = value if isinstance(value, list) else [value]
            assert any(isinstance(text, str) and text.lower() in texts for text in present)


@settings(max_examples=100, deadline=None)
@given(QUERIES, QUERIES, EVENTS)
def test_brackets_join_queries_as_logic_does(left: str, right: str, event: dict[str, Any]) -> None:
    one, other = compile_query(left).matches(event), compile_query(right).matches(event)
    assert compile_query(f"({left}) AND ({right})").matches(event) is (one and other)
    assert compile_query(f"({left}) OR ({right})").matches(event) is (one or other)
    assert compile_query(f"NOT ({left})").matches(event) is not one


@settings(max_examples=100, deadline=None)
@given(QUERIES)
def test_every_query_can_be_explained(query: str) -> None:
    assert "reads: " in explain(compile_query(query))

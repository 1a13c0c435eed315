"""The tree of questions finds exactly the rules that match, whatever they ask and whatever the event is."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.query import WHOLE, Path, Value, compile_query, values_at
from streams.core.query.reduce import conjuncts, reduce
from streams.core.query.tree import Everything
from streams.core.rules.matcher import matcher_of
from streams.core.rules.questions import Questions
from streams.core.rules.sieve import Sieve

FIELDS = ("eventName", "eventSource", "account", "userAgent", "a.b", "n")
VALUES = ("PutObject", "s3.amazonaws.com", "111122223333", "aws-cli/2", "x", "5", "true", "aws cli", "5.0")

leaf = st.one_of(
    st.tuples(st.sampled_from(FIELDS), st.sampled_from(VALUES)).map(lambda one: f'{one[0]}:"{one[1]}"'),
    st.tuples(st.sampled_from(FIELDS), st.sampled_from(("*s*", "/x|PutObject/", "*", "[1 TO 6]"))).map(
        lambda one: f"{one[0]}:{one[1]}"
    ),
    st.sampled_from(FIELDS).map(lambda name: f"{name}.keyword:PutObject"),
    st.sampled_from(("cli", "NOT x", "eventName:$userAgent")),
)
query = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: "(" + " AND ".join(parts) + ")"),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: "(" + " OR ".join(parts) + ")"),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]} AND NOT {parts[1]})"),
        inner.map(lambda part: f"(NOT {part})"),
    ),
    max_leaves=6,
)
scalar = st.one_of(st.sampled_from(VALUES), st.sampled_from((5, 5.0, 1, True, False, 111122223333, 2**60, "PUTOBJECT")))
value = st.one_of(scalar, st.lists(scalar, max_size=3), st.none())
event = st.fixed_dictionaries(
    {}, optional={name: value for name in FIELDS if "." not in name} | {"a": st.fixed_dictionaries({"b": value})}
)


def reader(subject: dict[str, Any]) -> Any:
    def value_of(path: Path) -> Value:
        return values_at(subject, path)

    return value_of


@settings(max_examples=300, deadline=None)
@given(st.lists(query, max_size=12), st.lists(event, min_size=1, max_size=5))
def test_exactly_those_that_match_are_found_in_order(queries: list[str], events: list[dict[str, Any]]) -> None:
    compiled = [compile_query(text) for text in queries]
    sieve = Sieve([(place, one.node) for place, one in enumerate(compiled)], Questions())
    for subject in events:
        assert sieve.find(reader(subject)) == [place for place, one in enumerate(compiled) if one.matches(subject)]


@settings(max_examples=300, deadline=None)
@given(query, event, st.frozensets(st.sampled_from([("eventName",), ("eventSource",), ("a", "b"), ("n",)])))
def test_what_is_left_says_what_the_whole_says(text: str, subject: dict[str, Any], fixed: frozenset[Path]) -> None:
    whole = compile_query(text)
    left = matcher_of(text, {}).reduced(subject, fixed)
    if isinstance(left, bool):
        assert left is whole.matches(subject)
        return
    rest = Sieve([("it", left)], Questions())
    assert bool(rest.find(reader(subject))) is whole.matches(subject)
    assert all(path == WHOLE or path not in fixed or "$" in text for path in whole.paths if _asks(left, path))


def _asks(node: Any, path: Path) -> bool:
    return any(getattr(part, "path", None) == path for part in conjuncts(node))


def test_a_query_of_everything_is_certain_and_one_whose_fields_are_unknown_is_left_as_it_is() -> None:
    node = compile_query("eventName:a AND NOT n:[1 TO 2]").node
    assert reduce(Everything(), lambda _leaf: None) is True
    assert reduce(node, lambda _leaf: None) == node


def test_a_thousand_rules_that_ask_the_same_in_part_are_asked_once() -> None:
    asked: list[Path] = []
    texts = [f'eventName:*Object AND account:"{number}"' for number in range(1000)]
    sieve = Sieve([(text, compile_query(text).node) for text in texts], Questions())

    def value_of(path: Path) -> Value:
        asked.append(path)
        return "PutObject" if path == ("eventName",) else "7"

    assert sieve.find(value_of) == [texts[7]]
    assert len(asked) == 2

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.query import compile_query
from streams.core.query.trace import trace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.core.query.trace import Clause

LISTS = {"l": frozenset({"x", "10.0.0.0/8"})}
LEAVES = st.sampled_from(
    [
        "a:x", "b:y", "a:>3", "a:[1 TO 4}", "n.m:x*", "a:$b", "b:@l", "a:*", "x", "*:*", "eventName:x", "eventName:y",
        "a.keyword:X", "a:/x.?/", "b:10.0.0.0/8",
    ]
)  # fmt: skip


def row(clauses: list[str]) -> st.SearchStrategy[str]:
    signs = st.lists(st.sampled_from(["", "", "+", "-", "NOT "]), min_size=len(clauses), max_size=len(clauses))
    joints = st.lists(st.sampled_from([" ", " AND ", " OR "]), min_size=len(clauses), max_size=len(clauses))
    return st.builds(
        lambda signs, joints: "".join(
            f"{joint if place else ''}{sign}{clause}"
            for place, (joint, sign, clause) in enumerate(zip(joints, signs, clauses, strict=True))
        ),
        signs,
        joints,
    )


def rows(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(inner, min_size=1, max_size=4).flatmap(row)


QUERIES = rows(st.recursive(LEAVES, lambda inner: rows(inner).map(lambda text: f"({text})"), max_leaves=8))
SCALARS = st.sampled_from(["x", "X", "y", "x y", "4", 1, 3.5, 9, True, None, "10.1.1.1"])
VALUES = SCALARS | st.lists(SCALARS, max_size=3)
EVENTS = st.fixed_dictionaries(
    {}, optional={"a": VALUES, "b": VALUES, "eventName": VALUES, "n": st.fixed_dictionaries({"m": VALUES})}
)


def leaves(clause: Clause) -> Iterator[Clause]:
    if not clause.parts:
        yield clause
    for part in clause.parts:
        yield from leaves(part)


@settings(max_examples=500)
@given(QUERIES, EVENTS)
def test_the_root_of_a_trace_holds_exactly_where_the_query_matches(query: str, event: dict[str, Any]) -> None:
    compiled = compile_query(query, LISTS)
    assert trace(compiled, event).holds is compiled.matches(event)


@settings(max_examples=200)
@given(QUERIES, EVENTS)
def test_every_bracket_follows_from_the_marks_of_its_parts(query: str, event: dict[str, Any]) -> None:
    def follows(clause: Clause) -> bool:
        marks = [part.holds for part in clause.parts if part.decides]
        said = {"all of": all(marks), "any of": any(marks), "none of": not any(marks), "no matter whether": any(marks)}
        return not clause.parts or (said[clause.text] is clause.holds and all(map(follows, clause.parts)))

    assert follows(trace(compile_query(query, LISTS), event))


def test_a_clause_shows_the_values_that_matched_or_else_those_that_stand_there() -> None:
    query = compile_query("event_name:PutObject AND a:>4 AND b:x AND NOT outcome:denied")
    event = {"event_name": "putobject", "a": [1, 5, 7], "b": ["p", "q"], "outcome": "success"}
    root = trace(query, event)
    assert (root.text, root.holds) == ("all of", False)
    assert [(leaf.text, leaf.holds, leaf.values) for leaf in leaves(root)] == [
        ("event_name is 'PutObject'", True, ("putobject",)),
        ("a is a number > 4", True, (5, 7)),
        ("b is, or has the words, 'x'", False, ("p", "q")),
        ("outcome is 'denied'", False, ("success",)),
    ]


def test_a_term_without_a_field_looks_at_the_event_as_it_came() -> None:
    query = compile_query("parsed")
    assert not trace(query, {"made": "parsed"}, {}).holds
    assert trace(query, {}, {"deep": [{"er": "parsed here"}]}).values == ("parsed here",)


def test_optional_clauses_beside_required_ones_are_shown_as_deciding_nothing() -> None:
    root = trace(compile_query("+a:x b:y"), {"a": "x"})
    assert root.holds
    assert [(part.text, part.decides) for part in root.parts] == [
        ("a is, or has the words, 'x'", True),
        ("no matter whether", False),
    ]

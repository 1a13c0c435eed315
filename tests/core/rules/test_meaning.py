"""Whether two queries mean the same."""

from __future__ import annotations

import pytest

from streams.core.query import compile_query
from streams.core.rules.meaning import Meaning, meaning

LISTS = {"a": frozenset({"X", "y"}), "b": frozenset({"x", "Y"}), "c": frozenset({"z"})}


def means(query: str) -> Meaning:
    return meaning(compile_query(query, LISTS).node)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a:1 AND b:2", "b:2 AND (a:1)"),
        ("a:1 AND (b:2 AND NOT c:3)", "NOT c:3 AND b:2 AND a:1"),
        ("(a:1 OR b:2) OR c:3", "c:3 OR (b:2 OR a:1)"),
        ("a:(x OR y)", "a:y OR a:x OR a:y"),
        ("eventName:PutBucketAcl", "eventName:putbucketacl"),
        ("NOT a:1", "-a:1"),
        ("* AND a:1", "a:1"),
        ("account:@a", "account:@b"),
        ("a:$b", "b:$a"),
        ("detail.resource.instanceDetails.service.resourceRole:actor", "detail.service.resourceRole:ACTOR"),
    ],
)
def test_order_brackets_repetition_and_case_make_no_other_query(one: str, other: str) -> None:
    assert means(one) == means(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a:1 AND b:2", "a:1 OR b:2"),
        ("a:1", "NOT a:1"),
        ("a:1", "b:1"),
        ("a.keyword:X", "a.keyword:x"),
        ("a:>1", "a:>=1"),
        ("account:@a", "account:@c"),
        ("a:1 AND NOT b:2", "a:1 AND NOT c:2"),
        ("*", "a:*"),
    ],
)
def test_what_may_match_other_events_means_something_else(one: str, other: str) -> None:
    assert means(one) != means(other)

"""Queries that no event can match."""

from __future__ import annotations

import pytest

from streams.core.query import compile_query
from streams.core.rules.contradiction import contradiction

LISTS = {"a": frozenset({"x", "y"}), "b": frozenset({"z"})}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("event_name:A AND event_name:B", "can't be both: event_name is 'A'; event_name is 'B'"),
        ("event_name:@a AND event_name:@b", "event_name has one value"),
        ("event_name:(A OR B) AND event_name:(C OR D)", "event_name has one value"),
        ("event_name:A AND (region:x AND event_name:B)", "event_name has one value"),
        ("severity:>8 AND severity:<3", "severity has one value"),
        ("severity:>8 AND severity:[* TO 8]", "severity has one value"),
        ("severity:>=8 AND severity:5", "severity has one value"),
        ("region:x AND NOT region:x", "it asks for what it excludes: region is, or has the words, 'x'"),
        ("region:x AND account:1 AND NOT (region:x OR region:y)", "excludes"),
        ("(event_name:A AND event_name:B) OR (region:x AND NOT region:x)", "event_name has one value"),
        ("region:x AND (event_name:A AND event_name:B)", "event_name has one value"),
    ],
)
def test_a_contradiction_is_found_and_said(query: str, says: str) -> None:
    assert says in str(contradiction(compile_query(query, LISTS).node))


@pytest.mark.parametrize(
    "query",
    [
        "*",
        "NOT region:x",
        "event_name:A OR event_name:B",
        "event_name:(A OR B) AND event_name:(B OR C)",
        "(event_name:A AND event_name:B) OR region:x",
        "security_groups:a AND security_groups:b",
        "resource_arns:a AND resource_arns:b",
        "title:a AND title:b",
        "event_source:iam AND event_source:amazonaws",
        "severity:>=8 AND severity:<=8",
        "requestParameters.x:>8 AND requestParameters.x:<3",
        "event_name:A AND NOT (event_name:A AND region:x)",
    ],
)
def test_what_some_event_may_match_is_no_contradiction(query: str) -> None:
    assert contradiction(compile_query(query, LISTS).node) is None

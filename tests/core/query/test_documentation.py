"""The examples of docs/query-language.md."""

import json
import re
from pathlib import Path

import pytest

from streams.core.query import QueryError, compile_query

TEXT = (Path(__file__).parents[3] / "docs" / "query-language.md").read_text("utf-8")
LISTS = {"staff": frozenset({"Alice", "Bob"}), "office": frozenset({"10.0.0.0/8"})}
ROWS = re.findall(r"^\| `(.+?)` \| (.*?) \|(?: (.*?) ?\|)?$", TEXT, re.MULTILINE)
EXAMPLES = [(query.replace(r"\|", "|"), yes.strip("`"), no.strip("`")) for query, yes, no in ROWS if yes[0] == "`"]
REFUSED = [query for query, why, _ in ROWS if why[0] != "`"]


def test_the_examples_are_found() -> None:
    assert len(EXAMPLES) > 35
    assert len(REFUSED) > 8


@pytest.mark.parametrize(("query", "matching", "other"), EXAMPLES)
def test_an_example_matches_what_it_says(query: str, matching: str, other: str) -> None:
    judged = compile_query(query, LISTS)
    assert judged.matches(json.loads(matching))
    assert not other or not judged.matches(json.loads(other))


@pytest.mark.parametrize("query", REFUSED)
def test_what_is_not_there_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        compile_query(query)

"""A public suite of a Lucene-like search (Datadog's, as Vector tests it), where it is at hand."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from streams.core.query import QueryError, compile_query

CORPORA = Path(os.environ.get("GUARDSTREAM_CORPORA", Path(__file__).parents[4] / "shared" / "corpora"))
SUITE = CORPORA / "query_suites" / "datadog_search_vrl.jsonl"

# What that dialect has and Lucene has not: prefixes of tests' names, and why they are left out.
DIALECT = {
    "a bare field name means a tag, an element of the array `tags` such as a:1": (
        "tag_exists_bare", "not_tag_exists_bare", "negate_tag_exists_bare", "not_tag_exists", "negate_tag_exists",
        "equals_tag", "negate_equals_tag", "wildcard_prefix_tag", "not_wildcard_prefix_tag",
        "negate_wildcard_prefix_tag", "wildcard_suffix_tag", "not_wildcard_suffix_tag", "negate_wildcard_suffix_tag",
        "negate_wildcard_multiple_tag", "range_tag_key", "range_tag_unbounded", "not_range_tag_unbounded",
        "negate_range_tag_unbounded", "not_range_tag_lower_bound", "negate_range_tag_lower_bound",
        "not_range_tag_lower_bound_string", "negate_range_tag_lower_bound_string", "range_tag_upper_bound",
        "not_range_tag_upper_bound", "negate_range_tag_upper_bound", "range_tag_upper_bound_string",
        "not_range_tag_upper_bound_string", "negate_range_tag_upper_bound_string", "range_tag_between",
        "not_range_tag_between", "range_tag_between_string", "not_range_tag_between_string",
    ),
    "a range without quotes compares text even where its bounds are numbers": (
        "not_range_message_lower_bound_no_match", "negate_range_message_lower_bound_no_match",
        "not_range_message_upper_bound_no_match", "negate_range_message_upper_bound_no_match",
        "not_exclusive_range_message", "negate_exclusive_range_message", "not_exclusive_range_message_upper",
        "negate_exclusive_range_message_upper",
    ),
    "its field names forbid % and may stand in escaped quotes": ("path_parser_failure", "quoted_query_key_match"),
}  # fmt: skip
EXCLUDED = {name for names in DIALECT.values() for name in names}


def cases() -> list[dict[str, Any]]:
    if not CORPORA.exists():
        return []
    return [
        case for line in SUITE.read_text("utf-8").splitlines() if (case := json.loads(line))["test"] not in EXCLUDED
    ]


if CASES := cases():

    @pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["test"]))
    def test_a_case_that_lucene_shares_is_answered_as_expected(case: dict[str, Any]) -> None:
        # `@` marks an attribute there; here every field is one.
        try:
            answer: bool | str = compile_query(case["query"].replace("@", "")).matches(case["document"])
        except QueryError:
            answer = "error"
        assert answer == case["expected"]

    def test_nothing_is_excluded_that_is_not_in_the_suite() -> None:
        assert {json.loads(line)["test"] for line in SUITE.read_text("utf-8").splitlines()} >= EXCLUDED

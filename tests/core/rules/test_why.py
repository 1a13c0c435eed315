"""Why an event is not taken, for whoever reads a failed test."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.rule import Rule
from streams.core.rules.why import why
from tests.core.parsing.samples import envelope
from tests.core.rules.rule_files import CALL


def told(query: str, event: dict[str, Any] | None = None, **changes: Any) -> list[str]:
    test = {"name": "t", "event": CALL if event is None else event, "expect": "fires"}
    written = {"id": "r", "title": "R", "level": "low", "source": "cloudtrail", "condition": {"type": "immediate"}}
    rule = Rule.model_validate({**written, "query": query, "tests": [test], **changes})
    return why(rule, rule.tests[0])


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("region:eu-west-1", "region is, or has the words, 'eu-west-1', but it is 'us-east-1'"),
        ("event_name:CreateAccessKey AND error_code:x", "error_code is, or has the words, 'x', but it is absent"),
        ("region:us-east-1 AND NOT principal_type:Root", "not: principal_type is, or has the words, 'Root'"),
        ("region:us-east-1 AND (mfa:true OR mfa:false)", "one of these holds: mfa is"),
        ("region:us-east-1 AND event_name:@l", "event_name is in the list l (1 entry), but it is 'CreateAccessKey'"),
        ("eventName:$eventSource", "eventName equals eventSource"),
        ("phishing", "any value is, or has the words, 'phishing'"),
    ],
)
def test_the_smallest_part_of_the_query_that_fails_is_told_with_what_is_there(query: str, line: str) -> None:
    [found] = told(query, lists={"l": ["DeleteTrail"]})
    assert found.startswith(f"the query asks that {line}")


def test_archived_and_sample_findings_are_told_to_be_left_out() -> None:
    archived = envelope()
    archived["detail"]["service"]["archived"] = True
    archived["detail"]["service"]["additionalInfo"] = {"sample": True}
    assert told("*", archived, source="findings", samples=False)[:2] == [
        "it is a sample finding, which this rule leaves out",
        "it is an archived finding, which this rule leaves out",
    ]


def test_what_is_no_event_is_told_nothing_of() -> None:
    assert told("*", {}) == []
    assert told("*", {"Records": [CALL, CALL]}) == []

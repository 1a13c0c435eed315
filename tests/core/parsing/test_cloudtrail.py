from __future__ import annotations

from typing import Any

import pytest

from schemas.event import Reason
from streams.core.parsing.cloudtrail import parse_cloudtrail, resource_arns
from streams.core.parsing.problem import Problem
from tests.core.parsing.samples import record


def parsed(**changes: Any) -> dict[str, Any]:
    found = parse_cloudtrail(record(**changes))
    assert isinstance(found, dict), found
    return found


def test_every_field_of_a_record_is_found() -> None:
    assert parsed() == {
        "account": "444455556666",
        "region": "eu-central-1",
        "source": "aws.cloudtrail",
        "event_source": "guardduty.amazonaws.com",
        "event_name": "DeleteDetector",
        "event_id": "5e0c2f4a-0000-4000-8000-000000000001",
        "event_time": "2024-05-01T10:20:30.000Z",
        "error_code": None,
        "principal": "arn:aws:sts::111122223333:assumed-role/deployer/deploy",
        "principal_type": "AssumedRole",
        "session_issuer": "arn:aws:iam::111122223333:role/deployer",
        "mfa": True,
        "source_address": "203.0.113.7",
        "user_agent": "aws-cli/2.15",
        "outcome": "success",
        "resource_arns": ["arn:aws:guardduty:eu-central-1:111122223333:detector/d1"],
    }


def test_the_account_is_that_of_the_caller_where_no_recipient_is_named() -> None:
    assert parsed(recipientAccountId=None)["account"] == "111122223333"
    assert parsed(recipientAccountId="", userIdentity=None)["account"] is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"eventTime": None}, Reason.NO_TIME),
        ({"eventTime": "..."}, Reason.NO_TIME),
        ({"eventName": 5}, Reason.WRONG_TYPE),
        ({"eventSource": ["s3.amazonaws.com"]}, Reason.WRONG_TYPE),
        ({"recipientAccountId": {"id": 1}}, Reason.WRONG_TYPE),
    ],
)
def test_what_counting_can_not_do_without_is_a_problem(changes: dict[str, Any], reason: Reason) -> None:
    found = parse_cloudtrail(record(**changes))
    assert isinstance(found, Problem)
    assert found.reason is reason


@pytest.mark.parametrize("odd", [5, "text", [1, [2]], {"a": {"b": 1}}, True])
def test_other_fields_of_an_odd_kind_are_read_as_absent(odd: Any) -> None:
    names = ("userIdentity", "resources", "responseElements", "additionalEventData", "serviceEventDetails")
    found = parsed(**dict.fromkeys(names, odd))
    assert (found["principal"], found["session_issuer"], found["mfa"]) == (None, None, None)
    assert (found["resource_arns"], found["outcome"]) == ([], "success")


def test_arns_are_found_under_either_name_each_once() -> None:
    assert resource_arns([{"ARN": "a"}, {"arn": "b"}, {"ARN": "a"}, {"type": "t"}, "c", None]) == ["a", "b"]

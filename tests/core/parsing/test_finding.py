from __future__ import annotations

from typing import Any

import orjson
import pytest

from schemas.event import Event, Reason
from streams.core.parsing.finding import parse_finding
from streams.core.parsing.normalise import normalise
from streams.core.parsing.problem import Problem
from streams.core.parsing.unwrap import unwrap
from tests.core.parsing.samples import detail, envelope, older_envelope, pascal_case


def parsed(document: dict[str, Any]) -> dict[str, Any]:
    found = parse_finding(document)
    assert isinstance(found, dict), found
    return found


def test_every_field_of_a_finding_of_today_is_found() -> None:
    assert parsed(envelope()) == {
        "type": "Backdoor:EC2/C&CActivity.B!DNS",
        "type_recognised": True,
        "threat_purpose": "Backdoor",
        "threat_resource_affected": "EC2",
        "threat_name": "C&CActivity.B",
        "threat_family": "C&CActivity",
        "threat_variant": "B",
        "threat_artifact": "DNS",
        "severity": 8.0,
        "severity_label": "High",
        "resource_role": "ACTOR",
        "resource_type": "Instance",
        "resource_id": "i-0abc",
        "finding_id": "f0",
        "title": "The instance i-0abc asks for a bad name.",
        "account": "444455556666",
        "region": "eu-west-1",
        "source": "aws.guardduty",
        "security_groups": ["web", "sg-2", "ops"],
        "remote_addresses": ["198.51.100.9", "2001:db8::9"],
        "remote_countries": ["Iceland"],
        "sample": True,
        "archived": False,
        "event_time": "2024-05-01T10:15:00.000Z",
        "created_at": "2024-05-01T09:10:00.123Z",
        "updated_at": "2024-05-01T10:10:00.456Z",
        "first_seen": "2024-05-01T09:00:00.000Z",
        "last_seen": "2024-05-01T10:00:00.500Z",
    }


def test_every_field_of_an_older_example_is_found_where_it_nests_them() -> None:
    (event,) = unwrap(orjson.dumps(older_envelope(), option=orjson.OPT_INDENT_2))
    assert isinstance(event, Event)
    found = parsed(event.document)
    assert found["threat_name"] == "PhishingDomainRequest"
    assert (found["severity"], found["severity_label"]) == (8.0, "High")
    assert (found["resource_role"], found["resource_id"]) == ("TARGET", "i-0def")
    assert found["security_groups"] == ["front"]
    assert found["sample"] is True
    assert found["title"] == "Someone was asked to phish"
    assert found["created_at"] == found["first_seen"] == "2019-03-03T05:06:07.350Z"
    assert found["updated_at"] == found["last_seen"] == "2019-03-04T05:00:00.350Z"
    assert {name for name, value in found.items() if value in (None, [])} == {
        "threat_variant", "remote_addresses", "remote_countries",
    }  # fmt: skip


def test_a_finding_of_the_api_gives_the_same_fields_as_one_of_eventbridge() -> None:
    bare = parsed(normalise(pascal_case(detail())))
    assert bare == parsed(envelope()) | {"event_time": "2024-05-01T10:10:00.456Z"}


def test_the_account_of_the_finding_comes_before_that_of_the_envelope() -> None:
    assert parsed(envelope())["account"] == "444455556666"
    assert parsed(envelope(detail=detail(accountId=None)))["account"] == "777788889999"
    assert parsed(envelope(detail=detail(accountId=12345678)))["account"] == "000012345678"


def test_the_time_is_that_of_the_last_update_where_the_envelope_has_none() -> None:
    for time in (None, "...", ""):
        assert parsed(envelope(time=time))["event_time"] == "2024-05-01T10:10:00.456Z"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (envelope(detail=None), Reason.WRONG_TYPE),
        (envelope(detail=[detail()]), Reason.WRONG_TYPE),
        (envelope(detail=detail(type=5)), Reason.WRONG_TYPE),
        (envelope(detail=detail(type=None)), Reason.WRONG_TYPE),
        (envelope(detail=detail(severity="High")), Reason.WRONG_TYPE),
        (envelope(detail=detail(severity=11)), Reason.OUT_OF_RANGE),
        (envelope(detail=detail(accountId={"id": 1})), Reason.WRONG_TYPE),
        (envelope(detail=detail(accountId=True)), Reason.WRONG_TYPE),
        (envelope(time=None, detail=detail(updatedAt=None)), Reason.NO_TIME),
        (envelope(time="soon", detail=detail(updatedAt=[])), Reason.NO_TIME),
    ],
)
def test_what_counting_can_not_do_without_is_a_problem(document: dict[str, Any], reason: Reason) -> None:
    found = parse_finding(document)
    assert isinstance(found, Problem)
    assert found.reason is reason


@pytest.mark.parametrize("odd", [5, "text", [1, [2]], {"a": {"b": 1}}, True, None])
def test_other_fields_of_an_odd_kind_are_read_as_absent(odd: Any) -> None:
    names = ("resource", "service", "id", "title", "createdAt", "region")
    found = parsed(envelope(region=None, detail=detail(**dict.fromkeys(names, odd))))
    assert found["resource_id"] is None
    assert (found["security_groups"], found["remote_addresses"], found["sample"]) == ([], [], False)


def test_a_finding_without_a_severity_has_none() -> None:
    found = parsed(envelope(detail=detail(severity=None)))
    assert (found["severity"], found["severity_label"]) == (None, None)

"""The alert that one event makes, as downstream reads it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from schemas.alert import MOST_EMBEDDED_BYTES, Alert
from streams.core.rules.plan import make_plan
from tests.core.parsing.samples import detail, envelope, record
from tests.core.source.worlds import context, read, rule

SERVICE = {**detail()["service"], "additionalInfo": {}}


def finding(**changes: Any) -> dict[str, Any]:
    return envelope(detail=detail(service=SERVICE, **changes))


def alerts_of(event: dict[str, Any], **changes: Any) -> list[dict[str, Any]]:
    source = "cloudtrail" if "eventSource" in event else "findings"
    made = read([orjson.dumps(event)], context(make_plan([rule("r", "*", source=source, **changes)], []))).alerts
    for alert in made:
        Alert.model_validate(alert)
    return made


def alert_of(event: dict[str, Any], **changes: Any) -> dict[str, Any]:
    [alert] = alerts_of(event, **changes)
    return alert


def test_an_alert_tells_rule_condition_event_and_where_it_stands() -> None:
    alert = alert_of(finding(), **{"group-by": ["account"], "labels": {"team": "security"}})
    assert alert["status"] == "firing"
    assert alert["condition"] == {"type": "immediate"}
    assert alert["group"] == {"account": "444455556666"}
    assert (alert["window"], alert["ends_at"], alert["measured"]) == (None, None, {"count": 1})
    assert alert["starts_at"] == "2024-05-01T10:15:00.000Z"
    [reference] = alert["evidence"]["items"]
    place = {"topic": "in", "partition": 3, "offset": 0, "index": 0}
    assert reference == {**place, "event_id": "f0", "role": "trigger"}
    assert alert["evidence"]["first"] == finding()
    assert alert["labels"] == {
        "alertname": "r", "severity": "low", "account": "444455556666", "region": "eu-west-1", "team": "security",
    }  # fmt: skip
    assert alert["summary"].startswith("r: Backdoor:EC2/C&CActivity.B!DNS on i-0abc")
    assert "shop" in alert["summary"]


def test_updates_of_one_finding_are_alerts_of_their_own_that_share_the_fingerprint_where_the_rule_groups() -> None:
    first, again, second = (
        alert_of(finding(updatedAt=f"2024-05-01T1{hour}:00:00Z"), **{"group-by": ["account"]}) for hour in (1, 1, 2)
    )
    assert first["alert_id"] == again["alert_id"] != second["alert_id"]
    assert first["fingerprint"] == second["fingerprint"]


def test_without_groups_each_event_stands_for_itself() -> None:
    one, other = alert_of(finding()), alert_of(finding(id="f1"))
    assert one["fingerprint"] != other["fingerprint"]


@pytest.mark.parametrize("event", [finding(id=None), record(eventID=None), finding(id=7)])
def test_an_event_without_an_id_is_known_by_its_place(event: dict[str, Any]) -> None:
    assert alert_of(event)["alert_id"] == alert_of(event)["alert_id"]


def test_an_event_in_several_groups_alerts_for_each() -> None:
    alerts = alerts_of(finding(), **{"group-by": [{"group": "security_groups"}]})
    assert [alert["group"]["group"] for alert in alerts] == ["web", "sg-2", "ops"]
    assert len({alert["alert_id"] for alert in alerts}) == 3


def test_an_event_is_embedded_up_to_a_size() -> None:
    assert alert_of(finding(description="x" * MOST_EMBEDDED_BYTES))["evidence"]["first"] is None


def test_the_level_is_that_of_the_first_query_that_picks_the_event() -> None:
    levels = [
        {"level": "critical", "when": "region:us-east-1", "because": "b"},
        {"level": "high", "when": "severity:>7", "because": "b"},
        {"level": "medium", "when": "severity:>1", "because": "b"},
    ]
    assert alert_of(finding(), levels=levels)["rule"]["level"] == "high"
    assert alert_of(finding(severity=0), levels=levels)["rule"]["level"] == "low"


def test_a_sample_is_labelled() -> None:
    assert alert_of(envelope())["labels"]["sample"] == "true"
    assert "sample" not in alert_of(finding())["labels"]


def test_an_exception_keeps_an_event_out_until_its_day() -> None:
    spared = {"query": "region:eu-west-1", "reason": "known"}
    assert alerts_of(finding(), exceptions=[spared]) == []
    assert alerts_of(finding(), exceptions=[{**spared, "until": "2024-05-02"}]) == []
    assert len(alerts_of(finding(), exceptions=[{**spared, "until": "2024-05-01"}])) == 1


def test_a_call_says_who_did_what_and_how_it_ended() -> None:
    alert = alert_of(record(errorCode="AccessDenied"))
    assert alert["outcome"] == "denied"
    assert "DeleteDetector by arn:aws:sts::111122223333:assumed-role/deployer/deploy (denied)" in alert["summary"]
    assert "(denied)" not in alert_of(record())["summary"]


def test_a_runbook_that_is_an_address_is_a_link_and_a_text_an_annotation() -> None:
    address = "https://runbooks.example/r"
    assert alert_of(finding(), runbook=address)["links"]["runbook"] == address
    told = alert_of(finding(), runbook="Call Bo.")
    assert "runbook" not in told["links"]
    assert told["annotations"]["runbook"] == "Call Bo."

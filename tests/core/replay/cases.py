"""Rules and tests as a file has them, run on the virtual clock."""

from __future__ import annotations

from typing import Any

import orjson

from schemas.alert import Alert
from schemas.rule import Rule
from streams.core.replay.rule_tests import simulate

CALL = {
    "eventVersion": "1.09",
    "eventSource": "signin.amazonaws.com",
    "eventName": "ConsoleLogin",
    "eventTime": "2026-03-02T09:00:00Z",
    "eventID": "e-1",
    "awsRegion": "eu-west-1",
    "sourceIPAddress": "198.51.100.1",
    "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ann", "accountId": "111122223333"},
    "recipientAccountId": "111122223333",
    "eventType": "AwsConsoleSignIn",
}


def call(at: str, **changes: Any) -> dict[str, Any]:
    """An event of a test, `at` a time; further keys are the test event's own or values of the call by dotted path."""
    return _event(CALL, at, changes)


def finding(at: str, severity: float = 5, **changes: Any) -> dict[str, Any]:
    document = {
        "version": "0", "id": "x", "detail-type": "GuardDuty Finding", "source": "aws.guardduty",
        "account": "111122223333", "region": "eu-west-1", "time": "2026-03-02T09:00:00Z", "resources": [],
        "detail": {
            "schemaVersion": "2.0", "accountId": "111122223333", "region": "eu-west-1", "id": "f-1",
            "type": "Recon:EC2/Portscan", "severity": severity, "title": "t", "updatedAt": "2026-03-02T09:00:00Z",
            "createdAt": "2026-03-02T09:00:00Z", "resource": {"resourceType": "Instance"},
            "service": {"serviceName": "guardduty", "archived": False},
        },
    }  # fmt: skip
    return _event(document, at, changes)


def _event(document: dict[str, Any], at: str, changes: dict[str, Any]) -> dict[str, Any]:
    own: dict[str, Any] = {key: changes.pop(key) for key in ("arrives", "times", "every") if key in changes}
    changed = {key.replace("__", "."): value for key, value in changes.items()}
    return {"event": document, "at": at, "set": changed, **own}


def rule_of(condition: dict[str, Any], **changes: Any) -> Rule:
    written = {"id": "r", "title": "R", "level": "low", "source": "cloudtrail", "query": "*", "condition": condition}
    return Rule.model_validate({**written, **changes})


def alerts(rule: Rule, *events: dict[str, Any], until: str | None = None, lists: Any = None) -> list[dict[str, Any]]:
    """The alerts of a rule for these events."""
    written: dict[str, Any] = {"name": "t", "events": list(events), "alerts": [], "lists": lists or {}}
    if until:
        written["until"] = until
    [test] = Rule.model_validate({**rule.model_dump(by_alias=True, mode="json"), "tests": [written]}).tests
    found = simulate(rule, test, {})
    for alert in found:
        Alert.model_validate(orjson.loads(orjson.dumps(alert)))
    return found


def story(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Of each alert its status, and the clock time at which it began, or was over."""
    return [(alert["status"], (alert["ends_at"] or alert["starts_at"])[11:16]) for alert in found]

"""Rules as texts of files, for tests."""

from __future__ import annotations

from typing import Any

import orjson

from streams.core.rules.load import RuleFile, RuleSet, load_rules

CALL: dict[str, Any] = {
    "eventVersion": "1.09",
    "eventSource": "iam.amazonaws.com",
    "eventName": "CreateAccessKey",
    "eventTime": "2026-03-02T11:00:00Z",
    "recipientAccountId": "111122223333",
    "awsRegion": "us-east-1",
    "userIdentity": {"type": "Root", "arn": "arn:aws:iam::111122223333:root"},
}


def rule_text(**changes: Any) -> str:
    """A rule's file; underscores in keys stand for hyphens. JSON is YAML."""
    rule = {
        "id": "a-rule",
        "title": "A rule",
        "description": "It finds keys.",
        "level": "low",
        "source": "cloudtrail",
        "query": "event_name:CreateAccessKey AND principal_type:Root",
        "condition": {"type": "immediate"},
        "runbook": "Look.",
        "tags": ["attack.t1098"],
        "attack-version": "v17",
        **{key.replace("_", "-"): value for key, value in changes.items()},
    }
    return orjson.dumps({key: value for key, value in rule.items() if value is not None}).decode()


def override_text(**changes: Any) -> str:
    """An override of the rule above; underscores in keys stand for hyphens."""
    return orjson.dumps(
        {"override": "a-rule", **{key.replace("_", "-"): value for key, value in changes.items()}}
    ).decode()


def rule_set(*texts: str) -> RuleSet:
    """The rules of folders that have one file each."""
    return load_rules([[RuleFile(f"{place}/rules.yml", text)] for place, text in enumerate(texts, 1)])

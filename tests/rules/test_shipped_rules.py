"""The rules and measures that ship: that they load, and what each does with its own tests and with real events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from schemas.event import Event
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.parsing.unwrap import unwrap
from streams.core.rules.load import load_rules
from streams.core.rules.trial import Trial, run_event_test, try_rule

if TYPE_CHECKING:
    from schemas.rule import Rule, RuleTest

SHIPPED = load_rules([read_folder(shipped_folder())], [read_folder(shipped_folder("measures"))])
RULES = {rule.id: rule for rule in (*SHIPPED.rules, *SHIPPED.disabled)}
EVENT_TESTS = [(rule, test) for rule in RULES.values() for test in rule.tests if test.event is not None]


@pytest.mark.parametrize(("rule", "test"), EVENT_TESTS, ids=[f"{rule.id}: {test.name}" for rule, test in EVENT_TESTS])
def test_a_shipped_rule_does_what_the_tests_in_its_file_say(rule: Rule, test: RuleTest) -> None:
    assert run_event_test(rule, test) is None


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_shipped_rule_has_a_test_that_fires_and_a_near_miss_that_does_not(rule: Rule) -> None:
    assert {"fires", "silent"} <= {test.expect for test in rule.tests}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_shipped_rule_tells_whoever_is_woken_what_to_do(rule: Rule) -> None:
    assert len(rule.runbook.splitlines()) >= 4
    assert rule.description
    assert rule.references
    assert rule.falsepositives
    assert rule.labels["team"] == "security"


FIRST_SEVEN = {
    "actor-identified",
    "backdoor-ratio-too-high",
    "guardduty-bucket-access-changed",
    "guardduty-collection-disabled",
    "more-than-usual-high-severity",
    "no-guardduty-logs",
    "phishing-attempt-identified",
}
OFF = {"high-severity-after-release", "no-guardduty-logs-from-account", "region-not-allowed"}


def test_the_seven_and_a_pack_of_forty_ship_and_what_needs_an_answer_first_is_off() -> None:
    assert {rule.id for rule in SHIPPED.disabled} == OFF
    assert {rule.id for rule in SHIPPED.rules} > FIRST_SEVEN
    assert len(RULES) == len(FIRST_SEVEN | {"high-severity-after-release", "no-guardduty-logs-from-account"}) + 40


def test_only_the_bucket_rule_warns_that_it_needs_its_list() -> None:
    [warning] = SHIPPED.warnings
    assert "{override: guardduty-bucket-access-changed, lists: {guardduty-buckets: [NAME]}}" in warning


def test_the_nine_measures_ship_each_of_findings_but_the_first_with_the_severity_label() -> None:
    grouped = {measure.name: [key.name for key in measure.group_by] for measure in SHIPPED.measures}
    assert grouped == {
        "cloudtrail-events": ["account", "event_source"],
        "findings": [],
        "findings-by-account": ["account", "severity_label"],
        "findings-by-purpose": ["threat_purpose", "severity_label"],
        "findings-by-region": ["region", "severity_label"],
        "findings-by-resource-type": ["resource_type", "severity_label"],
        "findings-by-security-group": ["security_group", "severity_label"],
        "findings-by-severity": ["severity_label"],
        "findings-by-type": ["type", "severity_label"],
    }
    assert len({measure.id for measure in SHIPPED.measures}) == 9


def call(name: str, parameters: dict[str, Any] | None = None, **changes: Any) -> Trial:
    """What the collection rule makes of a call to GuardDuty."""
    event = {
        "eventVersion": "1.09",
        "eventTime": "2026-01-01T00:00:00Z",
        "eventSource": "guardduty.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "eventID": "e",
        "recipientAccountId": "111122223333",
        "userIdentity": {"type": "Root", "accountId": "111122223333"},
        "requestParameters": parameters,
        **changes,
    }
    [unwrapped] = unwrap(orjson.dumps(event))
    assert isinstance(unwrapped, Event)
    trial = try_rule(RULES["guardduty-collection-disabled"], unwrapped)
    assert isinstance(trial, Trial)
    return trial


@pytest.mark.parametrize(
    "name",
    [
        "DeleteDetector",
        "DeletePublishingDestination",
        "DisableOrganizationAdminAccount",
        "DisassociateFromAdministratorAccount",
        "DisassociateFromMasterAccount",
        "DisassociateMembers",
        "StopMonitoringMembers",
    ],
)
def test_switching_off_is_critical_and_a_denied_attempt_at_it_is_medium(name: str) -> None:
    assert call(name).level == "critical"
    assert call(name, errorCode="AccessDenied").level == "medium"
    assert call(name, errorCode="BadRequestException").level == "low"


@pytest.mark.parametrize("name", RULES["guardduty-collection-disabled"].lists["alters-guardduty"])
def test_an_attempt_always_alerts_and_never_at_the_level_of_success(name: str) -> None:
    levels = ["informational", "low", "medium", "high", "critical"]
    done, denied = call(name), call(name, errorCode="AccessDeniedException")
    assert done.taken
    assert denied.taken
    assert levels.index(str(denied.level)) < levels.index(str(done.level))


@pytest.mark.parametrize("enable", [True, "true"])
def test_a_detector_that_is_updated_and_stays_enabled_is_not_critical(enable: object) -> None:
    assert call("UpdateDetector", {"enable": enable}).level == "medium"
    assert call("UpdateDetector", {"enable": False}).level == "critical"
    assert call("UpdateDetector", {"enable": enable, "dataSources": {"s3Logs": {"enable": False}}}).level == "high"


@pytest.mark.parametrize(
    "name", ["GetDetector", "ListFindings", "CreateDetector", "CreateSampleFindings", "TagResource"]
)
def test_reading_and_switching_on_stay_silent(name: str) -> None:
    assert not call(name).taken

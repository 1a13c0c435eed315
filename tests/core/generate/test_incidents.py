from __future__ import annotations

from typing import Any

import orjson
import pytest

from schemas.event import Event
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.generate import incidents
from streams.core.generate.estate import FINDINGS_BUCKET
from streams.core.generate.incidents import Scene
from streams.core.parsing.unwrap import unwrap
from streams.core.rules.load import load_rules
from streams.core.rules.trial import Trial, try_rule
from tests.core.generate.seeded import NOW_MS, chance, estate

RULES = {rule.id: rule for rule in load_rules([read_folder(shipped_folder())]).rules}
SCENE = Scene(estate().accounts[0], estate().regions[0], NOW_MS)


def tried(rule_id: str, record: dict[str, Any], *buckets: str) -> Trial:
    """What a shipped rule makes of a record; ``buckets`` are those that collect findings."""
    [event] = unwrap(orjson.dumps(record))
    assert isinstance(event, Event)
    rule = RULES[rule_id]
    trial = try_rule(rule.model_copy(update={"lists": rule.lists | {"guardduty-buckets": buckets}}), event)
    assert isinstance(trial, Trial)
    return trial


@pytest.mark.parametrize(
    ("record", "level"),
    [
        (incidents.update_detector(chance(), SCENE), "critical"),
        (incidents.update_detector(chance(), SCENE, enable=True), "medium"),
        (incidents.update_detector(chance(), SCENE, denied=True), "medium"),
        (incidents.delete_detector(chance(), SCENE), "critical"),
        (incidents.delete_detector(chance(), SCENE, denied=True), "medium"),
    ],
    ids=["off", "on", "off-denied", "deleted", "deleted-denied"],
)
def test_what_is_done_to_the_detector_fires_at_the_level_that_it_deserves(record: dict[str, Any], level: str) -> None:
    trial = tried("guardduty-collection-disabled", record)
    assert trial.taken
    assert trial.level == level


@pytest.mark.parametrize("denied", [True, False])
def test_a_policy_fires_on_the_bucket_of_findings_and_on_no_other(denied: bool) -> None:  # noqa: FBT001  # By name.
    record = incidents.put_bucket_policy(chance(), SCENE, FINDINGS_BUCKET, denied=denied)
    assert tried("guardduty-bucket-access-changed", record, FINDINGS_BUCKET).taken
    assert not tried("guardduty-bucket-access-changed", record, "another-bucket").taken


def test_a_detector_is_the_one_of_the_account_and_region() -> None:
    record = incidents.update_detector(chance(), SCENE)
    assert record["requestParameters"] == {"detectorId": SCENE.account.detectors[SCENE.region], "enable": False}
    assert (record["recipientAccountId"], record["awsRegion"]) == (SCENE.account.id, SCENE.region)


def test_stopping_a_trail_names_it_by_its_arn_and_alters_no_detector() -> None:
    record = incidents.stop_logging(chance(), SCENE, "audit")
    assert record["requestParameters"]["name"].endswith(f":{SCENE.account.id}:trail/audit")
    assert not tried("guardduty-collection-disabled", record).taken


@pytest.mark.parametrize(("succeeds", "said"), [(True, "Success"), (False, "Failure")])
def test_a_sign_in_says_whether_it_succeeded_and_with_what(succeeds: bool, said: str) -> None:  # noqa: FBT001  # By name.
    record = incidents.console_login(chance(), SCENE, mfa=False, succeeds=succeeds)
    assert record["responseElements"] == {"ConsoleLogin": said}
    assert record["additionalEventData"]["MFAUsed"] == "No"
    assert ("errorMessage" in record) is not succeeds

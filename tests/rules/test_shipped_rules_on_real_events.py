"""What the shipped rules take of real records and findings; collected only where the collection of them is there."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from schemas.event import Event, Kind
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.parsing.unwrap import unwrap
from streams.core.rules.load import load_rules
from streams.core.rules.trial import Trial, try_rule

CORPORA = Path(os.environ.get("GUARDSTREAM_CORPORA") or Path(__file__).parents[3] / "shared" / "corpora")
RECORD_FILES = sorted((CORPORA / "cloudtrail").glob("*.jsonl")) if CORPORA.is_dir() else []
FINDING_FILES = sorted((CORPORA / "guardduty").rglob("*.json*")) if CORPORA.is_dir() else []
RULES = {rule.id: rule for rule in load_rules([read_folder(shipped_folder())]).rules}

# Write operations that neither switch anything off nor change what GuardDuty knows.
HARMLESS = {"DeleteInvitations", "CreateSampleFindings"}

CHANGES = {
    "DeleteBucket", "DeleteBucketPolicy", "DeleteBucketPublicAccessBlock", "PutBucketAcl", "PutBucketLifecycle",
    "PutBucketLogging", "PutBucketPolicy", "PutBucketPublicAccessBlock",
}  # fmt: skip


@lru_cache(maxsize=4)
def events(path: Path) -> list[Event]:
    """Every event of a file of JSON lines, or of one JSON document."""
    content = path.read_bytes()
    parts = content.splitlines() if path.suffix == ".jsonl" else [content]
    return [one for part in parts for one in unwrap(part) if isinstance(one, Event)]


def taken(rule_id: str, event: Event) -> bool:
    trial = try_rule(RULES[rule_id], event)
    return isinstance(trial, Trial) and trial.taken


def is_write_to_guardduty(document: dict[str, Any]) -> bool:
    name = str(document.get("eventName"))
    reads = name.startswith(("Get", "List", "Describe"))
    return document.get("eventSource") == "guardduty.amazonaws.com" and not reads and name not in HARMLESS


def is_change_of_bucket(document: dict[str, Any]) -> bool:
    parameters = document.get("requestParameters")
    named = isinstance(parameters, dict) and isinstance(parameters.get("bucketName"), str)
    return named and document.get("eventSource") == "s3.amazonaws.com" and document.get("eventName") in CHANGES


if CORPORA.is_dir():

    @pytest.mark.parametrize("path", RECORD_FILES, ids=[path.name for path in RECORD_FILES])
    def test_the_collection_rule_takes_just_the_writes_to_guardduty_of_real_records(path: Path) -> None:
        for event in events(path):
            expected = event.kind is Kind.CLOUDTRAIL and is_write_to_guardduty(event.document)
            assert taken("guardduty-collection-disabled", event) == expected, event.document

    def test_the_collections_have_writes_to_guardduty_at_all() -> None:
        records = [event.document for path in RECORD_FILES for event in events(path)]
        assert sum(is_write_to_guardduty(document) for document in records) > 10

    @pytest.mark.parametrize("path", RECORD_FILES, ids=[path.name for path in RECORD_FILES])
    def test_the_bucket_rule_takes_changes_of_real_records_to_the_buckets_of_its_list_and_no_reads(path: Path) -> None:
        buckets = {
            bucket
            for event in events(path)
            if isinstance(parameters := event.document.get("requestParameters"), dict)
            and isinstance(bucket := parameters.get("bucketName"), str)
        }
        rule = RULES["guardduty-bucket-access-changed"]
        filled = rule.model_copy(update={"lists": {"guardduty-buckets": tuple(buckets)}})
        for event in events(path):
            trial = try_rule(filled, event)
            if isinstance(trial, Trial):
                assert trial.taken == is_change_of_bucket(event.document), event.document
            assert not taken(rule.id, event)

    @pytest.mark.parametrize("path", FINDING_FILES, ids=[str(path.relative_to(CORPORA)) for path in FINDING_FILES])
    def test_the_finding_rules_take_real_findings_by_role_and_type(path: Path) -> None:
        for event in events(path):
            if event.kind is not Kind.FINDING or not isinstance(try_rule(RULES["actor-identified"], event), Trial):
                continue
            detail = event.document["detail"]
            service = detail.get("service") or {}
            shown = not service.get("archived")
            assert taken("actor-identified", event) == (service.get("resourceRole") == "ACTOR" and shown)
            assert taken("phishing-attempt-identified", event) == ("PhishingDomainRequest" in detail["type"] and shown)

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson
import pytest

from schemas.event import Event, Kind
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.generate.calls import BACKGROUND
from streams.core.generate.cloudtrail import RecordGenerator
from streams.core.generate.estate import FINDINGS_BUCKET
from streams.core.parsing.cloudtrail import parse_cloudtrail
from streams.core.parsing.unwrap import unwrap
from streams.core.rules.load import load_rules
from streams.core.rules.trial import Trial, try_rule
from tests.core.generate.seeded import NOW_MS, chance, estate

RULES = {rule.id: rule for rule in load_rules([read_folder(shipped_folder())]).rules}


def records(count: int, **shares: float) -> list[dict[str, Any]]:
    """Some records, a second apart."""
    generator = RecordGenerator(chance(), estate(), **shares)  # type: ignore[arg-type]  # Only shares are given.
    return [generator.make(NOW_MS + number * 1_000) for number in range(count)]


def parsed(record: dict[str, Any]) -> dict[str, Any]:
    """What the worker parses from a record."""
    [event] = unwrap(orjson.dumps(record))
    assert isinstance(event, Event)
    assert event.kind is Kind.CLOUDTRAIL
    fields = parse_cloudtrail(event.document)
    assert isinstance(fields, dict)
    return fields


def test_the_same_seed_makes_the_same_records() -> None:
    assert records(50) == records(50)


def test_every_record_has_all_that_the_worker_looks_for() -> None:
    known = {account.id for account in estate().accounts}
    for record in records(500):
        fields = parsed(record)
        assert fields["account"] in known
        assert fields["region"] in estate().regions
        assert fields["principal"]
        assert fields["principal_type"] in {"AssumedRole", "IAMUser", "AWSService", "Root"}
        assert fields["source_address"]
        assert fields["user_agent"]


def test_no_blank_is_left_in_a_record() -> None:
    text = orjson.dumps(records(2_000)).decode()
    assert not [word for word in ("{account}", "{region}", "{digits}", "{name}", "{detector}") if word in text]


def test_no_two_records_share_an_event_id() -> None:
    assert len({record["eventID"] for record in records(1_000)}) == 1_000


def test_calls_come_in_their_shares_and_mostly_read() -> None:
    several = records(20_000)
    drawn = Counter((record["eventSource"], record["eventName"]) for record in several)
    total = sum(call.weight for call in BACKGROUND)
    for call in BACKGROUND[:12]:
        share = drawn[call.event_source, call.name] / 20_000
        assert share == pytest.approx(call.weight / total, abs=0.01)
    assert sum(record["readOnly"] for record in several) / 20_000 > 0.75


def test_two_or_three_in_a_hundred_are_refused() -> None:
    outcomes = Counter(parsed(record)["outcome"] for record in records(10_000))
    assert 0.015 < outcomes["denied"] / 10_000 < 0.03
    assert 0.005 < outcomes["error"] / 10_000 < 0.015


def test_identities_come_in_realistic_shares() -> None:
    types = Counter(record["userIdentity"]["type"] for record in records(10_000))
    assert types["AssumedRole"] > types["AWSService"] > types["IAMUser"] > types["Root"] > 0


def test_a_person_s_session_says_whether_there_was_a_second_factor() -> None:
    told = Counter(parsed(one)["mfa"] for one in records(5_000) if one["userIdentity"]["type"] == "IAMUser")
    assert set(told) == {True, False}


@pytest.mark.parametrize("rule", ["guardduty-collection-disabled", "guardduty-bucket-access-changed"])
def test_an_ordinary_day_fires_no_rule(rule: str) -> None:
    filled = RULES[rule].model_copy(update={"lists": RULES[rule].lists | {"guardduty-buckets": (FINDINGS_BUCKET,)}})
    for record in records(2_000):
        [event] = unwrap(orjson.dumps(record))
        assert isinstance(event, Event)
        trial = try_rule(filled, event)
        assert isinstance(trial, Trial)
        assert not trial.taken


def test_a_record_is_about_twelve_hundred_bytes() -> None:
    sizes = [len(orjson.dumps(record)) for record in records(2_000)]
    assert 1_100 < sum(sizes) / 2_000 < 1_800

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.event import Event
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.generate.cloudtrail import RecordGenerator
from streams.core.generate.estate import make_estate
from streams.core.generate.fast import fast_findings, fast_records
from streams.core.generate.findings import FindingGenerator
from streams.core.parsing.unwrap import unwrap
from streams.core.rules.load import load_rules
from streams.core.rules.trial import Trial, try_rule
from tests.core.generate.seeded import NOW_MS, chance, estate

RULES = {rule.id: rule for rule in load_rules([read_folder(shipped_folder())]).rules}


def findings(n: int, share: float = 0.5, seed: int = 1) -> list[tuple[bytes, bytes]]:
    return list(fast_findings(chance(seed), estate(), n, NOW_MS, 100, alerting_share=share))


def records(n: int, share: float = 0.001, seed: int = 1) -> list[tuple[bytes, bytes]]:
    return list(fast_records(chance(seed), estate(), n, NOW_MS, 100, alerting_share=share))


def fires(value: bytes, *rules: str) -> bool:
    """Whether one of the shipped rules takes an event."""
    [event] = unwrap(value)
    assert isinstance(event, Event)
    trials = [try_rule(RULES[rule], event) for rule in rules]
    assert all(isinstance(trial, Trial) for trial in trials)
    return any(isinstance(trial, Trial) and trial.taken for trial in trials)


def skeleton(value: Any) -> Any:
    """The names of a document's members at any depth, and the kinds of their values."""
    return {name: skeleton(member) for name, member in value.items()} if isinstance(value, dict) else type(value)


def test_the_same_seed_makes_the_same_bytes() -> None:
    assert findings(200) == findings(200)
    assert records(200) == records(200)
    assert findings(200) != findings(200, seed=2)


@pytest.mark.parametrize(
    ("n", "share", "alerting"), [(1_000, 0.5, 500), (999, 0.29, 290), (300, 0.0, 0), (300, 1.0, 300)]
)
def test_exactly_the_given_share_of_findings_fires_an_immediate_rule(n: int, share: float, alerting: int) -> None:
    immediate = ("phishing-attempt-identified", "actor-identified")
    assert sum(fires(value, *immediate) for _, value in findings(n, share)) == alerting


@pytest.mark.parametrize(("n", "share", "alerting"), [(2_000, 0.001, 2), (1_000, 0.05, 50)])
def test_exactly_the_given_share_of_records_disables_collection(n: int, share: float, alerting: int) -> None:
    assert sum(fires(value, "guardduty-collection-disabled") for _, value in records(n, share)) == alerting


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 60), st.floats(0, 1))
def test_the_share_is_exact_for_any_number_of_events(n: int, share: float) -> None:
    several = [orjson.loads(value)["detail"] for _, value in findings(n, share)]
    alerting = [
        detail
        for detail in several
        if detail["service"]["resourceRole"] == "ACTOR" or "PhishingDomainRequest" in detail["type"]
    ]
    assert len(alerting) == int(n * share + 0.5)


def test_findings_have_the_members_that_the_slow_generator_gives_them() -> None:
    slow = FindingGenerator(chance(), estate(), update_share=0)
    known: dict[str, list[Any]] = defaultdict(list)
    for _ in range(15_000):
        envelope = slow.make(NOW_MS)
        known[envelope["detail"]["type"]].append(skeleton(envelope))
    compared = 0
    for envelope in (orjson.loads(value) for _, value in findings(2_000)):
        if kinds := known[envelope["detail"]["type"]]:
            assert skeleton(envelope) in kinds
            compared += 1
    assert compared > 1_900


def test_records_have_members_that_the_slow_generator_gives_too() -> None:
    slow = RecordGenerator(chance(), estate())
    known = {(record["eventName"], frozenset(record)) for record in (slow.make(NOW_MS) for _ in range(20_000))}
    several = [orjson.loads(value) for _, value in records(2_000, 0)]
    strange = [record for record in several if (record["eventName"], frozenset(record)) not in known]
    assert len(strange) < 5


def test_no_hole_is_left_in_any_event() -> None:
    assert not [value for _, value in findings(2_000) + records(2_000) if b"%" in value]


def test_events_are_keyed_by_their_account_and_have_ids_of_their_own() -> None:
    several = [(key, orjson.loads(value)) for key, value in findings(1_000)]
    assert all(key.decode() == document["account"] == document["detail"]["accountId"] for key, document in several)
    assert len({document["detail"]["id"] for _, document in several}) == 1_000
    assert len({document["id"] for _, document in several}) == 1_000
    tried = [(key, orjson.loads(value)) for key, value in records(1_000)]
    assert all(key.decode() == record["recipientAccountId"] for key, record in tried)
    assert len({record["eventID"] for _, record in tried}) == 1_000


def test_time_goes_on_by_the_given_step() -> None:
    made = fast_findings(chance(), estate(), 50, NOW_MS + 7, 333.5, alerting_share=0)
    updated = [orjson.loads(value)["detail"]["updatedAt"] for _, value in made]
    instants = [round(datetime.fromisoformat(text).timestamp() * 1_000) for text in updated]
    assert instants == [NOW_MS + 7 + int(number * 333.5) for number in range(50)]


def test_a_skewed_account_has_its_share_of_events() -> None:
    skewed = make_estate(chance(), accounts=100, skew=0.8)
    first = skewed.accounts[0].id.encode()
    for made in (
        fast_findings(chance(), skewed, 5_000, NOW_MS, 1, alerting_share=0.5),
        fast_records(chance(), skewed, 5_000, NOW_MS, 1),
    ):
        assert Counter(key for key, _ in made)[first] / 5_000 == pytest.approx(0.8, abs=0.02)


def test_findings_spread_over_the_estate() -> None:
    keys = Counter(key for key, _ in findings(5_000))
    assert len(keys) == len(estate().accounts)

"""The pack agrees with the rule tests of two other projects on what is a threat; where not, the reason is written.

Collected only where the collection of their tests is there. A rule with a window agrees if the event counts.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import yaml

from schemas.event import Event
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.parsing.unwrap import unwrap
from streams.core.rules.load import load_rules
from streams.core.rules.trial import Trial, try_rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.rule import Rule

HERE = Path(__file__).parent
CORPORA = Path(os.environ.get("GUARDSTREAM_CORPORA") or HERE.parents[2] / "shared" / "corpora")
SHIPPED = load_rules([read_folder(shipped_folder())])
RULES = {rule.id: rule for rule in (*SHIPPED.rules, *SHIPPED.disabled)}
PANTHER = yaml.safe_load((HERE / "panther_threats.yml").read_text(encoding="utf-8"))
STREAMALERT = yaml.safe_load((HERE / "streamalert_threats.yml").read_text(encoding="utf-8"))

LEAST = 0.9
"""The share of their tests with which the pack has to agree."""


class Case(NamedTuple):
    """One of their tests: the rule or rules that it is for, its name, the event, and whether it must fire."""

    rule: str
    test: str
    event: dict[str, Any]
    fires: bool


def taken(rules: Iterable[str], event: dict[str, Any], lists: dict[str, Any]) -> bool:
    """Whether any of the rules takes or counts the event."""
    # Some of their events have no time that can be read, which no rule looks at.
    timed = event if "schemaVersion" in event else {**event, "eventTime": "2026-01-01T00:00:00Z"}
    for found in unwrap(orjson.dumps(timed)):
        assert isinstance(found, Event), found
        for name in rules:
            trial = try_rule(_filled(RULES[name], lists.get(name, {})), found)
            assert isinstance(trial, Trial), trial
            if trial.taken:
                return True
    return False


def _filled(rule: Rule, lists: dict[str, Any]) -> Rule:
    return rule.model_copy(update={"lists": rule.lists | {name: tuple(values) for name, values in lists.items()}})


def as_delivered(event: Any) -> bool:
    """Whether AWS delivers an event in this shape; some are other products', or a table's with lower-case names."""
    if not isinstance(event, dict):
        return False
    record = isinstance(event.get("eventName"), str) and isinstance(event.get("eventSource"), str)
    return record or ("schemaVersion" in event and "service" in event)


@lru_cache(maxsize=1)
def panther() -> tuple[Case, ...]:
    lines = (CORPORA / "panther_tests.jsonl").read_text(encoding="utf-8").splitlines()
    tests = [json.loads(line) for line in lines]
    return tuple(
        Case(test["rule_id"], test["test_name"], test["log"], test["expected_result"])
        for test in tests
        if "expected_result" in test and as_delivered(test["log"])
    )


@lru_cache(maxsize=1)
def streamalert() -> tuple[Case, ...]:
    lines = (CORPORA / "streamalert_tests.jsonl").read_text(encoding="utf-8").splitlines()
    cases = []
    for test in (json.loads(line) for line in lines):
        data = test["data"] or test["override_record"] or {}
        for event in data.get("Records", [data.get("detail", data)]):
            if as_delivered(event) and event["eventSource"] != "..." and not test["classify_only"]:
                names = test["trigger_rules"]
                cases.append(Case(names[0] if names else "", test["description"], event, bool(names)))
    return tuple(cases)


def explained(table: dict[str, Any]) -> Counter[tuple[str, str]]:
    """The disagreements that a table explains."""
    return Counter((entry["rule"], test) for entry in table["disagreements"] for test in entry["tests"])


def test_every_threat_is_mapped_to_rules_that_ship_and_every_reason_is_given() -> None:
    for table in (PANTHER, STREAMALERT):
        assert {name for names in table["threats"].values() for name in names} <= set(RULES)
        assert all(entry["because"] for entry in table["disagreements"])
        assert all(table["uncovered"].values())
        assert not set(table["threats"]) & set(table["uncovered"])


if CORPORA.is_dir():

    def test_every_rule_of_panther_with_events_of_aws_is_mapped_or_said_to_be_uncovered() -> None:
        assert {case.rule for case in panther()} <= set(PANTHER["threats"]) | set(PANTHER["uncovered"])

    def test_the_pack_agrees_with_nine_of_ten_tests_of_panther_and_each_of_the_others_is_explained() -> None:
        cases = [case for case in panther() if case.rule in PANTHER["threats"]]
        wrong = Counter(
            (case.rule, case.test)
            for case in cases
            if taken(PANTHER["threats"][case.rule], case.event, PANTHER["lists"]) != case.fires
        )
        assert wrong == explained(PANTHER)
        assert len(cases) > 200
        assert 1 - wrong.total() / len(cases) >= LEAST

    def test_what_is_mapped_is_most_of_what_panther_tests() -> None:
        mapped = [case for case in panther() if case.rule in PANTHER["threats"]]
        assert len(mapped) / len(panther()) > 0.65

    def test_the_pack_agrees_with_nine_of_ten_tests_of_streamalert_and_each_of_the_others_is_explained() -> None:
        left_out = {*STREAMALERT["uncovered"], *STREAMALERT["uncovered_tests"]}
        cases = [case for case in streamalert() if not {case.rule, case.test} & left_out]
        every = sorted({name for names in STREAMALERT["threats"].values() for name in names})
        wrong = Counter(
            (case.rule, case.test)
            for case in cases
            # A test that must not fire does not say for which rule it was made, so none of ours may.
            if taken(STREAMALERT["threats"].get(case.rule, every), case.event, {}) != case.fires
        )
        assert wrong == explained(STREAMALERT)
        assert len(cases) > 30
        assert 1 - wrong.total() / len(cases) >= LEAST

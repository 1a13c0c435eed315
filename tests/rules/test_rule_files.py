"""What every shipped rule's file has to have, and that docs/rules.md tells what is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from schemas.condition import Immediate
from schemas.tags import TACTICS
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.query import WHOLE_VALUE_FIELDS, warnings
from streams.core.rules.docs import lists_table, rules_table
from streams.core.rules.load import load_rules
from streams.core.rules.queries import compile_rule
from tests.rules.attack import TECHNIQUES

if TYPE_CHECKING:
    from schemas.rule import Rule

ROOT = Path(__file__).parents[2]
SHIPPED = load_rules([read_folder(shipped_folder())])
RULES = {rule.id: rule for rule in (*SHIPPED.rules, *SHIPPED.disabled)}
EVERY_RULE = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)

#: Findings have few classes and are indexed by their type and role as well; these two ask for a role and a name.
WITHOUT_PIN = {"actor-identified", "phishing-attempt-identified"}
#: Told by a role or a surge of any kind of finding.
WITHOUT_TECHNIQUE = {"actor-identified", "high-severity-after-release", "more-than-usual-high-severity"}


def test_every_rule_has_a_file_of_its_name() -> None:
    assert sorted(RULES) == sorted(path.stem for path in (ROOT / "deploy" / "rules").glob("*.yml"))


@EVERY_RULE
def test_tags_are_tactics_and_techniques_that_there_are(rule: Rule) -> None:
    assert len(set(rule.tags)) == len(rule.tags)
    names = [tag.removeprefix("attack.") for tag in rule.tags]
    assert all(tag.startswith("attack.") for tag in rule.tags)
    assert set(names) <= {*TACTICS, *TECHNIQUES}
    techniques = [name for name in names if name in TECHNIQUES]
    assert techniques or rule.id in WITHOUT_TECHNIQUE


@EVERY_RULE
def test_a_tactic_is_named_for_each_technique_and_none_without(rule: Rule) -> None:
    names = {tag.removeprefix("attack.") for tag in rule.tags}
    served = {name: set(TECHNIQUES[name]) for name in names if name in TECHNIQUES}
    assert all(names & tactics for tactics in served.values())


@EVERY_RULE
def test_a_query_pins_an_indexed_field_so_that_most_events_never_meet_it(rule: Rule) -> None:
    required = compile_rule(rule)[("query",)].required
    assert set(required) & set(WHOLE_VALUE_FIELDS) or rule.id in WITHOUT_PIN


@EVERY_RULE
def test_no_query_says_what_its_author_may_not_have_meant(rule: Rule) -> None:
    compiled = compile_rule(rule)
    for query in compiled.values():
        assert [warning for warning in warnings(query) if "a list is empty" not in warning] == []


@EVERY_RULE
def test_a_rule_alerts_by_account_so_that_a_person_knows_whom_to_call(rule: Rule) -> None:
    estate_wide = {
        "backdoor-ratio-too-high", "high-severity-after-release", "more-than-usual-high-severity", "no-guardduty-logs",
    }  # fmt: skip
    assert "account" in {key.name for key in rule.group_by} or rule.id in estate_wide


@EVERY_RULE
def test_a_runbook_is_numbered_steps_with_something_to_type_and_references_lead_to_aws(rule: Rule) -> None:
    steps = re.findall(r"^(\d+)\. ", rule.runbook, re.MULTILINE)
    assert steps == [str(number) for number in range(1, len(steps) + 1)]
    assert len(steps) >= 4
    assert all(reference.startswith("https://") for reference in rule.references)
    assert any("docs.aws.amazon.com" in reference for reference in rule.references)
    assert rule.labels["threat"]


@EVERY_RULE
def test_every_level_that_an_event_can_get_is_shown_by_a_test(rule: Rule) -> None:
    if isinstance(rule.condition, Immediate):
        shown = {test.level for test in rule.tests if test.expect == "fires"}
        assert {entry.level for entry in rule.levels} <= shown


def test_the_pages_tables_are_those_of_the_rules() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    for table in (rules_table, lists_table):
        assert table(RULES.values(), folder="../deploy/rules/") in page

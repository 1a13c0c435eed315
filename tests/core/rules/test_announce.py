from __future__ import annotations

from typing import Any

from schemas.applied import AppliedRules
from schemas.rule import Rule
from streams.core.rules.announce import announce, announce_all
from streams.core.rules.load import RuleFile, load_rules

TEXT = "{id: r, title: R, level: low, source: findings, query: 'type:x', condition: {type: immediate}}"


def applied(**changes: Any) -> AppliedRules:
    [rule] = load_rules([[RuleFile("r.yml", TEXT)]]).rules
    made = Rule.model_validate({**rule.model_dump(by_alias=True, mode="json"), **changes})
    return AppliedRules(effective_from=1_772_442_000_000, rules=(made,), measures=())


def test_a_worker_says_from_when_rules_hold_and_where_they_are_not_those_of_its_folders() -> None:
    folders = load_rules([[RuleFile("r.yml", TEXT)]])
    same = "1 applied rule holds from 2026-03-02T09:00:00Z on; the folders of this worker are not used"
    assert announce(applied(), folders) == announce(applied(level="high")) == same
    told = announce(applied(level="high"), folders)
    assert told.startswith(f"{same}. 1 of the rules in them is not among those applied")


def test_only_the_set_that_holds_last_is_compared_with_the_folders() -> None:
    folders = load_rules([[RuleFile("r.yml", TEXT)]])
    told = list(announce_all([applied(level="high"), applied(level="low", title="T")], folders))
    assert ["dry-run" in one for one in told] == [False, True]


def test_a_rule_that_only_was_applied_is_none_that_somebody_forgot() -> None:
    assert "dry-run" not in announce(applied(), load_rules([]))

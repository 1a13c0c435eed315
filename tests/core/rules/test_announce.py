from __future__ import annotations

from typing import Any

from schemas.applied import AppliedRules
from schemas.rule import Rule
from streams.core.rules.announce import announce
from streams.core.rules.load import RuleFile, load_rules

TEXT = "{id: r, title: R, level: low, source: findings, query: 'type:x', condition: {type: immediate}}"


def applied(**changes: Any) -> AppliedRules:
    [rule] = load_rules([[RuleFile("r.yml", TEXT)]]).rules
    made = Rule.model_validate({**rule.model_dump(by_alias=True, mode="json"), **changes})
    return AppliedRules(effective_from=1_772_442_000_000, rules=(made,), measures=())


def test_a_worker_says_from_when_rules_hold_and_where_they_are_not_those_of_its_folders() -> None:
    folders = load_rules([[RuleFile("r.yml", TEXT)]])
    assert announce(applied(), folders) == "1 applied rule holds from 2026-03-02T09:00:00Z on"
    told = announce(applied(level="high"), folders)
    assert "1 of them differs from the folders" in told
    assert "rules apply" in told

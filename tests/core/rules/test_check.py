"""What `rules check` tells."""

from __future__ import annotations

from streams.core.rules.check import check_rules
from streams.core.rules.load import RuleFile, load_rules

RULES = """\
- {id: b, title: B, level: high, source: findings, query: "type:@x", lists: {x: []}, condition: {type: immediate}}
- {id: a, title: A, level: low, source: findings, query: "*", condition: {type: more_than, threshold: 1, window: 5m}}
- {id: c, title: C, level: low, source: findings, query: "nothing:1", condition: {type: immediate}, enabled: false}
"""


def test_every_rule_is_told_with_level_condition_and_warnings_ordered_by_id() -> None:
    checked = check_rules(load_rules([[RuleFile("rules.yml", RULES)]]))
    assert [(rule.id, rule.level, rule.condition, rule.enabled, len(rule.warnings)) for rule in checked] == [
        ("a", "low", "more than 1 in 5 minutes", True, 0),
        ("b", "high", "at once", True, 1),
        ("c", "low", "at once", False, 0),
    ]

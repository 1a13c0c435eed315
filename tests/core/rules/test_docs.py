"""Rules as a page for people."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.rule import Rule
from streams.core.rules.docs import fires, levels, lists_table, rules_table, techniques, until_filled


def rule(**changes: Any) -> Rule:
    return Rule.model_validate(
        {
            "id": "root-key",
            "title": "Root | key",
            "level": "high",
            "source": "cloudtrail",
            "query": "eventName:CreateAccessKey",
            "condition": {"type": "immediate"},
            **changes,
        }
    )


LEVELS = [
    {"level": "critical", "when": "outcome:success", "because": "done"},
    {"level": "low", "when": "outcome:denied", "because": "denied"},
]


def test_a_rule_is_a_row_with_links_and_its_bars_are_escaped() -> None:
    table = rules_table([rule(tags=["attack.persistence", "attack.t1098.001"])], folder="rules/")
    assert table.splitlines()[2] == (
        "| [root-key](rules/root-key.yml) | high | Root \\| key | at once "
        "| [T1098.001](https://attack.mitre.org/techniques/T1098/001/) |"
    )


def test_rows_are_ordered_by_id_whatever_the_order_of_the_rules() -> None:
    rows = rules_table([rule(id="b"), rule(id="a")]).splitlines()[2:]
    assert [row.split("]")[0] for row in rows] == ["| [a", "| [b"]


def test_levels_name_the_lowest_and_the_highest_that_an_event_can_get() -> None:
    assert levels(rule()) == "high"
    assert levels(rule(levels=LEVELS)) == "high (low to critical)"


def test_what_is_off_is_said_to_be_off() -> None:
    assert fires(rule()) == "at once"
    assert fires(rule(enabled=False)) == "at once; off until enabled"


def test_tactics_and_other_tags_are_no_techniques() -> None:
    assert techniques(rule(tags=["attack.impact", "cis.t1485", "attack.g0014", "attack.t1485"])) == (
        "[T1485](https://attack.mitre.org/techniques/T1485/)"
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"query": "eventName:@names"}, "can't match"),
        ({"query": "eventName:@names", "enabled": False}, "is off"),
        (
            {"query": "eventName:A AND NOT account:@names"},
            "works; what the list names makes it fire on more, or on less",
        ),
        ({"levels": [{"level": "low", "when": "account:@names", "because": "ours"}]}, "works; levels don't know them"),
    ],
)
def test_a_rule_with_an_empty_list_says_what_it_does_until_the_list_is_filled(
    changes: dict[str, Any], words: str
) -> None:
    assert until_filled(rule(lists={"names": []}, **changes)) == words


def test_only_rules_with_empty_lists_are_in_their_table() -> None:
    filled = rule(id="filled", query="eventName:@names", lists={"names": ["A"]})
    empty = rule(query="eventName:@names OR eventName:B", lists={"names": [], "more": ["A"]})
    rows = lists_table([filled, empty]).splitlines()[2:]
    assert len(rows) == 1
    assert rows[0].startswith("| [root-key](root-key.yml) | `names` |")

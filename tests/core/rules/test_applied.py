"""Changes that commands made, put on the rules of the folders."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.applied import Change
from schemas.errors import GuardstreamError
from schemas.rule import Rule, RuleOverride
from streams.core.rules.applied import changed_rules, without_orphans


def rule(name: str) -> Rule:
    return Rule.model_validate(
        {
            "id": name,
            "title": name,
            "level": "low",
            "source": "findings",
            "query": "*",
            "condition": {"type": "immediate"},
        }
    )


def change(name: str, **what: Any) -> Change:
    override = RuleOverride.model_validate({"override": name, **what})
    return Change(override=override, reason="noise", at="2026-11-24T07:00:00+00:00")


def test_changes_of_rules_that_are_gone_are_told_from_those_that_stay() -> None:
    changes = [change("a", level="high"), change("gone", level="high"), change("a", enabled=False)]
    kept, orphans = without_orphans([rule("a"), rule("b")], changes)
    assert kept == [changes[0], changes[2]]
    assert orphans == [changes[1]]


def test_changes_are_put_on_in_order() -> None:
    [first, second] = changed_rules([rule("a"), rule("b")], [change("a", level="high"), change("a", level="medium")])
    assert (first.level, second.level) == ("medium", "low")


def test_a_change_that_fits_no_rule_says_which_change_and_rule_and_no_line_of_a_file() -> None:
    with pytest.raises(GuardstreamError) as told:
        changed_rules([rule("a")], [change("a", level="high"), change("a", threshold=3)])
    assert str(told.value) == "change 2, rule a: a has no threshold to override: its condition is immediate"

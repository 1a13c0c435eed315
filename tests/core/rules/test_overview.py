"""Rules as rows of a list."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from streams.core.rules.overview import Wanted, list_rules
from tests.core.rules.rule_files import CALL, override_text, rule_set, rule_text

TODAY = dt.date(2026, 11, 24)
RULES = rule_set(
    rule_text(
        levels=[{"level": "critical", "when": "region:x"}], tests=[{"name": "n", "event": CALL, "expect": "fires"}]
    ),
    rule_text(id="b-rule", source="findings", query="*", tags=["attack.t1562.008"], enabled=False),
    override_text(
        exceptions=[{"query": "region:a", "reason": "r", "until": day} for day in ("2026-11-24", "2026-11-25")],
        dry_run=True,
        tests=[{"name": "o", "event": CALL, "expect": "fires"}],
    ),
)


def test_a_row_has_what_a_person_asks_first() -> None:
    [row, other] = list_rules(RULES, Wanted(), TODAY)
    assert (row.id, row.condition, row.tests, row.state) == ("a-rule", "at once", 2, "dry run")
    assert [entry.ends for entry in row.exceptions] == ["EXPIRED 2026-11-24", "until 2026-11-25"]
    assert (row.file, row.line, other.state) == ("1/rules.yml", 1, "disabled")


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({"level": "critical"}, ["a-rule"]),
        ({"level": "low"}, ["a-rule", "b-rule"]),
        ({"source": "findings"}, ["b-rule"]),
        ({"tag": "attack.t1562"}, ["b-rule"]),
        ({"tag": "ATTACK.T1562.008"}, ["b-rule"]),
        ({"tag": "attack.t156"}, []),
        ({"disabled": True}, ["b-rule"]),
        ({"disabled": True, "source": "cloudtrail"}, []),
    ],
)
def test_rules_are_chosen_by_level_source_tag_and_being_off(wanted: dict[str, Any], ids: list[str]) -> None:
    assert [row.id for row in list_rules(RULES, Wanted(**wanted), TODAY)] == ids

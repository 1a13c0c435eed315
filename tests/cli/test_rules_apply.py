"""What `rules except` and `rules override` refuse before they ask a broker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas.applied import Change
from schemas.rule import RuleOverride
from streams.cli.rules_apply import told
from tests.cli.offline import Offline

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--reason", " "], "--reason is empty: say why, for whoever asks in a year"),
        (["--reason", "x", "--until", "soon"], "--until: 'soon' is no day: write it as 2027-01-31"),
        (["--reason", "x", "--until", "2020-01-01"], "--until 2020-01-01: that day has come"),
    ],
)
def test_an_exception_that_is_none_is_refused_in_words_for_people(
    tmp_path: Path, options: list[str], says: str
) -> None:
    assert Offline(tmp_path).run("rules", "except", "a-rule", "x:1", *options, code=2).startswith(says)


def test_an_override_that_is_none_is_refused_in_words_for_people(tmp_path: Path) -> None:
    output = Offline(tmp_path).run("rules", "override", "A Rule", "--level", "low", "--reason", "x", code=2)
    assert "has to be lower-case words and numbers joined by single hyphens" in output


def test_a_change_is_told_as_it_was_asked_for() -> None:
    override = RuleOverride.model_validate(
        {"override": "a", "threshold": 200.0, "exceptions": [{"query": "x:1", "reason": "ours", "until": "2027-01-31"}]}
    )
    change = Change(override=override, reason="ours", at="2026-11-24T07:00:00+00:00", owner="Ann")
    assert told(change) == "a: threshold: 200, except x:1 until 2027-01-31 (ours; 2026-11-24T07:00:00Z, Ann)"

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.core.board.runbook import steps_of


def test_an_indented_line_goes_on_with_its_step_and_backticks_mark_what_is_typed() -> None:
    runbook = "1. Is it on? `aws guardduty list-detectors`, then look\n   closer.\n\n2. `guardstream doctor`\n"
    assert steps_of(runbook) == [
        [("1. Is it on? ", False), ("aws guardduty list-detectors", True), (", then look closer.", False)],
        [("2. ", False), ("guardstream doctor", True)],
    ]


def test_a_backtick_without_its_other_is_text() -> None:
    assert steps_of("it`s") == [[("it`s", False)]]


@given(st.text())
def test_no_word_is_lost(runbook: str) -> None:
    told = " ".join("".join(text for text, _ in step) for step in steps_of(runbook))
    assert told.replace("`", "").split() == runbook.replace("`", "").split()

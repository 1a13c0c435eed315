from __future__ import annotations

from typing import Any

import pytest

from schemas.event import Event, Kind
from streams.core.alerts.explain import EventVerdict, explain_event
from streams.core.alerts.uphold import Outcome, uphold_event, uphold_window
from streams.core.conditions.verdict import Verdict, untellable
from streams.core.replay.recount import Pane, Recounted
from tests.core.replay.cases import CALL, rule_of

BURST = rule_of({"type": "more_than", "threshold": 2, "window": "5m"}, **{"group-by": ["account"]})
LOGIN = rule_of({"type": "immediate"}, query="event_name:ConsoleLogin", **{"group-by": ["account"]})
USUAL = rule_of({"type": "more_than_usual", "threshold": 2, "window": "1h"}, **{"group-by": ["account"]})
FIRES = Verdict(holds=True, measured={"count": 3, "threshold": 2}, words="3 in 5m", value=3)
SILENT = Verdict(holds=False, measured={"count": 1, "threshold": 2}, words="1 in 5m", value=1)


def alert(status: str = "firing", level: str = "low", count: int = 3, account: str = "111122223333") -> dict[str, Any]:
    return {
        "status": status,
        "rule": {"id": "r", "level": level},
        "group": {"account": account},
        "measured": {"count": count, "threshold": 2},
    }


def again(verdict: Verdict | None, late: Verdict | None = None, *, complete: bool = True) -> Recounted:
    return Recounted(10, (), verdict, late or verdict, complete)


def event_verdict() -> EventVerdict:
    verdict = explain_event(LOGIN, Event(Kind.CLOUDTRAIL, CALL, 0), {})
    assert isinstance(verdict, EventVerdict)
    return verdict


def test_an_event_upholds_an_alert_of_its_group_and_level_only() -> None:
    outcomes = [uphold_event(one, LOGIN, event_verdict()) for one in (alert(), alert(level="high"), alert(account="1"))]
    assert [one.outcome for one in outcomes] == [Outcome.SAME, Outcome.DIFFERENT, Outcome.DIFFERENT]
    assert "level low and not high" in outcomes[1].words
    other = rule_of({"type": "immediate"}, query="event_name:PutObject", **{"group-by": ["account"]})
    refuted = explain_event(other, Event(Kind.CLOUDTRAIL, CALL, 0), {})
    assert isinstance(refuted, EventVerdict)
    assert uphold_event(alert(), other, refuted).words.endswith("the query does not match")
    assert uphold_event(alert(), LOGIN, None).outcome is Outcome.UNTOLD


@pytest.mark.parametrize(
    ("versions", "counted", "outcome", "words"),
    [
        ([alert()], again(FIRES), Outcome.SAME, "3 in 5m"),
        ([alert(count=4)], again(FIRES), Outcome.DIFFERENT, "count is 3"),
        ([alert(level="high")], again(FIRES), Outcome.DIFFERENT, "level low and not high"),
        ([alert()], again(SILENT), Outcome.DIFFERENT, "1 in 5m"),
        ([alert()], again(SILENT, complete=False), Outcome.UNTOLD, "not all"),
        ([alert()], again(FIRES, complete=False), Outcome.SAME, "3 in 5m"),
        ([alert()], again(None), Outcome.UNTOLD, "no more"),
        ([alert()], None, Outcome.UNTOLD, "no more"),
        ([alert()], again(untellable({}, "3", "of buckets")), Outcome.UNTOLD, "of buckets"),
        ([alert("inconclusive"), alert()], again(FIRES), Outcome.UNTOLD, "nobody could tell"),
        # What resolved it says nothing of the window in which it fired.
        ([alert("resolved", count=0)], again(FIRES), Outcome.SAME, "3 in 5m"),
        ([alert("amended")], again(SILENT, FIRES), Outcome.SAME, "came late"),
        ([alert("amended")], again(SILENT, SILENT), Outcome.DIFFERENT, "1 in 5m"),
        ([alert(), alert("amended", count=1)], again(FIRES, SILENT), Outcome.SAME, "amended by late events: 1 in 5m"),
        ([alert()], again(FIRES, SILENT), Outcome.DIFFERENT, "amended by late events: 1 in 5m"),
    ],
)
def test_a_window_upholds_an_alert_that_says_what_is_counted_again(
    versions: list[dict[str, Any]], counted: Recounted | None, outcome: Outcome, words: str
) -> None:
    told = uphold_window(versions, BURST, counted, exact=True)
    assert told.outcome is outcome
    assert words in told.words


def test_by_another_revision_of_the_rule_only_whether_it_fires_is_compared() -> None:
    assert uphold_window([alert(count=9, level="high")], BURST, again(FIRES), exact=False).outcome is Outcome.SAME


@pytest.mark.parametrize(
    ("windows", "counted", "complete", "outcome"),
    [(1, 3, True, Outcome.SAME), (1, 2, True, Outcome.DIFFERENT), (1, 2, False, Outcome.UNTOLD),
     (3, 3, True, Outcome.UNTOLD)],
)  # fmt: skip
def test_of_an_alert_by_what_was_learned_the_counts_are_made_again(
    windows: int,
    counted: int,
    complete: bool,  # noqa: FBT001 - a case
    outcome: Outcome,
) -> None:
    measured = {"count": 3, "windows": windows, "bound": 3, "history": "21d"}
    said = {**alert(), "measured": measured, "window": {"start": "1970-01-01T00:02:00Z", "end": "1970-01-01T00:10:00Z"}}
    # What came before the window began is none of it.
    panes = (Pane(1, 50, 0), Pane(2, 1, 4), Pane(9, counted - 1, 0))
    conclusion = uphold_window([said], USUAL, Recounted(10, panes, None, None, complete), exact=True)
    assert conclusion.outcome is outcome
    assert f"{counted} counted again" in conclusion.words
    assert "the limit was 3, learned from 21d" in conclusion.words

"""Which set of rules an event or a window is judged by, and since when a measure is counted."""

from __future__ import annotations

from typing import Any

from schemas.rule import Rule
from streams.core.rules.plan import Plan, make_plan
from streams.core.rules.timeline import Timeline

MINUTE = 60_000
DELAY = 15 * MINUTE
MORE = {"type": "more_than", "threshold": 1, "window": "5m"}
SILENT = {"type": "less_than", "threshold": 1, "window": "5m"}


def plan(*rules: tuple[str, dict[str, Any]], query: str = "*") -> Plan:
    made = [
        Rule.model_validate(
            {"id": name, "title": name, "level": "low", "source": "cloudtrail", "query": query, "condition": condition}
        )
        for name, condition in rules
    ]
    return make_plan(made, ())


def test_the_first_revision_holds_for_all_time_before_the_second_and_each_until_the_next() -> None:
    timeline = Timeline(plan(), {"cloudtrail": DELAY})
    for minute in (10, 20):
        timeline.add(minute * MINUTE, plan(), str(minute))
    found = [timeline.at(at).name for at in (-1, 0, 10 * MINUTE - 1, 10 * MINUTE, 20 * MINUTE, 10**15)]
    assert found == ["start", "start", "start", "10", "20", "20"]


def test_a_revision_for_an_instant_before_the_last_takes_the_lasts_place() -> None:
    timeline = Timeline(plan(), {"cloudtrail": DELAY})
    timeline.add(20 * MINUTE, plan(), "first thought")
    timeline.add(15 * MINUTE, plan(), "second thought")
    assert [timeline.at(at * MINUTE).name for at in (14, 15, 25)] == ["start", "second thought", "second thought"]


def test_what_is_counted_anew_knows_nothing_before_and_what_goes_on_does() -> None:
    timeline = Timeline(plan(("old", MORE)), {"cloudtrail": DELAY})
    timeline.add(100 * MINUTE, plan(("old", MORE), ("silent", SILENT)), "second")
    rules = {
        one.rule.id: one.since
        for basis in ("event_time", "arrival")
        for one in timeline.at(100 * MINUTE).windowed_of("cloudtrail", basis)
    }
    # By arrival come, for the allowed delay, events of the time before, which the first revision was asked about.
    assert rules == {"old": 0, "silent": 115}
    timeline.add(200 * MINUTE, plan(("silent", SILENT)), "third")
    [silent] = timeline.at(200 * MINUTE).windowed_of("cloudtrail", "arrival")
    assert silent.since == 115

"""The life of windowed alerts: each episode fires once and is resolved once."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.alert import Alert
from streams.core.conditions.step import Share, learns, step
from streams.core.windows.clock import MINUTE
from streams.core.windows.memories import Memories
from streams.core.windows.partials import Counts, Partial
from streams.core.windows.state import WindowState
from tests.core.conditions.windows import ALONE, FIRST, message, run, windowed

MORE = windowed({"type": "more_than", "threshold": 2, "window": "3m"}, **{"group-by": ["account"]})
SILENT = windowed({"type": "less_than", "threshold": 1, "window": "3m", "judged-on": "arrival"})


def of(*counts: int, group: Any = ("1",)) -> list[dict[str, Any]]:
    return [{"m": {group: count}} for count in counts]


def test_an_episode_fires_once_stays_and_is_resolved_once() -> None:
    alerts = run(MORE, of(0, 3, 1, 0, 0, 0, 3, 0, 0, 0))
    assert [alert["status"] for alert in alerts] == ["firing", "resolved", "firing", "resolved"]
    first, resolved, second, _ = alerts
    assert first["alert_id"] == resolved["alert_id"] != second["alert_id"]
    assert len({alert["fingerprint"] for alert in alerts}) == 1
    assert first["starts_at"] == resolved["starts_at"]
    assert (first["window"], first["ends_at"]) == (resolved["window"], None)
    assert (first["measured"], resolved["measured"]) == ({"count": 3, "threshold": 2}, {"count": 1, "threshold": 2})


def test_an_alert_says_what_was_measured_where_the_events_stand_and_fits_the_schema() -> None:
    [alert] = run(MORE, of(0, 2, 1))
    Alert.model_validate(orjson.loads(orjson.dumps(alert)))
    assert alert["group"] == {"account": "1"}
    assert alert["summary"] == "R: 3 in 3m, more than 2 (account 1)"
    assert alert["evidence"]["total"] == 3
    assert [(item["offset"], item["role"]) for item in alert["evidence"]["items"]] == [
        (100, "counted"),
        (200, "counted"),
    ]


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 3)] * 2), max_size=25))
def test_firing_and_resolved_alternate_for_each_group_and_follow_the_counts(minutes: list[tuple[int, int]]) -> None:
    alerts = run(MORE, [{"m": {("1",): one, ("2",): two}} for one, two in minutes])
    for place, name in enumerate("12"):
        counts = [minute[place] for minute in minutes]
        holds = [sum(counts[max(0, end - 3) : end]) > 2 for end in range(1, len(counts) + 1)]
        changes = [now for before, now in zip([False, *holds], holds, strict=False) if before != now]
        statuses = [alert["status"] for alert in alerts if alert["group"] == {"account": name}]
        assert statuses == ["firing" if fires else "resolved" for fires in changes]


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=20), st.integers(0, 20))
def test_messages_that_come_again_change_no_alert(counts: list[int], place: int) -> None:
    state = WindowState()
    alerts = []
    log = [message(number, number, one) for number, one in enumerate(of(*counts))]
    for offset, partial in enumerate([*log[:place], *log[:place], *log[place:]]):
        state.take(Partial.decode(partial.encode()), offset)
        for end in state.due("in", "event_time", 0):
            alerts += step(MORE, state, ALONE, end, 0).alerts
    assert alerts == run(MORE, of(*counts))


def test_an_episode_restored_from_json_is_resolved_like_one_that_never_left_memory() -> None:
    state = WindowState()
    [fired] = run(MORE, of(0, 3), state)
    restored = Memories()
    for key, memory in state.memories:
        restored.place(*key, orjson.loads(orjson.dumps(memory)))
    state.memories = restored
    [resolved] = step(MORE, state, ALONE, FIRST + 30, 0).alerts
    assert (resolved["alert_id"], resolved["status"]) == (fired["alert_id"], "resolved")
    assert "alert" not in (state.memories.get("r/more_than", ("1",)) or {})
    assert set(state.memories.changed) == {("r/more_than", ("1",))}


def test_a_firing_group_is_judged_even_when_its_rows_are_gone() -> None:
    state = WindowState()
    run(MORE, of(0, 3), state)
    for row in list(state.series.measures["m"][("1",)]):
        state.series.drop("m", row)
    [resolved] = step(MORE, state, ALONE, FIRST + 30, 0).alerts
    assert resolved["status"] == "resolved"


def test_silence_fires_after_a_whole_window_that_was_watched_and_resolves_with_the_first_event() -> None:
    alerts = run(SILENT, of(5, 0, 0, 0, 0, 1, group=()))
    assert [(alert["status"], alert["measured"]["count"]) for alert in alerts] == [("firing", 0), ("resolved", 1)]
    assert alerts[0]["window"]["start"] == alerts[0]["starts_at"][:14] + f"{(FIRST + 1) % 60:02d}:00.000Z"


def test_silence_before_anything_was_watched_says_nothing() -> None:
    assert run(SILENT, of(0, 0, group=())) == []
    [alert] = run(SILENT, of(0, 0, 0, 0, group=()))
    assert alert["status"] == "firing"


def test_silence_is_not_judged_while_a_source_partition_is_missing() -> None:
    state = WindowState()
    for place in range(30):
        partial = message(place, place, {})
        partial.of = 2
        state.take(partial, place)
        assert not state.due("in", "arrival", 0)


def test_an_event_of_the_future_neither_fires_nor_resolves_anything_now() -> None:
    state = WindowState()
    [fired] = run(MORE, of(0, 3), state)
    far = Partial("in", 0, 1, 2, 3, 0, (FIRST + 3) * MINUTE, {"m": {("1",): Counts([(FIRST + 40_000_000, 9)])}})
    state.take(far, 2)
    assert [step(MORE, state, ALONE, end, 0).alerts for end in state.due("in", "event_time", 0)] == [[]]
    assert (state.memories.get("r/more_than", ("1",)) or {})["alert"] == fired


def test_late_events_change_no_window() -> None:
    state = WindowState()
    late = Partial(
        "in", 0, 1, 0, 1, FIRST * MINUTE, (FIRST + 9) * MINUTE, {"m": {("1",): Counts([], [(FIRST + 3, 99, 0)])}}
    )
    state.take(late, 0)
    assert [step(MORE, state, ALONE, end, 0).alerts for end in state.due("in", "event_time", 0)] == [[]] * 8


def test_a_rule_without_groups_is_judged_by_one_partition_alone() -> None:
    state = WindowState()
    state.take(message(0, 0, {}), 0)
    fired = [bool(step(SILENT, state, Share(place, 5), FIRST + 9, 0).alerts) for place in range(5)]
    assert fired.count(True) == 1


def test_expected_groups_are_missed_by_one_partition_each_though_nothing_was_ever_counted() -> None:
    accounts = [str(number) for number in range(20)]
    condition = {"type": "less_than", "threshold": 1, "window": "3m", "expect": {"account": accounts}}
    rule = windowed(condition, **{"group-by": ["account"]})
    missed = [
        alert["group"]["account"]
        for place in range(4)
        for alert in step(rule, WindowState(), Share(place, 4), FIRST, 0).alerts
    ]
    assert sorted(missed) == sorted(accounts)


def test_every_ratio_with_something_under_it_is_reported_also_where_nothing_fires() -> None:
    rule = windowed({"type": "ratio", "of": "*", "threshold": 0.5, "window": "3m"}, **{"group-by": ["account"]})
    state = WindowState()
    state.take(message(0, 0, {"m": {("1",): 1, ("2",): 3}, "of": {("1",): 4, ("2",): 4}}), 0)
    judged = step(rule, state, ALONE, FIRST + 1, 0)
    assert {group: measured["value"] for _, group, _, measured in judged.ratios} == {("1",): 0.25, ("2",): 0.75}
    assert [alert["group"] for alert in judged.alerts] == [{"account": "2"}]
    assert step(rule, state, ALONE, FIRST + 50, 0).ratios == []


def test_only_rules_that_compare_with_what_is_usual_learn() -> None:
    usual = windowed({"type": "more_than_usual", "threshold": 1, "window": "1h"})
    assert learns(usual)
    assert learns(windowed({"type": "less_than_usual", "window": "1h"}))
    assert not learns(MORE)

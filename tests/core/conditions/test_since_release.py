"""Conditions that are limited to the time since a release, against a plain fold over counts and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.alert import Alert
from schemas.tag import LifecycleTag
from streams.core.conditions.amend import amend
from streams.core.conditions.since_release import limited
from streams.core.conditions.step import step
from streams.core.conditions.stuck import doubt_silence
from streams.core.parsing.times import to_rfc3339
from streams.core.tags.near import TagTimes
from streams.core.windows.clock import MINUTE
from streams.core.windows.partials import Counts
from streams.core.windows.state import WindowState
from tests.core.conditions.windows import ALONE, FIRST, message, windowed

if TYPE_CHECKING:
    from streams.core.conditions.windowed import WindowedRule

WITHIN, WINDOW = 6, 4
LIMIT = {"since-release": {"within": f"{WITHIN}m", "application": ["shop"]}}
MORE: dict[str, Any] = {"type": "more_than", "threshold": 2, "window": f"{WINDOW}m", **LIMIT}
CONDITIONS: dict[str, dict[str, Any]] = {
    "more_than": MORE,
    "less_than": {**MORE, "type": "less_than", "judged-on": "event_time"},
    "ratio": {**MORE, "type": "ratio", "of": "*", "threshold": 0.5},
    "time_relative": {**MORE, "type": "time_relative", "before": "1h", "when-zero": "fires"},
}
Counted = list[tuple[int, int]]


def tag(seconds: float, name: str = "shop 1", **changes: Any) -> LifecycleTag:
    """A release of the shop, so long after the first minute."""
    started = to_rfc3339(int(FIRST * MINUTE + seconds * 1000))
    return LifecycleTag.model_validate(
        {"id": name.replace(" ", "-"), "name": name, "applications": ("shop",), "started_at": started, **changes}
    )


def times_of(*tags: LifecycleTag) -> TagTimes:
    times = TagTimes(0)
    for one in tags:
        times.put(one)
    return times


def run(
    rule: WindowedRule, minutes: Counted, tags: TagTimes, state: WindowState | None = None, begin: int = 0
) -> list[dict[str, Any]]:
    """The alerts over consecutive minutes, each with what the query and the ratio's whole counted."""
    state = state or WindowState()
    alerts = []
    for place, (count, of) in enumerate(minutes, begin):
        state.take(message(place, place, {"m": {(): count}, "of": {(): of}}), place)
        for end in state.due("in", rule.basis, 0):
            alerts += step(limited(rule, tags, end), state, ALONE, end, state.sources["in"].known_from()).alerts
    return alerts


def told(alerts: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Of each alert its status, release, and when it fired or was over."""
    return [(one["status"], one["release"]["name"], one["ends_at"] or one["starts_at"]) for one in alerts]


def at(minute: int) -> str:
    return to_rfc3339((FIRST + minute) * MINUTE)


def holds(kind: str, minutes: Counted, first: int, end: int) -> bool:
    """The condition on the minutes ``[first, end)``, as a person would say it."""
    low = max(first, end - WINDOW)
    counts, wholes = [one for one, _ in minutes], [of for _, of in minutes]
    if kind == "less_than":
        return first <= end - WINDOW and sum(counts[low:end]) < 2
    if kind == "ratio":
        return sum(wholes[low:end]) > 0 and sum(counts[low:end]) / sum(wholes[low:end]) > 0.5
    if kind == "time_relative":
        before = sum(counts[low - 60 : end - 60])
        return low >= 60 and (sum(counts[low:end]) > 2 * before if before else sum(counts[low:end]) > 0)
    return sum(counts[low:end]) > 2


def fold(kind: str, minutes: Counted, tags: list[LifecycleTag]) -> list[tuple[str, str, str]]:
    """What must come of it, from counts and tags alone."""
    found: list[tuple[str, str, str]] = []
    fires: str | None = None
    for end in range(len(minutes) + 1):
        begun = [(-(-int(one.id.split("-")[1]) // 60), one) for one in tags if "shop" in one.applications]
        begun = [(first, one) for first, one in begun if first < end]
        newest = max(begun, key=lambda one: (one[1].started_at, [-ord(char) for char in one[1].id]), default=None)
        current = None if newest is None or end > newest[0] + WITHIN else newest
        now = current is not None and holds(kind, minutes, current[0], end)
        if fires is not None and (current is None or current[1].name != fires):
            found.append(("resolved", fires, at(end)))
            fires = None
        if current is not None and now != (fires is not None):
            found.append(("firing" if now else "resolved", current[1].name, at(end)))
            fires = current[1].name if now else None
    return found


RELEASES = st.lists(
    st.tuples(st.integers(0, 75 * 60), st.sampled_from([("shop",), ("cart", "shop"), ("cart",)])),
    max_size=5,
    unique_by=lambda one: one[0],
)


@pytest.mark.parametrize("kind", CONDITIONS)
@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=20, max_size=80), RELEASES, st.integers(0, 80)
)
def test_what_fires_and_ends_is_what_a_plain_fold_says_also_with_a_restart_in_between(
    kind: str, minutes: Counted, releases: list[tuple[int, tuple[str, ...]]], cut: int
) -> None:
    tags = [tag(began, f"r {began}", applications=of) for began, of in releases]
    rule = windowed(CONDITIONS[kind])
    state = WindowState()
    alerts = run(rule, minutes[:cut], times_of(*tags), state)
    # Whoever goes on has the memories as JSON, and reads the tags anew, in another order.
    for (name, group), memory in list(state.memories):
        state.memories.place(name, group, orjson.loads(orjson.dumps(memory)))
    alerts += run(rule, minutes[cut:], times_of(*reversed(tags)), state, min(cut, len(minutes)))
    assert told(alerts) == fold(kind, minutes, tags)
    for alert in alerts:
        Alert.model_validate(orjson.loads(orjson.dumps(alert)))


def test_minutes_before_a_release_and_the_one_in_which_it_begins_do_not_count() -> None:
    minutes = [(5, 0), (5, 0), (1, 0), (1, 0), (1, 0), (0, 0)]
    [alert] = run(windowed(MORE), minutes, times_of(tag(90)))
    assert alert["starts_at"] == at(5)
    assert alert["window"] == {"start": at(2), "end": at(5)}
    assert alert["release"] == {"id": "shop-1", "name": "shop 1", "started_at": to_rfc3339(FIRST * MINUTE + 90_000)}
    assert alert["measured"] == {"count": 3, "threshold": 2}
    assert alert["summary"] == "R: 3 in 3m, more than 2, since shop 1 began"
    assert [item["offset"] for item in alert["evidence"]["items"]] == [200, 300, 400]


def test_without_a_release_nothing_fires_and_nothing_is_remembered() -> None:
    state = WindowState()
    others = [tag(0, "cart", applications=("cart",)), tag(0, "sale", kind="campaign"), tag(0, "all", applications=())]
    assert run(windowed(MORE), [(9, 0)] * 12, times_of(*others), state) == []
    assert run(windowed(MORE), [(9, 0)] * 3, times_of(), state, 12) == []
    assert len(state.memories) == 0


WANTED: list[dict[str, Any]] = [
    {"environment": ["live"]}, {"environment": ["test"]}, {"kind": ["rollback"]}, {"kind": ["config", "deploy"]},
]  # fmt: skip


def test_a_release_is_of_a_kind_and_to_an_environment() -> None:
    rules = [windowed({**MORE, "since-release": {"within": "5m", **wanted}}) for wanted in WANTED]
    fires = [bool(run(rule, [(3, 0)] * 3, times_of(tag(0, environment="live")))) for rule in rules]
    assert fires == [True, False, False, True]


def test_an_alert_ends_with_the_time_of_its_release_whatever_it_is_patient_for() -> None:
    alerts = run(windowed({**MORE, "keep-firing-for": "10m"}), [(9, 0)] * 10, times_of(tag(0)))
    assert told(alerts) == [("firing", "shop 1", at(1)), ("resolved", "shop 1", at(WITHIN + 1))]
    assert alerts[1]["summary"] == "Resolved: R: shop 1 began 6m ago"


def test_the_next_release_resolves_the_alert_of_the_one_before_and_has_one_of_its_own() -> None:
    alerts = run(windowed(MORE), [(9, 0)] * 4, times_of(tag(0), tag(120, "shop 2")))
    assert told(alerts) == [
        ("firing", "shop 1", at(1)), ("resolved", "shop 1", at(3)), ("firing", "shop 2", at(3)),
    ]  # fmt: skip
    assert alerts[1]["summary"] == "Resolved: R: shop 2 began"
    assert len({alert["alert_id"] for alert in alerts}) == 2


def test_patience_begins_anew_with_each_release() -> None:
    rule = windowed({**MORE, "for": "2m"})
    alerts = run(rule, [(9, 0)] * 7, times_of(tag(0), tag(120, "shop 2")))
    assert told(alerts) == [("firing", "shop 2", at(5))]


def test_a_tag_that_is_removed_resolves_its_alert_and_one_that_comes_late_counts_from_its_start_on() -> None:
    state, tags = WindowState(), times_of()
    assert run(windowed(MORE), [(1, 0)] * 3, tags, state) == []
    tags.put(tag(0))
    [fired] = run(windowed(MORE), [(0, 0)], tags, state, 3)
    assert (fired["window"]["start"], fired["measured"]["count"]) == (at(0), 3)
    # What is told later of the release changes nothing.
    tags.put(tag(0, finished_at=at(3)))
    assert run(windowed(MORE), [(1, 0)], tags, state, 4) == []
    tags.remove("shop-1")
    [over] = run(windowed(MORE), [(9, 0)], tags, state, 5)
    assert (over["alert_id"], over["status"]) == (fired["alert_id"], "resolved")
    assert over["summary"] == "Resolved: R: shop 1 is no longer among the releases that it asks for"


def test_groups_that_are_expected_since_they_were_seen_stay_known_between_releases() -> None:
    seen = {**CONDITIONS["less_than"], "expect": "seen"}
    rule, state = windowed(seen, **{"group-by": ["account"]}), WindowState()
    alerts = []
    for place, count in enumerate([3, *[0] * 20]):
        state.take(message(place, place, {"m": {("1",): count}}), place)
        for end in state.due("in", rule.basis, 0):
            alerts += step(limited(rule, times_of(tag(600)), end), state, ALONE, end, FIRST).alerts
    assert told(alerts) == [("firing", "shop 1", at(14)), ("resolved", "shop 1", at(17))]


def test_of_a_partition_that_is_not_heard_it_is_said_only_in_the_time_of_a_release() -> None:
    rule, state = windowed(CONDITIONS["less_than"]), WindowState()
    for end, doubted in ((3, 0), (4, 1), (7, 0)):
        now = limited(rule, times_of(tag(0)), FIRST + end)
        assert len(doubt_silence(now, state, ALONE, FIRST + end, 20)) == doubted
        state.memories.set(rule.memory, (), None)


def test_late_events_call_for_an_alert_only_where_they_belong_to_a_release() -> None:
    rule, state = windowed(MORE), WindowState()
    run(rule, [(0, 0)] * 12, times_of(), state)
    state.series.merge("m", (), Counts([], [(FIRST + 1, 2, 0), (FIRST + 5, 3, 0)], []), ("in", 0), 50)
    ends = range(FIRST + 2, FIRST + 10)
    assert amend(rule, state, (), ends, FIRST, times_of()) == []
    [alert] = amend(rule, state, (), ends, FIRST, times_of(tag(300)))
    assert (alert["status"], alert["measured"]["count"], alert["release"]["name"]) == ("amended", 3, "shop 1")
    assert alert["window"] == {"start": at(5), "end": at(6)}


def test_a_new_value_is_told_of_in_the_time_of_a_release_and_learned_always() -> None:
    condition = {"type": "new_value", "field": "region", "learn": "1h", **LIMIT}
    rule, state = windowed(condition), WindowState()
    alerts = []
    news = {0: "a", 62: "b", 70: "c", 73: "b", 80: "d"}
    for place in range(90):
        state.take(message(place, place, {"m": {(news.get(place),): 1} if place in news else {}}), place)
        for end in state.due("in", rule.basis, 0):
            alerts += step(limited(rule, times_of(tag(69 * 60)), end), state, ALONE, end, FIRST).alerts
    assert [(one["measured"]["value"], one["release"]["name"]) for one in alerts] == [("c", "shop 1")]
    assert alerts[0]["summary"].endswith("since shop 1 began")


def test_a_rule_without_the_limit_is_judged_as_it_is() -> None:
    rule = windowed({key: value for key, value in MORE.items() if key != "since-release"})
    assert limited(rule, times_of(tag(0)), FIRST + 1) is rule

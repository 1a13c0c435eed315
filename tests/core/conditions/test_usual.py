"""Rules that learn what is usual, on counts minute by minute."""

from __future__ import annotations

import random
from functools import partial
from math import cos, pi
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from schemas.alert import Alert
from streams.core.conditions.since_release import limited, limited_by
from streams.core.conditions.step import Share, step
from streams.core.conditions.usual import rarity
from streams.core.tags.near import Release
from streams.core.windows.changelog import CHECKPOINT, encode_memory, memory_tail, restore, row_tail
from streams.core.windows.clock import MINUTE
from streams.core.windows.state import WindowState
from tests.core.conditions.windows import ALONE, FIRST, message, windowed

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.core.conditions.windowed import WindowedRule
    from streams.core.windows.partials import Group

HOUR, DAY = 60, 1_440
USUAL = {"type": "more_than_usual", "threshold": 10, "window": "1h", "false-alarms": 0.02}
"""So few that chance makes none in these weeks."""
EPOCH_HOUR = -(-FIRST // HOUR) * HOUR - FIRST
"""Minutes from ``FIRST`` to a full hour."""
Counts = dict[int, dict["Group", int]]
"""Counts of groups, by minutes after ``FIRST``."""


class Estate:
    """One rule over one partition's state, fed a message for each minute that has counts, and each hour."""

    def __init__(self, rule: WindowedRule, share: Share = ALONE) -> None:
        self.rule, self.share = rule, share
        self.state = WindowState()
        self.alerts: list[dict[str, Any]] = []
        self._place = 0

    def feed(self, counts: Counts, until: int, release: Callable[[int], Any] = lambda _: None) -> None:
        """Take counts, and judge every minute up to ``until``."""
        for minute in sorted({*counts, *range(EPOCH_HOUR - 1, until, HOUR), until - 1}):
            self.state.take(message(self._place, minute, {"m": counts.get(minute, {})}), self._place)
            self._place += 1
            for end in self.state.due("in", self.rule.basis, 0):
                rule = release(end) or limited(self.rule, None, end)
                found = step(rule, self.state, self.share, end, self.state.sources["in"].known_from())
                self.alerts += found.alerts
            if minute % DAY < HOUR:
                self._sweep()

    def _sweep(self) -> None:
        """Let go of rows as a worker does."""
        for measure, _, row in self.state.expired({}, DAY * MINUTE, self.state.fence):
            self.state.series.drop(measure, row)

    def crash(self) -> None:
        """Write everything down, and put it together again."""
        state = self.state
        records = [(b"epoch--1" + CHECKPOINT, orjson.dumps(state.checkpoint()))]
        for measure, groups in state.series.measures.items():
            for group, rows in groups.items():
                records += [
                    (b"epoch--1" + row_tail(measure, group, row.hour, row.arrived), row.encode()) for row in rows
                ]
        for (name, group), memory in state.memories:
            records.append((b"epoch--1" + memory_tail(name, group), encode_memory(state.fence, memory)))
        self.state = restore(records).state


def hours(days: int, mean: Callable[[int], float], group: Group = (), seed: int = 1) -> Counts:
    """Counts of each hour, all in its twentieth minute."""
    rng = random.Random(seed)  # noqa: S311 - the same each time is wanted
    found: Counts = {}
    for hour in range(days * 24):
        count = _poisson(rng, mean(hour))
        if count:
            found[EPOCH_HOUR + hour * HOUR + 20] = {group: count}
    return found


def _poisson(rng: random.Random, mean: float) -> int:
    count, left = -1, mean
    while left >= 0:
        left -= rng.expovariate(1)
        count += 1
    return count


def daily(hour: int) -> float:
    return 20 * (1 + 0.7 * cos(2 * pi * hour / 24))


def constant(mean: float, _: int) -> float:
    return mean


def at(day: int, hour: int, minute: int = 30) -> int:
    return EPOCH_HOUR + day * DAY + hour * HOUR + minute


def test_a_burst_fires_as_soon_as_it_is_unusual_and_is_over_after_a_usual_hour() -> None:
    counts = hours(22, daily)
    burst = {at(21, 12, minute): {(): 10} for minute in range(30, 36)}
    estate = Estate(windowed(USUAL))
    estate.feed({**counts, **burst}, at(22, 0, 0))
    assert [alert["status"] for alert in estate.alerts] == ["firing", "resolved"]
    fired, resolved = estate.alerts
    Alert.model_validate(orjson.loads(orjson.dumps(fired)))
    measured = fired["measured"]
    # About six are usual at noon; two or three of the burst's minutes are enough.
    assert 2 < measured["expected"] < 12
    assert measured["usual"][1] < measured["bound"] <= measured["count"] <= measured["bound"] + 10
    assert (measured["learning"], measured["windows"], len(measured["recent"])) == (False, 1, 12)
    assert "usual at this time" in fired["summary"]
    assert "by chance once in" in fired["summary"] or "by chance less than once" in fired["summary"]
    assert fired["evidence"]["items"]
    assert resolved["alert_id"] == fired["alert_id"]


def test_the_same_count_at_the_busy_hour_is_usual() -> None:
    estate = Estate(windowed(USUAL))
    estate.feed({**hours(22, daily), at(21, 0, 30): {(): 10}}, at(22, 0, 0))
    assert estate.alerts == []


def test_nothing_fires_before_enough_is_known_and_below_the_threshold() -> None:
    young = Estate(windowed(USUAL))
    young.feed({at(2, 0): {(): 1_000}}, at(2, 2))
    assert young.alerts == []
    small = Estate(windowed(USUAL))
    small.feed({at(20, 0): {(): 10}}, at(20, 2))
    assert small.alerts == []
    more = Estate(windowed(USUAL))
    more.feed({at(20, 0): {(): 11}}, at(20, 2))
    assert [alert["status"] for alert in more.alerts] == ["firing", "resolved"]


def test_twice_as_many_may_be_asked_for() -> None:
    counts = {**hours(22, lambda _: 400), at(21, 12): {(): 200}}
    plain, twice = Estate(windowed(USUAL)), Estate(windowed({**USUAL, "times": 2}))
    for estate in (plain, twice):
        estate.feed(counts, at(22, 0, 0))
    assert [len(estate.alerts) for estate in (plain, twice)] == [2, 0]


def test_an_alert_that_goes_on_is_one() -> None:
    counts = hours(23, daily)
    for hour in (10, 11, 12):
        counts[at(21, hour)] = {(): 100}
    estate = Estate(windowed(USUAL))
    estate.feed(counts, at(22, 0, 0))
    assert [alert["status"] for alert in estate.alerts] == ["firing", "resolved"]


def test_hours_without_any_event_are_a_gap_and_what_follows_them_is_usual() -> None:
    counts = {minute: some for minute, some in hours(30, daily).items() if not at(24, 7, 0) <= minute < at(25, 19, 0)}
    estate = Estate(windowed(USUAL))
    estate.feed(counts, at(30, 0, 0))
    assert estate.alerts == []


@pytest.mark.parametrize("seed", range(3))
def test_a_crash_at_any_time_changes_nothing(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - the same each time is wanted
    counts: Counts = {}
    for number in range(6):
        for minute, some in hours(17, partial(constant, number + 0.3), (f"g{number}",), number).items():
            counts.setdefault(minute, {}).update(some)
    for _ in range(12):
        counts.setdefault(at(rng.randrange(4, 17), rng.randrange(24)), {})[f"g{rng.randrange(9)}",] = 30
    rule = windowed({**USUAL, "threshold": 2, "false-alarms": 200, "learn": "1d"}, **{"group-by": ["account"]})
    quiet, shaken = Estate(rule), Estate(rule)
    quiet.feed(counts, at(17, 0, 0))
    assert len(quiet.alerts) > 12
    ends = sorted(rng.randrange(at(17, 0, 0)) for _ in range(25))
    for begin, end in zip([0, *ends], [*ends, at(17, 0, 0)], strict=True):
        if end > begin:
            shaken.feed({minute: some for minute, some in counts.items() if begin <= minute < end}, end)
        shaken.crash()
    # It was told in other messages, at other places, and groups of one minute have no order.
    told = [sorted(orjson.dumps({**alert, "evidence": None}) for alert in one.alerts) for one in (shaken, quiet)]
    assert told[0] == told[1]


def test_groups_share_the_promise_and_partitions_too() -> None:
    counts: Counts = {}
    for number in range(12):
        for minute, some in hours(10, lambda _: 3.0, (f"g{number}",), number).items():
            counts.setdefault(minute, {}).update(some)
    rule = windowed({**USUAL, "threshold": 0, "false-alarms": 20}, **{"group-by": ["account"]})
    alone, one_of_four = Estate(rule), Estate(rule, Share(0, 4))
    for estate in (alone, one_of_four):
        estate.feed(counts, at(10, 0, 0))
    # Twenty a week are promised, for seven days, of which whole numbers leave a good part.
    fired = [sum(alert["status"] == "firing" for alert in estate.alerts) for estate in (alone, one_of_four)]
    assert 3 <= fired[0] <= 30
    assert fired[1] < fired[0] / 2


def test_a_group_that_was_never_seen_is_judged_by_its_siblings() -> None:
    counts: Counts = {}
    for number in range(15):
        for minute, some in hours(9, lambda _: 2.0, (f"g{number}",), number).items():
            counts.setdefault(minute, {}).update(some)
    counts[at(8, 10)] = {("new",): 40}
    counts[at(8, 14)] = {("another",): 5}
    estate = Estate(windowed({**USUAL, "threshold": 4}, **{"group-by": ["account"]}))
    estate.feed(counts, at(9, 0, 0))
    fired = [alert for alert in estate.alerts if alert["status"] == "firing"]
    [new] = [alert for alert in fired if not alert["group"]["account"].startswith("g")]
    assert new["group"] == {"account": "new"}
    assert new["measured"]["learning"]
    assert "siblings" in new["summary"]


def test_silence_is_less_than_usual_once_the_hour_is_over() -> None:
    rule = windowed({"type": "less_than_usual", "window": "1h", "false-alarms": 0.02})
    counts = {
        minute: some for minute, some in hours(23, lambda _: 40).items() if not at(21, 9, 0) <= minute < at(21, 12, 0)
    }
    estate = Estate(rule)
    estate.feed(counts, at(23, 0, 0))
    assert [alert["status"] for alert in estate.alerts] == ["firing", "resolved"]
    fired, _ = estate.alerts
    assert fired["measured"]["count"] == 0
    assert fired["measured"]["usual"][0] > 15


def test_with_a_release_what_was_usual_before_it_is_compared_with() -> None:
    since = {"within": "2d", "application": ["shop"]}
    rule = windowed({**USUAL, "since-release": since})
    started = at(21, 0, 10)
    release = Release("r1", "shop 2", (FIRST + started) * MINUTE)
    counts = hours(23, lambda hour: 20 if hour < 21 * 24 else 60)

    def of(end: int) -> Any:
        known = release if end > FIRST + started else None
        return limited_by(rule, known, end)

    estate = Estate(rule)
    estate.feed(counts, at(23, 0, 0), of)
    statuses = [alert["status"] for alert in estate.alerts]
    # Two days later it is as unusual as at first: the release is what it is compared with.
    assert statuses[0] == "firing"
    assert estate.alerts[0]["release"]["name"] == "shop 2"
    assert 15 < estate.alerts[-1]["measured"]["expected"] < 25


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.0, "as good as never"),
        (1e-9, "less than once in 100 years"),
        (1 / (24 * 365.25 * 3), "once in 3 years"),
        (1 / (24 * 60), "once in 60 days"),
        (1 / 5, "once in 5 hours"),
        (0.9, "at any time"),
    ],
)
def test_how_often_something_comes_by_chance(chance: float, words: str) -> None:
    assert rarity(chance, 60) == words

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from schemas.event import Event
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.generate.acts import ACTS
from streams.core.generate.cues import HOUR_MS, MINUTE_MS
from streams.core.generate.estate import FINDINGS_BUCKET
from streams.core.generate.scenario import Play, Scenario, make_scenario
from streams.core.parsing.unwrap import unwrap
from streams.core.rules.load import load_rules
from streams.core.rules.trial import Trial, try_rule
from tests.core.generate.seeded import NOW_MS, chance, estate

if TYPE_CHECKING:
    from schemas.rule import Rule

RULES = {rule.id: rule for rule in load_rules([read_folder(shipped_folder())]).rules}
PARTITIONS = 3
END_MS = NOW_MS + 12_345
SEEDS = range(1, 4)


@lru_cache(maxsize=len(SEEDS))
def script(seed: int = 1) -> tuple[Scenario, list[Play]]:
    """The script of a seed, and its plays."""
    made = make_scenario(chance(seed), estate(), END_MS, partitions=PARTITIONS)
    return made, list(made.plays)


def findings(seed: int = 1) -> list[Play]:
    return [play for play in script(seed)[1] if play.topic == "findings" and play.key]


def event_ms(play: Play) -> int:
    """When an event happened, as the worker reads it."""
    return round(datetime.fromisoformat(play.value.get("time") or play.value["eventTime"]).timestamp() * 1_000)


def taken(rule: Rule, plays: list[Play]) -> list[Play]:
    """The plays that a rule takes."""
    filled = rule.model_copy(update={"lists": rule.lists | {"guardduty-buckets": (FINDINGS_BUCKET,)}})
    found = []
    for play in plays:
        [event] = unwrap(orjson.dumps(play.value))
        assert isinstance(event, Event)
        trial = try_rule(filled, event)
        if isinstance(trial, Trial) and trial.taken:
            found.append(play)
    return found


def within(instants: list[int], start_ms: int, end_ms: int) -> int:
    """How many of some sorted instants lie in [start, end)."""
    return bisect_left(instants, end_ms) - bisect_left(instants, start_ms)


def test_the_same_seed_and_now_make_the_same_script() -> None:
    again = make_scenario(chance(), estate(), END_MS, partitions=PARTITIONS)
    assert list(again.plays) == script()[1]


def test_the_total_and_what_comes_before_the_story_are_known_beforehand() -> None:
    made, plays = script()
    assert len(plays) == made.total
    assert [play.at_ms < made.start_ms for play in plays] == [True] * made.before + [False] * (made.total - made.before)


def test_the_script_ends_now_and_nothing_lies_in_the_future() -> None:
    made, plays = script()
    assert made.end_ms == plays[-1].at_ms == END_MS
    assert all(event_ms(play) <= play.at_ms for play in plays if play.key)
    assert [play.at_ms for play in plays] == sorted(play.at_ms for play in plays)


def test_events_come_out_of_order_by_minutes_but_within_what_windows_wait_for() -> None:
    for topic, longest in (("findings", 5 * MINUTE_MS), ("cloudtrail", 10 * MINUTE_MS)):
        plays = [play for play in script()[1] if play.topic == topic and play.key]
        delays = [play.at_ms - event_ms(play) for play in plays]
        assert 2 * MINUTE_MS < max(delays) < longest
        assert sum(event_ms(earlier) > event_ms(later) for earlier, later in pairwise(plays)) > len(plays) // 20


def test_every_message_is_keyed_by_its_account_or_names_its_partition() -> None:
    for play in script()[1]:
        assert (play.key is None) is (play.partition is not None)
        if play.key:
            assert play.key == (play.value.get("account") or play.value.get("recipientAccountId"))


def test_each_partition_of_findings_has_a_sign_of_life_every_minute_of_the_story() -> None:
    made, plays = script()
    clocks: dict[int, list[int]] = defaultdict(list)
    for play in plays[made.before :]:
        if play.partition is not None:
            clocks[play.partition].append(play.at_ms)
    assert set(clocks) == set(range(PARTITIONS))
    for instants in clocks.values():
        assert (instants[0], instants[-1]) == (made.start_ms, END_MS)
        assert all(later - earlier <= MINUTE_MS for earlier, later in pairwise(instants))


def test_each_partition_is_heard_from_the_first_hour_of_the_history_on() -> None:
    made, plays = script()
    first = plays[0].at_ms
    heard = {play.partition for play in plays[: made.before] if play.at_ms < first + HOUR_MS}
    assert heard >= set(range(PARTITIONS))


def test_the_rules_that_the_story_provokes_ship_and_are_expected_in_its_order() -> None:
    made, _ = script()
    assert made.expected == tuple(act.rule for act in ACTS)
    assert set(made.expected) <= {rule.id for rule in RULES.values() if rule.enabled}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("rule", "topic", "times"),
    [
        ("phishing-attempt-identified", "findings", 2),
        ("actor-identified", "findings", 1),
        ("guardduty-collection-disabled", "cloudtrail", 2),
        ("guardduty-bucket-access-changed", "cloudtrail", 1),
    ],
)
def test_an_immediate_rule_is_provoked_in_its_act_and_nowhere_else(
    seed: int, rule: str, topic: str, times: int
) -> None:
    made, plays = script(seed)
    [act] = [act for act in ACTS if act.rule == rule]
    found = taken(RULES[rule], [play for play in plays if play.topic == topic and play.key])
    minutes = [(play.at_ms - made.start_ms) / MINUTE_MS for play in found]
    assert len(found) == times
    assert all(act.minute <= minute <= act.until for minute in minutes)
    assert all(play.note for play in found)


@pytest.mark.parametrize("seed", SEEDS)
def test_high_findings_are_many_in_one_hour_and_few_in_every_other(seed: int) -> None:
    made, _ = script(seed)
    [act] = [act for act in ACTS if act.rule == "more-than-usual-high-severity"]
    highs = sorted(event_ms(play) for play in taken(RULES[act.rule], findings(seed)))
    hours = range(highs[0], END_MS - HOUR_MS, 5 * MINUTE_MS)
    burst = made.start_ms + act.minute * MINUTE_MS, made.start_ms + act.until * MINUTE_MS
    # "More than usual" has a threshold of ten; only hours that reach into the burst may pass it.
    usual = [within(highs, hour, hour + HOUR_MS) for hour in hours if hour + HOUR_MS < burst[0] or hour > burst[1]]
    assert max(usual) <= 10
    assert 2 <= sorted(usual)[len(usual) // 2] <= 4
    assert within(highs, burst[1] - HOUR_MS, burst[1]) >= 40


@pytest.mark.parametrize("seed", SEEDS)
def test_backdoor_findings_pass_a_tenth_in_their_act_alone(seed: int) -> None:
    made, _ = script(seed)
    [act] = [act for act in ACTS if act.rule == "backdoor-ratio-too-high"]
    every = sorted(event_ms(play) for play in findings(seed))
    backdoor = sorted(event_ms(play) for play in taken(RULES[act.rule], findings(seed)))
    start, end = (made.start_ms + minute * MINUTE_MS for minute in (act.minute, act.until))
    assert start - MINUTE_MS < backdoor[0] < backdoor[-1] < end
    assert within(every, end - 30 * MINUTE_MS, end) >= 20
    assert within(backdoor, end - 30 * MINUTE_MS, end) > 0.15 * within(every, end - 30 * MINUTE_MS, end)


@pytest.mark.parametrize("seed", SEEDS)
def test_findings_fall_silent_once_for_more_than_ten_minutes_at_the_end(seed: int) -> None:
    made, plays = script(seed)
    arrivals = [play.at_ms for play in findings(seed)]
    assert max(later - earlier for earlier, later in pairwise(arrivals)) < 9 * MINUTE_MS
    silence_ms = arrivals[-1]
    [act] = [act for act in ACTS if act.rule == "no-guardduty-logs"]
    assert abs(silence_ms - (made.start_ms + act.minute * MINUTE_MS)) < MINUTE_MS
    # The window has to close, ten minutes of allowed delay later, and fifteen more are room.
    assert END_MS - silence_ms > 35 * MINUTE_MS
    records = Counter(play.topic for play in plays if play.key and play.at_ms > silence_ms)
    assert records["cloudtrail"] > 150


def test_after_an_act_with_a_window_there_is_room_for_the_window_to_close() -> None:
    windowed = [number for number, act in enumerate(ACTS) if RULES[act.rule].condition.type != "immediate"]
    assert [ACTS[number].rule for number in windowed] == [
        "more-than-usual-high-severity",
        "backdoor-ratio-too-high",
        "no-guardduty-logs",
    ]
    for number in windowed[:-1]:
        assert ACTS[number + 1].minute - ACTS[number].until >= 15


def test_the_notes_tell_the_story_in_its_order_with_the_time_of_day() -> None:
    notes = [play.note for play in script()[1] if play.note]
    assert len(notes) == len(ACTS) + 2
    assert [note[:5] for note in notes] == sorted(note[:5] for note in notes)
    assert [word in note for note, word in zip(notes, _WORDS, strict=True)] == [True] * len(notes)


_WORDS = (
    "phishing",
    "and one in account",
    "guesses passwords",
    "High",
    "Backdoor",
    "refused",
    "switched GuardDuty off",
    "policy",
    "no finding",
)


@pytest.mark.parametrize("days", [1, 4])
def test_the_history_is_as_long_as_asked_for(days: int) -> None:
    made = make_scenario(chance(), estate(), END_MS, partitions=1, history_days=days)
    first: Any = next(made.plays)
    assert 0 <= first.at_ms - (made.start_ms - days * 24 * HOUR_MS) < 5 * MINUTE_MS

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.related import Related
from streams.core.related.arrivals import Newcomers
from streams.core.related.find import judge, study
from streams.core.related.frame import CELL, DAY, Frame, frame_of
from streams.core.related.seen import Instant, Own
from streams.core.related.told import related
from streams.core.related.words import summary
from tests.core.related.around import AT, MINUTE_MS, Around

if TYPE_CHECKING:
    import random

OWN = Own(AT * MINUTE_MS)
BURST = {8: 10, 9: 12, 10: 12}


def told(around: Around, own: Own = OWN) -> list[str]:
    return [entry["sentence"] for entry in related(around.find(own)) if entry["role"] == "moved"]


def many(seed: int = 1) -> Around:
    around = Around(seed)
    around.usual(60, 0.05)
    around.usual(20, 3.0)
    around.usual(5, 40.0)
    return around


def test_a_count_that_rises_is_told_with_what_is_usual_and_when_it_began() -> None:
    around = many()
    number = around.series((("event_name", "CreateAccessKey"), ("error_code", None)), 0.2)
    around.burst(number, BURST)
    [sentence] = told(around)
    assert sentence.startswith("event name CreateAccessKey, no error code: 34 in 15 min, usually 0.")
    assert "began 5 min before; p " in sentence
    assert "looked at)" in sentence
    [entry] = [one for one in related(around.find()) if one["role"] == "moved"]
    assert entry["ratio_low"] < entry["ratio"] < entry["ratio_high"]
    assert entry["p"] <= 0.05


def test_what_falls_silent_is_told_once_all_of_it_is_counted() -> None:
    around = many()
    number = around.series((("region", "eu-west-1"),), 240.0)
    around.today[number] = {}
    [sentence] = told(around)
    assert sentence.startswith("region eu-west-1: none in 1 h, usually 2")
    around.frame = Frame(AT, cells=9)
    assert Frame(AT).is_whole
    assert not around.frame.is_whole


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_told_where_nothing_happened(seed: int) -> None:
    around = many(seed)
    assert told(around) == []
    assert summary(around.find()) == "Nothing stands out among 85 looked at, by 28 days before."


def test_of_quiet_worlds_few_have_anything_told() -> None:
    wrong = sum(bool(told(many(100 + seed))) for seed in range(60))
    assert wrong <= 6


def test_a_burst_that_comes_every_other_day_is_nothing() -> None:
    around = many()
    number = around.series((("name", "nightly"),), 0.2)
    for day in range(1, 28, 2):
        around.past[number].cells.update({day * around.frame.cells + cell: n for cell, n in BURST.items()})  # type: ignore[attr-defined]
    around.burst(number, BURST)
    assert told(around) == []


def test_with_fewer_than_three_days_it_says_so() -> None:
    around = Around(days=2)
    number = around.series((("name", "x"),), 1.0)
    around.burst(number, {9: 500})
    found = around.find()
    assert found.moved == []
    assert summary(found) == "Nothing can be said: of 3 days before it that are needed, 2 are known."


def test_a_measure_that_is_new_is_named_and_the_others_are_judged() -> None:
    around = many()
    seen = around.seen()
    seen = replace(seen, days={**seen.days, "younger": 1})
    found = judge(seen, OWN, study(seen))
    assert summary(found).endswith("Not known for long enough: younger.")


# Groups that are new.


def newcomers(a_day: float, size: int = 1, days: int = 21) -> Newcomers:
    return Newcomers(days, [size] * int(a_day * days), a_day / 24)


def test_a_new_group_is_told_where_new_ones_are_rare_and_small() -> None:
    around = many()
    around.new((("event_name", "CreateAccessKey"),), {7: 5, 8: 9})
    around.newcomers = {"calls": newcomers(0.2)}
    [sentence] = told(around)
    assert sentence.startswith(
        "event name CreateAccessKey: 14 in 10 min, never seen in 28 days before (began 10 min bef"
    )


def test_a_new_group_is_nothing_where_new_ones_come_all_the_time() -> None:
    around = many()
    around.new((("principal", "x"),), {7: 5, 8: 9})
    around.newcomers = {"calls": Newcomers(21, [1 + number % 20 for number in range(4_200)], 8.0)}
    assert told(around) == []


# Releases and alerts.


def test_a_release_shortly_before_is_told_and_one_long_before_or_after_is_not() -> None:
    around = many()
    for day in range(1, 28, 3):
        around.release(day * DAY + 300, f"earlier {day}")
    around.release(4, "shop 7")
    around.release(-2, "too late")
    around.release(400, "long ago")
    [sentence] = told(around)
    assert sentence.startswith("release shop 7: began 4 min before (p 0.0")


def test_a_release_among_very_many_is_nothing() -> None:
    around = many()
    for number in range(28 * 40):
        around.release(800 + number * 36, f"earlier {number}")
    around.release(4, "shop 7")
    assert told(around) == []


def test_a_rare_alert_beside_it_is_told_but_not_the_alert_itself() -> None:
    around = many()
    around.alerts = [
        Instant("a", "Root was used", (AT - 3) * MINUTE_MS, "root-used"),
        Instant("b", "This one", AT * MINUTE_MS, "own"),
    ]
    assert [one.split(":")[0] for one in told(around, replace(OWN, alert_id="b"))] == ["alert Root was used"]


# What is one change, and what the alert is made of.


def test_one_change_in_several_measures_is_told_once() -> None:
    around = many()
    for measure, group in (
        ("by-name", ("event_name", "X")),
        ("by-principal", ("principal", "p")),
        ("by-region", ("region", "r")),
    ):
        around.usual(30, 0.3, measure)
        around.burst(around.series((group,), 0.2, measure), BURST)
    [sentence] = told(around)
    assert "; the same by " in sentence
    [leader] = around.find().moved
    assert {one.name.measure for one in (leader, *leader.also) if one.name} == {"by-name", "by-principal", "by-region"}


def test_what_has_another_source_is_another_change() -> None:
    around = many()
    around.usual(30, 0.3, "types", "findings")
    around.burst(around.series((("event_name", "X"),), 0.2), BURST)
    around.burst(around.series((("type", "Y"),), 0.2, "types", "findings"), BURST)
    assert len(told(around)) == 2


def test_what_the_alert_itself_counted_is_told_apart_with_its_share() -> None:
    around = many()
    around.usual(30, 0.3, "findings-by-region", "findings")
    around.usual(3, 0.3, "my-rule", "findings")
    around.burst(around.series((("account", "1"),), 0.2, "my-rule", "findings"), BURST)
    around.burst(around.series((("region", "eu"),), 0.2, "findings-by-region", "findings"), {8: 10, 9: 12, 10: 6})
    around.burst(around.series((("account", "2"),), 0.2, "findings-by-region", "findings"), {8: 11, 9: 12, 10: 12})
    own = replace(OWN, measure="my-rule", source="findings", group=(("account", "1"),))
    entries = related(around.find(own))
    [part] = [one for one in entries if one["role"] == "part"]
    assert part["group"] == {"region": "eu"}
    assert part["share"] == pytest.approx(28 / 34, abs=0.1)
    # Another account's findings can't be those of this one.
    assert [one["group"] for one in entries if one["role"] == "moved"] == [{"account": "2"}]


# Whatever is looked at.


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_what_is_looked_at_does_not_matter(rng: random.Random) -> None:
    around = many()
    around.burst(around.series((("name", "a"),), 0.2), BURST)
    around.burst(around.series((("name", "b"),), 2.0), {4: 60})
    expected = told(around)
    order = list(range(len(around.names)))
    rng.shuffle(order)
    around.names = [around.names[number] for number in order]
    around.past = [around.past[number] for number in order]
    around.today = [around.today[number] for number in order]
    assert told(around) == expected
    assert len(expected) == 2


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "\x1b[31mred", "a" * 5_000, "", "'; DROP TABLE x", "\u202e"]
)
def test_any_name_is_only_text(text: str) -> None:
    around = many()
    around.burst(around.series(((text or "k", text),), 0.2), BURST)
    [entry] = [one for one in related(around.find()) if one["role"] == "moved"]
    assert entry["group"] == {text or "k": text}
    assert len(entry["sentence"]) < 5_400
    assert Related.model_validate(entry).p <= 0.05


@given(st.integers(1, 40), st.integers(1, 200))
@settings(max_examples=30, deadline=None)
def test_a_larger_change_is_never_likelier(count: int, more: int) -> None:
    chances = []
    for events in (count, count + more):
        around = Around()
        around.usual(15, 1.0)
        number = around.series((("name", "x"),), 0.5)
        around.today[number] = {9: events}
        found = [one.p for one in around.find().moved if one.name == around.names[number]]
        chances.append(found[0] if found else 1.0)
    assert chances[1] <= chances[0]


def test_frames_begin_at_whole_five_minutes_and_reach_back_as_far_as_the_alerts_window() -> None:
    frame = frame_of((AT + 3) * MINUTE_MS, (AT + 500) * MINUTE_MS, window=120)
    assert frame.at == AT
    assert frame.start <= AT - 120
    assert frame_of(AT * MINUTE_MS, (AT + 4) * MINUTE_MS).cells == 9
    assert frame.place(AT) == frame.before
    assert frame.place(AT - DAY) == frame.cells + frame.before
    assert frame.place(frame.start - 1) is None
    assert frame.place(AT + CELL * 4) is None

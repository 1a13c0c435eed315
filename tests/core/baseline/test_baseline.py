from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.baseline.baseline import Baseline, learned_before
from streams.core.baseline.expected import SHARES
from streams.core.baseline.ring import Ring
from tests.core.baseline.counts import DAY, counted, means

WEEK = 7 * DAY
WARM = 56 * DAY


def hostile(seed: int, windows: int) -> list[int]:
    """Counts with bursts, gaps and a level that changes."""
    source = random.Random(seed)  # noqa: S311 - the same counts each time
    mean = source.choice((0.1, 2.0, 30.0))
    expected = means(windows, mean, source.choice((0.0, 0.8)))
    change, factor = source.randrange(windows), source.choice((0.3, 1.0, 3.0))
    counts = counted([one * (factor if at > change else 1.0) for at, one in enumerate(expected)], seed)
    for _ in range(source.randrange(6)):
        begin, length = source.randrange(windows), source.choice((1, 6, 24, 80))
        burst = source.choice((0, 0, 50))
        counts[begin : begin + length] = [burst] * len(counts[begin : begin + length])
    return counts


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, WARM + 2 * WEEK), st.integers(1, WEEK))
def test_what_is_put_together_afresh_is_what_went_on(seed: int, begin: int, more: int) -> None:
    counts = hostile(seed, begin + more)
    ring, whole = Ring(0), Ring(0)
    ring.fill(0, counts[:begin])
    went = Baseline(ring, begin, DAY)
    end = begin
    while end < begin + more and learned_before(0, end + 1, DAY) == learned_before(0, begin, DAY):
        ring.put(end, counts[end])
        went.go_on(end + 1)
        end += 1
    whole.fill(0, counts[:end])
    afresh = Baseline(whole, end, DAY)
    for windows in SHARES:
        assert afresh.expected(windows) == went.expected(windows)
    assert afresh.new_since == went.new_since


def baseline(counts: list[int]) -> Baseline:
    ring = Ring(0)
    ring.fill(0, counts)
    return Baseline(ring, len(counts), DAY)


def test_the_hours_of_the_day_and_the_level_are_learned() -> None:
    expected = means(WARM + DAY, 20.0, 0.7)
    found = baseline(counted(expected[:WARM], 1))
    for at in range(WARM, WARM + DAY):
        told = found.expected()
        assert told
        assert told.mean == pytest.approx(expected[at], rel=0.12)
        assert told.variance == pytest.approx(expected[at], rel=0.5)
        found.ring.put(at, round(expected[at]))
        found.go_on(at + 1)


def test_a_burst_is_not_usual_afterwards() -> None:
    counts = counted(means(WARM, 20.0), 1)
    before = baseline(counts).expected()
    counts[-30:-24] = [400] * 6
    after = baseline(counts).expected()
    assert before
    assert after
    assert after.mean == pytest.approx(before.mean, rel=0.03)


@pytest.mark.parametrize("hours", [6, 12, 24, 48])
def test_hours_without_data_teach_nothing(hours: int) -> None:
    counts = counted(means(WARM, 8.0, 0.5), 1)
    before = baseline(counts).expected()
    counts[-hours - 3 : -3] = [0] * hours
    after = baseline(counts).expected()
    assert before
    assert after
    assert after.mean == pytest.approx(before.mean, rel=0.1)


@pytest.mark.parametrize("factor", [0.3, 2.0, 5.0])
def test_a_level_that_came_to_stay_is_usual_three_days_later(factor: float) -> None:
    expected = means(WARM, 10.0, 0.5)
    changed = [one * factor for one in means(WARM + 3 * DAY, 10.0, 0.5)[WARM:]]
    found = baseline(counted(expected + changed, 2)).expected()
    assert found
    assert found.mean == pytest.approx(changed[0], rel=0.25)


def test_a_frozen_level_is_that_from_before() -> None:
    counts = counted(means(WARM, 10.0) + [50.0] * 12, 1)
    ring = Ring(0)
    ring.fill(0, counts[:WARM])
    found = Baseline(ring, WARM, DAY)
    ring.fill(WARM, counts[WARM:])
    found.freeze(WARM + 12)
    told = found.expected()
    assert told
    assert found.at == WARM + 12
    assert told.mean == pytest.approx(10.0, rel=0.1)
    assert told.chance(50) < 1e-9


def test_zeros_for_reasons_of_their_own_are_no_low_level() -> None:
    source = random.Random(5)  # noqa: S311 - the same counts each time
    counts = [0 if source.random() < 0.4 else count for count in counted(means(WARM, 30.0), 4)]
    told = baseline(counts).expected()
    assert told
    assert told.empty == pytest.approx(0.4, abs=0.05)
    assert told.mean == pytest.approx(30.0, rel=0.05)


def test_sums_over_several_windows_are_expected_by_the_level_before_them() -> None:
    counts = counted(means(WARM, 10.0), 1)
    quiet = baseline(counts).expected(6)
    counts[-5:] = [25] * 5
    loud = baseline(counts)
    risen = loud.expected(6)
    assert quiet
    assert risen
    assert risen.mean == pytest.approx(quiet.mean, rel=0.01)
    assert risen.chance(loud.summed(25, 6)) < 1e-6


def test_habits_are_learned_daily_when_young_and_weekly_later() -> None:
    learned = [learned_before(0, at, DAY) for at in range(40 * DAY)]
    assert learned[: 2 * DAY] == [0] * (2 * DAY)
    assert all(at - before < DAY for at, before in enumerate(learned[: 14 * DAY]) if at >= 2 * DAY)
    old = learned[15 * DAY :]
    changes = [at for at in range(1, len(old)) if old[at] != old[at - 1]]
    assert {later - sooner for sooner, later in pairwise(changes)} == {WEEK}


@pytest.mark.parametrize("per_day", [1, 2, 6, 12, 48])
def test_windows_may_be_of_any_length(per_day: int) -> None:
    windows = 70 * per_day
    ring = Ring(0)
    ring.fill(0, counted([20.0] * windows, 3))
    found = Baseline(ring, windows, per_day)
    for summed in SHARES:
        told = found.expected(summed)
        assert told
        assert told.mean == pytest.approx(20.0 * summed, rel=0.15)

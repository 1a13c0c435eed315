from __future__ import annotations

import random

import pytest

from streams.core.baseline.baseline import Baseline
from streams.core.baseline.fit import fit
from streams.core.baseline.ring import Ring
from streams.core.baseline.siblings import FEWEST, MOST_SHAPE, Siblings, siblings_of
from tests.core.baseline.counts import DAY, counted, means

OLD = 28 * DAY


def of(levels: list[float], day: float = 0.8) -> Siblings | None:
    series = [counted(means(OLD, level, day), seed) for seed, level in enumerate(levels)]
    days = [sum(one[-DAY:]) for one in series]
    together = fit([sum(counts) for counts in zip(*series, strict=True)], 0, DAY)
    return siblings_of(len(levels), sum(days), sum(count * count for count in days), DAY, together)


def test_few_series_lend_nothing() -> None:
    assert of([5.0] * (FEWEST - 1)) is None


def test_levels_that_are_alike_make_a_sure_prior_and_others_a_vague_one() -> None:
    source = random.Random(1)  # noqa: S311 - the same levels each time
    alike, apart = of([5.0] * 20), of([source.expovariate(1 / 5.0) for _ in range(20)])
    assert alike
    assert apart
    assert alike.shape == MOST_SHAPE
    assert 0.4 < apart.shape < 4
    assert alike.level == pytest.approx(5.0 * 1.16, rel=0.15)


def test_a_series_of_an_hour_has_the_hours_of_its_siblings() -> None:
    siblings = of([5.0] * 20)
    ring = Ring(OLD)
    young, alone = Baseline(ring, OLD, DAY, siblings).expected(), Baseline(ring, OLD, DAY).expected()
    assert young
    assert alone
    assert young.mean == pytest.approx(5.0 * 2.2, rel=0.25)
    assert alone.mean < 0.2


def test_a_young_series_that_is_unlike_its_siblings_has_hours_of_its_own() -> None:
    siblings = of([20.0] * 20, 0.8)
    age = 5 * DAY
    expected = [40.0 if at % DAY == 12 else 5.0 for at in range(age + DAY)]
    ring = Ring(0)
    ring.fill(0, counted(expected[:age], 9))
    found = Baseline(ring, age, DAY, siblings)
    for at in range(age, age + DAY):
        told = found.expected()
        assert told
        if at % DAY == 12:
            assert told.mean > 25
        else:
            # The siblings count four times as much at midnight as at noon.
            assert told.mean < 10
        ring.put(at, round(expected[at]))
        found.go_on(at + 1)

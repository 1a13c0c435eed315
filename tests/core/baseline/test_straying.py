from __future__ import annotations

import random

import pytest

from streams.core.baseline.straying import Residuals, Straying, straying
from tests.core.baseline.counts import poisson


def of(pairs: list[tuple[int, float]]) -> Straying:
    residuals = [(count - mean) ** 2 / mean for count, mean in pairs]
    means = [mean for _, mean in pairs]
    crossed = sum(residual * mean for residual, mean in zip(residuals, means, strict=True))
    return straying(Residuals(len(pairs), sum(residuals), sum(means), crossed, sum(mean * mean for mean in means)), 24)


def drawn(dispersion: float, slope: float, level: float) -> list[tuple[int, float]]:
    """Negative binomial counts as a gamma mixture, at means that differ by up to nine times."""
    source = random.Random(3)  # noqa: S311 - the same counts each time
    found = []
    for number in range(1_176):
        mean = level * (1, 3, 9)[number % 3]
        over = dispersion - 1 + slope * mean
        rate = source.gammavariate(mean / over, over) if over > 0 else mean
        found.append((poisson(rate, source), mean))
    return found


def test_independent_events_vary_as_their_mean() -> None:
    found = of(drawn(1.0, 0.0, 5.0))
    assert found.dispersion == pytest.approx(1.0, abs=0.15)
    assert found.slope == 0


def test_a_multiple_of_the_mean_and_what_grows_with_it_are_told_apart() -> None:
    constant, growing = of(drawn(3.0, 0.0, 10.0)), of(drawn(1.0, 0.2, 10.0))
    assert constant.dispersion == pytest.approx(3.0, rel=0.25)
    assert constant.slope < 0.02
    assert growing.slope == pytest.approx(0.2, rel=0.4)


def test_of_rare_counts_no_growth_of_the_variance_is_believed() -> None:
    assert of(drawn(2.0, 0.0, 0.02)).slope == 0

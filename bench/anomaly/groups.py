"""One rule over 200 groups, to all of which together the knob's promise holds."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from bench.anomaly.detection import WARM, WEEK
from bench.anomaly.families import Family, families
from bench.anomaly.ours import Series

GROUPS = 200


class Pooled(NamedTuple):
    """False alarms of all groups together, and what was promised for them."""

    alarms: int
    promised: float


def judge(first: int, groups: int, weeks: int, seed: int) -> Pooled:
    """Some of the 200: families in turn, their levels by a gamma distribution of shape 0.5, as groups differ."""
    rng = np.random.default_rng([seed, first])
    chance, alarms, kinds = 1 / WEEK / GROUPS, 0, _kinds()
    for number in range(first, first + groups):
        family = kinds[number % len(kinds)]
        family = replace(family, mean=max(0.01, float(rng.gamma(0.5, 20.0))))
        counts = [int(count) for count in family.simulate(WARM + weeks * WEEK, WARM, rng).counts]
        series = Series(counts[:WARM])
        for count in counts[WARM:]:
            alarms += series.score(count) <= chance
            series.take(count)
    return Pooled(alarms, weeks * groups / GROUPS)


def _kinds() -> list[Family]:
    return [one for one in families() if not one.shift and not one.gaps]

"""What ours costs: time of an update, of learning and of judging, and bytes of a series."""

from __future__ import annotations

import sys
import time
from typing import NamedTuple

import numpy as np

from bench.anomaly.detection import WARM, WEEK
from bench.anomaly.families import DAY, Family
from streams.core.baseline.baseline import LEARNED_WINDOWS, Baseline
from streams.core.baseline.expected import SHARES
from streams.core.baseline.fit import fit
from streams.core.baseline.ring import Ring

WEEKS = 8


class Cost(NamedTuple):
    """Microseconds and milliseconds of CPU, and bytes: of the ring, and of the ring with its baseline."""

    update_us: float
    judge_us: float
    learn_ms: float
    ring_bytes: int
    all_bytes: int


def measure(family: Family, seed: int) -> Cost:
    """``update`` is a window of a series that learns every week, its learning spread over the week."""
    rng = np.random.default_rng(seed)
    counts = [int(count) for count in family.simulate(WARM + WEEKS * WEEK, WARM, rng).counts]
    ring = Ring(0)
    ring.fill(0, counts[:WARM])
    learn = time.process_time()
    fit(counts[WARM - LEARNED_WINDOWS : WARM], WARM - LEARNED_WINDOWS, DAY)
    learn = time.process_time() - learn
    baseline = Baseline(ring, WARM, DAY)
    judged = 0.0
    begun = time.process_time()
    for at in range(WARM, len(counts)):
        before = time.process_time()
        for windows in SHARES:
            expected = baseline.expected(windows)
            if expected is not None:
                expected.chance(baseline.summed(counts[at], windows))
        judged += time.process_time() - before
        ring.put(at, counts[at])
        if (at + 1 - WARM) % WEEK:
            baseline.go_on(at + 1)
        else:
            baseline = Baseline(ring, at + 1, DAY)
    whole, windows = time.process_time() - begun, len(counts) - WARM
    of_ring = sys.getsizeof(ring) + sys.getsizeof(ring._counts)  # noqa: SLF001 - its size is what is asked
    of_rest = sum(
        sys.getsizeof(part)
        for part in (baseline, baseline._past, baseline.fit, baseline.fit.season, baseline.fit.season_error)  # noqa: SLF001
    )
    return Cost(
        (whole - judged) * 1e6 / windows, judged * 1e6 / windows, learn * 1e3, of_ring, of_ring + of_rest
    )  # fmt: skip

"""Ours beside what others use, by the best F1 at equally many false alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench.anomaly.detection import PROMISE, WARM, scores_of
from bench.anomaly.peers import PEERS
from bench.anomaly.score import bar, f1

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bench.anomaly.families import Family, Simulated

APART = 168
"""Windows from an outbreak to the next, in the mean: as many as the false alarms that are promised."""
TAIL = 6
"""After an outbreak so many windows are nobody's false alarms: sums over several still have it in them."""
SIZES, LENGTHS = (3.0, 4.0, 6.0), (1, 2, 3, 4, 6)
OURS, KNOWING = "ours", "knowing"


@dataclass
class Compared:
    """The F1 of each detector in one family, and how many false alarms all made in how many windows."""

    family: Family
    outbreaks: int
    false: float
    windows: int
    scores: dict[str, float]

    @property
    def best_peer(self) -> str:
        """The best of those that don't know."""
        return max((name for name in self.scores if name not in {OURS, KNOWING}), key=self.scores.__getitem__)


def compare(family: Family, seed: int, series: int, days: int) -> Compared:
    """Outbreaks stand in the series, so that what each detector learns has them in it, too.

    The bar of each lies where it makes as many false alarms outside of outbreaks as ours does at the promise.
    """
    rng = np.random.default_rng(seed)
    lists: dict[str, list[NDArray[np.float64]]] = {name: [] for name in (OURS, KNOWING, *PEERS)}
    numbers, clean, begun = [], [], 0
    for _ in range(series):
        one, number = _with_outbreaks(family, family.simulate(WARM + days * 24, WARM, rng), rng)
        lists[OURS].append(scores_of(one, WARM))
        lists[KNOWING].append(-np.log(np.maximum(family.chance(one.counts, one.means), 1e-300))[WARM:])
        for name, peer in PEERS.items():
            lists[name].append(peer(one.counts, WARM))
        numbers.append(np.where(number > 0, number + begun, number)[WARM:])
        clean.append(one.clean[WARM:])
        begun += int(number.max())
    number, known = np.concatenate(numbers), np.concatenate(clean)
    quiet = (number == 0) & known
    scores = {name: np.concatenate(parts) for name, parts in lists.items()}
    false = float((scores[OURS][quiet] >= -np.log(PROMISE)).sum())
    found = {name: _f1(values, number, quiet, false) for name, values in scores.items()}
    return Compared(family, len(np.unique(number[number > 0])), false, int(quiet.sum()), found)


def _f1(scores: NDArray[np.float64], number: NDArray[np.int64], quiet: NDArray[np.bool_], false: float) -> float:
    alarms = bar(scores[quiet], false).alarms(scores)
    missed = np.ones(int(number.max()) + 1)
    inside = number > 0
    np.multiply.at(missed, number[inside], 1 - alarms[inside])
    numbers = np.unique(number[inside])
    found = float((1 - missed[numbers]).sum())
    return f1(found, len(numbers) - found, false)


def _with_outbreaks(family: Family, one: Simulated, rng: np.random.Generator) -> tuple[Simulated, NDArray[np.int64]]:
    """The series with outbreaks, and for each window the number of its outbreak, 0 outside, -1 just after one."""
    counts, number = one.counts.copy(), np.zeros(len(one.counts), np.int64)
    deviation = family.deviation(one.means)
    begin = WARM + int(rng.integers(2 * APART))
    while begin < len(counts) - max(LENGTHS) - TAIL:
        length = int(rng.choice(LENGTHS))
        end = begin + length
        if one.clean[begin : end + TAIL].all():
            counts[begin:end] += rng.poisson(rng.choice(SIZES) * deviation[begin:end])
            number[begin:end] = number.max() + 1
            number[end : end + TAIL] = -1
        # At any hour, or they would be a habit.
        begin = end + TAIL + int(rng.integers(2 * (APART - TAIL)))
    return one._replace(counts=counts), number

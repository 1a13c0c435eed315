"""The Numenta Anomaly Benchmark's standard profile on the files of it that are there (Lavin and Ahmad, 2015).

A detection in an anomaly's window earns up to 1 by a sigmoid, the earlier the more, of each window the best. One
outside costs up to 0.11, by a sigmoid of how far it is behind the last window; a window without any costs 1. The first
15 % of a file (of 5,000 rows at most) are for learning. The threshold is that which earns most over all files. The sum
is put between a detector that says nothing (0) and a perfect one (100).
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from streams.core.baseline.baseline import Baseline, learned_before
from streams.core.baseline.expected import SHARES
from streams.core.baseline.outliers import deviations
from streams.core.baseline.ring import Ring

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FALSE_WEIGHT = 0.11
LEARNING, MOST_ROWS = 0.15, 5_000
STEEPNESS, FAR_BEHIND = 5.0, 3.0
ROWS_PER_DAY, ROWS_PER_HOUR = 288, 12
UNIT = 1_000
MOST_COUNT = 4_000_000_000
GAUSSIAN_ROWS, GAUSSIAN_STEP = 6_400, 100
PUBLISHED = {
    "perfect": 100.0, "Numenta HTM": 70.1, "CAD OSE": 69.9, "KNN CAD": 58.0, "Relative Entropy": 54.6,
    "Random Cut Forest": 51.7, "Twitter ADVec": 47.1, "Windowed Gaussian": 39.6, "Etsy Skyline": 35.7,
    "Bayesian Changepoint": 17.7, "EXPoSE": 16.4, "random": 11.0,
}  # fmt: skip
"""The standard profile of NAB 1.0, over all its 58 files, as its own read-me tells."""


@dataclass(frozen=True)
class File:
    """One series, and the rows ``(first, last)`` of its anomalies' windows."""

    name: str
    values: list[float]
    windows: list[tuple[int, int]]

    @property
    def learning(self) -> int:
        """How many rows are not scored."""
        return int(min(LEARNING * len(self.values), LEARNING * MOST_ROWS))


def read(folder: Path) -> list[File]:
    """The files that are there; an OSError where the folder is not."""
    labels = json.loads((folder / "windows.json").read_text(encoding="utf-8"))
    found = []
    for name in sorted(labels):
        path = folder / name
        if not path.exists():
            continue
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        times = [row["timestamp"] for row in rows]
        windows = [(times.index(first[:19]), times.index(last[:19])) for first, last in labels[name]]
        found.append(File(path.name, [float(row["value"]) for row in rows], windows))
    return found


def score(files: list[File], scores: list[NDArray[np.float64]]) -> tuple[float, float]:
    """What the best threshold earns, between 0 (says nothing) and 100 (perfect); and that threshold."""
    edges = np.unique(np.concatenate([one[file.learning :] for file, one in zip(files, scores, strict=True)]))
    edges = np.append(edges[:: max(1, len(edges) // 2_000)], np.inf)
    earned = np.sum([_earned(file, one, edges) for file, one in zip(files, scores, strict=True)], axis=0)
    windows = sum(1 for file in files for _, last in file.windows if last >= file.learning)
    best = int(np.argmax(earned))
    return 100 * (float(earned[best]) + windows) / (2 * windows), float(edges[best])


def _earned(file: File, scores: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the file earns at each threshold (rows that score it or more are detections)."""
    earned = np.zeros(len(edges))
    inside = np.zeros(len(scores), bool)
    for first, last in file.windows:
        inside[first : last + 1] = True
        rows = np.arange(max(first, file.learning), last + 1)
        if not len(rows):
            continue
        worth = _sigmoid(-(last - rows + 1) / (last - first + 1)) / _sigmoid(np.array([-1.0]))[0]
        # Of a window counts its best detection, which is its first.
        highest = np.maximum.accumulate(scores[rows])
        at = np.searchsorted(highest, edges)
        earned += np.where(at < len(rows), worth[np.minimum(at, len(rows) - 1)], -1.0)
    outside = np.flatnonzero(~inside & (np.arange(len(scores)) >= file.learning))
    cost = FALSE_WEIGHT * _sigmoid(np.array([_behind(file, int(row)) for row in outside]))
    order = np.argsort(scores[outside])
    sums = np.concatenate([[0.0], np.cumsum(cost[order][::-1])])
    return np.asarray(earned + sums[len(outside) - np.searchsorted(scores[outside][order], edges)])


def _behind(file: File, row: int) -> float:
    before = [(first, last) for first, last in file.windows if last < row]
    if not before:
        return FAR_BEHIND
    first, last = before[-1]
    return (row - last) / max(last - first, 1)


def _sigmoid(place: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(place >= FAR_BEHIND, -1.0, 2 / (1 + np.exp(STEEPNESS * np.minimum(place, FAR_BEHIND))) - 1)


def ours(file: File, rows: int, *, relative: bool) -> NDArray[np.float64]:
    """Scores by windows of so many rows, which stand at the last row; both sides count, since both are anomalies.

    Values are made counts by a unit, which is the median of the rows for learning over a thousand. A score is how many
    deviations a window is off, as counts stray; or, ``relative``, how far it is off what is expected, by the root mean
    square of how far those before it were, since metrics are no counts and stray in their own way.
    """
    known = sorted(value for value in file.values[: file.learning] if value > 0) or [1.0]
    unit = known[len(known) // 2] / UNIT
    scores, per_day = np.zeros(len(file.values)), ROWS_PER_DAY // rows
    ring, learned, squares = Ring(0), 0, 0.0
    baseline = Baseline(ring, 0, per_day)
    for number in range(len(file.values) // rows):
        values = file.values[number * rows : (number + 1) * rows]
        count = int(min(sum(values) / len(values) / unit, MOST_COUNT))
        off = _off(baseline, count, relative=relative)
        scores[(number + 1) * rows - 1] = off / sqrt((squares + 1) / (number + 1)) if relative else off
        squares += off * off
        ring.put(number, count)
        if learned_before(0, number + 1, per_day) == learned:
            baseline.go_on(number + 1)
        else:
            learned = learned_before(0, number + 1, per_day)
            baseline = Baseline(ring, number + 1, per_day)
    return scores


def _off(baseline: Baseline, count: int, *, relative: bool) -> float:
    """How far off at most, alone or with the windows before."""
    found = 0.0
    for windows in SHARES:
        expected = baseline.expected(windows)
        if expected is not None:
            summed = baseline.summed(count, windows)
            off = (summed - expected.mean) / sqrt(windows)
            found = max(found, abs(off if relative else deviations(summed, expected.mean, expected.variance)))
    return found


def windowed_gaussian(file: File) -> NDArray[np.float64]:
    """The benchmark's own yardstick: how far off the mean of the rows before, in standard deviations."""
    scores = np.zeros(len(file.values))
    values = np.array(file.values)
    for first in range(GAUSSIAN_STEP, len(values), GAUSSIAN_STEP):
        past = values[max(0, first - GAUSSIAN_ROWS) : first]
        scores[first : first + GAUSSIAN_STEP] = np.abs(values[first : first + GAUSSIAN_STEP] - past.mean()) / max(
            float(past.std()), 1e-6
        )
    return scores

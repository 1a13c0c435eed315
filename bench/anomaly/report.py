"""The tables of a run, and what they have to show."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bench.anomaly import changes, comparison, cost, detection, groups, nab
from bench.anomaly.families import SETTLED_HOURS, Family, families
from bench.anomaly.peers import PEERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from pathlib import Path

    from bench.anomaly.size import Size

TIE = 0.01
GROUPS_A_TASK = 10
SHIFTED = ("flat 2", "day 10", "week x2 0.5", "week x2 50", "strong x5 50")
INTERRUPTED = (
    "day 2",
    "day 10",
    "week x2 10",
    "week x2 50",
    "spiky week 50",
    "strong x5 50",
    "zeros 30",
    "trend x1.5 200",
)
YOUNG = ("flat 0.1", "day 0.5", "week x2 2", "day 10", "strong x5 50", "spiky 5")
COSTLY = ("flat 0.02", "week x2 10", "week x2 200", "zeros 30", "gaps 10")


class Run(NamedTuple):
    """What is to be run."""

    size: Size
    family: str
    seed: int
    nab: Path

    def families(self) -> list[Family]:
        """Those that are chosen."""
        return [one for one in families() if self.family in one.name]


class Claim(NamedTuple):
    """Something that has to hold, and what was measured."""

    text: str
    holds: bool
    measured: str


def _share(text: str, holding: list[bool], least: float) -> Claim:
    """That so large a part of the families holds."""
    return Claim(text, sum(holding) >= least * len(holding) - 1e-9, f"{sum(holding)} of {len(holding)}")


def alarms_and_outbreaks(run: Run, pool: Executor) -> list[Claim]:
    """(a) and (b): against the promise, and against the detector that knows the distribution."""
    print(
        f"{'family':17}{'alarms':>8}{'promise':>9}{'attain':>8} | found/knowing (of one window) at 3, 4, 6 sd"
        f"{'':24}| 6sd 2+ 4sd 3+ delay"
    )
    every = run.families()
    judge = partial(detection.judge, series=run.size.series, days=run.size.days)
    found = []
    for one in pool.map(judge, every, [run.seed * 1_000 + number for number in range(len(every))]):
        found.append(one)
        print(_row(one), flush=True)
    large = [one for one in found if one.family.mean >= 3]
    return [
        _share("(a) at most 1.2 times the promise, 9 of 10", [one.alarms <= 1.2 * one.promised for one in found], 0.9),
        _share("(a) half of what the truth attains, 8 of 10", [one.alarms >= 0.5 * one.attained for one in found], 0.8),
        *(
            _share(
                f"(b) 0.9 of the knowing one's power, {size} sd", [one.relative(size) >= 0.9 for one in found], least
            )
            for size, least in ((6, 0.9), (4, 0.8), (3, 0.7))
        ),
        _share("(b) mean >= 3: 6 sd over 2 or more found 90 %", [one.found(6, 2) >= 0.9 for one in large], 1.0),
        _share("(b) mean >= 3: 4 sd over 3 or more found 80 %", [one.found(4, 3) >= 0.8 for one in large], 1.0),
        _share("(b) mean >= 3: median delay at 6 sd <= 2 windows", [one.delay(6) <= 2 for one in large], 1.0),
    ]


def _row(one: detection.Figures) -> str:
    powers = "  ".join(
        f"{one.found(size):.2f}/{one.known(size):.2f} ({one.found(size, 1, 1):.2f}/{one.known(size, 1, 1):.2f})"
        for size in detection.SIZES
    )
    return (
        f"{one.family.name:17}{one.alarms:8}{one.alarms / one.promised:9.2f}"
        f"{one.alarms / max(one.attained, 1e-9):8.2f} | {powers} | {one.found(6, 2):6.2f}{one.found(4, 3):7.2f}"
        f"{one.delay(6):6.0f}"
    )


def peers(run: Run, pool: Executor) -> list[Claim]:
    """(c): the best F1 at equally many false alarms."""
    names = (comparison.OURS, comparison.KNOWING, *PEERS)
    print(f"{'family':17}{'outbreaks':>10}{'false':>6} " + "".join(f"{name:>17}" for name in names))
    every = run.families()
    compare = partial(comparison.compare, series=run.size.compared, days=run.size.compared_days)
    best, near = [], []
    for one in pool.map(compare, every, [run.seed * 2_000 + number for number in range(len(every))]):
        scores = one.scores
        best.append(scores[comparison.OURS] >= scores[one.best_peer] - TIE)
        near.append(scores[comparison.OURS] >= 0.9 * scores[comparison.KNOWING])
        print(
            f"{one.family.name:17}{one.outbreaks:10}{one.false:6.0f} "
            + "".join(f"{scores[name]:17.3f}" for name in names)
            + ("" if best[-1] else f"  {one.best_peer} is better"),
            flush=True,
        )
    return [
        _share("(c) best F1 at equal false alarms, 8 of 10", best, 0.8),
        _share("(c) 0.9 of the knowing one's F1, 8 of 10", near, 0.8),
    ]


def many_groups(run: Run, pool: Executor) -> list[Claim]:
    """(a): one rule over 200 groups."""
    size = run.size
    judge = partial(groups.judge, groups=GROUPS_A_TASK, weeks=size.weeks, seed=run.seed)
    parts = list(pool.map(judge, range(0, size.groups, GROUPS_A_TASK)))
    alarms, promised = sum(one.alarms for one in parts), sum(one.promised for one in parts)
    print(f"{alarms} false alarms of {size.groups} groups in {size.weeks} weeks, {promised:.1f} promised")
    return [Claim("(a) 200 groups: at most twice the promise", alarms <= 2 * promised, f"{alarms / promised:.2f}")]


def numenta(run: Run, _pool: Executor) -> list[Claim]:
    """(d): reported, not required."""
    if not (run.nab / "windows.json").exists():
        print(f"no file {run.nab / 'windows.json'}: not run")
        return []
    files = nab.read(run.nab)
    print(f"standard profile over the {len(files)} files of realAWSCloudwatch that are there:")
    for rows, what in ((12, "an hour"), (6, "half an hour"), (1, "5 minutes")):
        found = [
            nab.score(files, [nab.ours(file, rows, relative=relative) for file in files])[0]
            for relative in (False, True)
        ]
        print(f"  ours, windows of {what:14}{found[0]:6.1f}, told by earlier deviations {found[1]:.1f}")
    print(f"  {'windowed Gaussian':31}{nab.score(files, [nab.windowed_gaussian(file) for file in files])[0]:6.1f}")
    print("published, over all 58 files: " + ", ".join(f"{name} {value:g}" for name, value in nab.PUBLISHED.items()))
    return []


def level_shift(run: Run, pool: Executor) -> list[Claim]:
    """(e): usual again within three days, and told apart at once."""
    print(
        f"{'family':17}{'factor':>7}{'alarms in 3 days':>18}{'last of them, h':>17}{'later/promise':>15}"
        f"{'apart after, h':>16}"
    )
    chosen = [one for one in families() if one.name in SHIFTED]
    settled, apart = [], []
    for family in chosen:
        for factor in changes.FACTORS:
            seeds = [run.seed * 100 + number for number in range(run.size.rounds)]
            shifts = list(pool.map(partial(changes.shift, family, factor), seeds))
            promised = len(shifts) * (changes.AFTER - SETTLED_HOURS) * detection.PROMISE
            later = sum(one.later for one in shifts) / promised
            settled.append(later <= 1.5)
            told = float(np.median([one.apart for one in shifts]))
            if family.mean >= 10 and (factor >= 2 or factor <= 0.5):
                apart.append(told <= 6)
            print(
                f"{family.name:17}{factor:7.1f}{np.mean([one.settling for one in shifts]):18.1f}"
                f"{np.mean([one.last for one in shifts]):17.1f}{later:15.2f}{told:16.1f}",
                flush=True,
            )
    return [
        _share("(e) after 3 days at most 1.5 times the promise", settled, 0.9),
        _share("(e) twice or half, mean >= 10: told apart within 6 hours", apart, 0.9),
    ]


def missing_hours(run: Run, pool: Executor) -> list[Claim]:
    """(f): no more false alarms than would have come without the gap."""
    print(f"{'family':17}{'hours':>6}{'alarms in the week after':>26}{'without the gap':>17}")
    alarms = quiet = 0
    for family in [one for one in families() if one.name in INTERRUPTED]:
        for hours in changes.GAPS:
            seeds = [run.seed * 300 + number for number in range(run.size.rounds)]
            found = list(pool.map(partial(changes.missing, family, hours), seeds))
            after, without = sum(one.after for one in found), sum(one.without for one in found)
            alarms, quiet = alarms + after, quiet + without
            print(f"{family.name:17}{hours:6}{after:26}{without:17}", flush=True)
    holds = alarms <= 1.1 * quiet
    return [Claim("(f) no more alarms after a gap than without it", holds, f"{alarms}, and {quiet} without")]


def young(run: Run, pool: Executor) -> list[Claim]:
    """What series promise in their first weeks, alone and among siblings."""
    print("false alarms by the promise, from that age to the next (3 to 7 days, 7 to 14, 14 to 21)")
    print(f"{'family':17}" + "".join(f"{f'{age} d alone':>13}{'siblings':>10}" for age in changes.AGES))
    for family in [one for one in families() if one.name in YOUNG]:
        judge = partial(changes.young, family, rounds=run.size.young_rounds)
        cells = list(pool.map(judge, changes.AGES, [run.seed] * len(changes.AGES)))
        print(f"{family.name:17}" + "".join(f"{one.alone:13.2f}{one.among:10.2f}" for one in cells), flush=True)
    return []


def costs(run: Run, _pool: Executor) -> list[Claim]:
    """CPU and memory."""
    print(f"{'family':17}{'update, us':>11}{'judge, us':>11}{'learn, ms':>11}{'ring, B':>9}{'all, B':>8}")
    found = []
    for family in [one for one in families() if one.name in COSTLY]:
        one = cost.measure(family, run.seed)
        found.append(one)
        print(
            f"{family.name:17}{one.update_us:11.1f}{one.judge_us:11.1f}{one.learn_ms:11.1f}{one.ring_bytes:9}"
            f"{one.all_bytes:8}"
        )
    return [
        Claim("update with weekly learning < 50 us in the mean", *_under([one.update_us for one in found], 50.0, "us")),
        Claim("learning <= 8 ms in the mean", *_under([one.learn_ms for one in found], 8.0, "ms")),
        Claim("ring <= 4 KB", *_under([float(one.ring_bytes) for one in found], 4096.0, "B")),
    ]


def _under(values: list[float], most: float, unit: str) -> tuple[bool, str]:
    return sum(values) / len(values) < most, f"{sum(values) / len(values):.1f} {unit}, at most {max(values):.1f}"


PARTS: dict[str, Callable[[Run, Executor], list[Claim]]] = {
    "detection": alarms_and_outbreaks,
    "peers": peers,
    "groups": many_groups,
    "nab": numenta,
    "shift": level_shift,
    "missing": missing_hours,
    "young": young,
    "cost": costs,
}

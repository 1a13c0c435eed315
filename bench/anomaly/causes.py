"""Whether what moved with an alert is found, and nothing where nothing did: ``python -m bench.anomaly.causes``.

Estates of more than 5,000 series (``worlds.py``) with releases and alerts at their natural rates. In half of the
trials a cause is planted: a release shortly before the alert, a new event name by one principal, or a burst of errors.
A hit is the true cause among the first three that are told.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer

from bench.anomaly.kinds import MEASURES, Kind
from bench.anomaly.worlds import World
from streams.core.related.families import MINUTE_MS
from streams.core.related.find import Known, judge
from streams.core.related.frame import CELL, DAY
from streams.core.related.seen import Instant, Name, Own, Seen
from streams.core.related.tail import tails_of
from streams.core.related.usual import Past, learn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streams.core.related.find import Found

KINDS = (
    Kind("as it is"),
    Kind("causes a third", planted=1 / 3),
    Kind("seldom means much", scripts=1.0),
    Kind("heavy bursts", heavy=1.5),
    Kind("wild levels", drift=0.8, size=8.0),
    Kind("thrice the new", churn=3.0),
    Kind("6 releases a day", releases=6.0),
    Kind("10 days known", days=10),
)
PLANTS = ("release", "new name", "errors")
FIRST = 3


@dataclass
class Tally:
    """Of one kind of world: trials and hits by plant, false alarms by what was told, and how long a judgement took."""

    trials: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    quiet: int = 0
    series: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take in another one."""
        self.trials += other.trials
        self.hits += other.hits
        self.false += other.false
        self.quiet += other.quiet
        self.series += other.series
        self.seconds += other.seconds


class Trial:
    """One alert in a world: its day, with what may be planted in it."""

    def __init__(self, world: World) -> None:
        self.world, self.rng = world, world.rng
        self.cells = world.today()
        self.releases = self._at_rate(world.kind.releases, "release")
        self.alerts = [one for rule in range(40) for one in self._at_rate(0.5 * 0.85**rule, f"rule-{rule}")]
        self.truth: Callable[[Found], bool] = lambda _: False

    def _at_rate(self, a_day: float, of: str) -> list[Instant]:
        """Instants over all days, three quarters of them from 6 to 18 o'clock."""
        rng, days, found = self.rng, self.world.kind.days, []
        start = self.world.frame.at - days * DAY
        minute = float(start)
        while (minute := minute + rng.expovariate(1.5 * a_day / DAY)) < self.world.frame.at + 60:
            if rng.random() < (1.0 if 6 <= minute % DAY / 60 < 18 else 1 / 3):
                found.append(Instant(f"{of}-{len(found)}", of, int(minute * MINUTE_MS), of))
        return found

    def plant(self, what: str) -> None:
        """Plant one of ``PLANTS``."""
        {"release": self._release, "new name": self._new_name, "errors": self._errors}[what]()

    def _release(self) -> None:
        at = self.world.frame.at - self.rng.uniform(1, 10)
        self.releases.append(Instant("true", "true", int(at * MINUTE_MS)))
        self.truth = lambda found: any(one.instant and one.instant.id == "true" for one in found.moved[:FIRST])

    def _new_name(self) -> None:
        keys = {**self._keys(), "event_name": "TrueCall", "error_code": None, "outcome": "success"}
        self._burst(keys, self._size(12, 40), self.rng.uniform(5, 30), self.rng.uniform(10, 40))
        self._true("cloudtrail-calls", keys)

    def _errors(self) -> None:
        keys = {**self._keys(), "error_code": "AccessDenied", "outcome": "denied"}
        self._burst(keys, self._size(60, 300), self.rng.uniform(5, 25), self.rng.uniform(10, 40))
        self._true("cloudtrail-errors", keys)

    def _size(self, low: int, high: int) -> int:
        return max(2, round(self.rng.randint(low, high) * self.world.kind.planted))

    def _keys(self) -> dict[str, str | None]:
        """Those of a flow that is no rare one."""
        while True:
            number = self.rng.randrange(len(self.world.flows))
            if "event_name" in self.world.keys[number] and self.world.flows[number].rate > 0.05:
                return self.world.keys[number]

    def _burst(self, keys: dict[str, str | None], events: int, before: float, lasts: float) -> None:
        numbers = self.world.series_of(keys)
        self.cells += [{} for _ in range(len(self.world.names) - len(self.cells))]
        for _ in range(events):
            cell = int(self.world.frame.before + (self.rng.random() * lasts - before) // CELL)
            for number in numbers if cell < self.world.frame.cells else ():
                self.cells[number][cell] = self.cells[number].get(cell, 0) + 1

    def _true(self, measure: str, keys: dict[str, str | None]) -> None:
        group = tuple((key, keys[key]) for key in MEASURES[measure])
        self.truth = lambda found: any(
            one.name is not None and one.name.measure == measure and one.name.group == group
            for leader in found.moved[:FIRST]
            for one in (leader, *leader.also)
        )


def seen_by(trial: Trial, past: Sequence[Past]) -> Seen:
    """What is looked at in a trial."""
    world = trial.world
    count = len(trial.cells)
    names = [
        Name(name, name.split("-")[0], tuple(zip(MEASURES[name], group, strict=True)))
        for name, group in world.names[:count]
    ]
    news = [Past(name.measure, world.frame.start + 1 + DAY, 0, {}) for name in names[len(past) :]]
    everything = [
        one if world.known(number) or number >= len(past) else one._replace(first=world.frame.start + 1)
        for number, one in enumerate([*past, *news])
    ]
    return Seen(
        world.frame, names, everything, trial.cells, dict.fromkeys(MEASURES, world.kind.days), world.newcomers,
        trial.releases, trial.alerts, float(world.kind.days),
    )  # fmt: skip


def run(kind: Kind, seed: int, trials: int) -> Tally:
    """A world, and in it so many trials with a plant and as many without."""
    tally = Tally()
    world = World(kind, random.Random(seed))  # noqa: S311 - figures that can be made again are wanted
    past = list(world.past)
    began = time.process_time()
    learned = learn(past, world.frame, dict.fromkeys(MEASURES, kind.days))
    tails = tails_of(learned.odd, [name for name, _ in world.names], MEASURES)
    fit = time.process_time() - began
    for number in range(2 * trials):
        trial = Trial(world)
        what = PLANTS[(number // 2 + seed) % len(PLANTS)] if number % 2 else None
        if what:
            trial.plant(what)
        seen = seen_by(trial, past)
        began = time.process_time()
        learned.usual += [None] * (len(seen.past) - len(learned.usual))
        found = judge(seen, Own(world.frame.at * MINUTE_MS), Known(learned, tails))
        tally.seconds.append(fit + time.process_time() - began)
        tally.series.append(sum(1 for cells, one in zip(seen.today, seen.past, strict=True) if cells or one.total))
        if what:
            tally.trials[what] += 1
            tally.hits[what] += trial.truth(found)
        else:
            tally.quiet += 1
            if found.moved:
                tally.false[found.moved[0].kind] += 1
    return tally


def main(
    trials: Annotated[int, typer.Option(help="Trials of each, with a plant and without, of the first kind.")] = 200,
    harder: Annotated[int, typer.Option(help="The same of the harder kinds.")] = 40,
    a_world: Annotated[int, typer.Option(help="Trials of each in one world.")] = 10,
    seed: Annotated[int, typer.Option(help="Another seed makes other worlds.")] = 0,
) -> None:
    """Print a line for each kind of world."""
    print(f"{'world':<22}{'series':>7}{'trials':>8}{'hits':>7}  " + "".join(f"{one:>10}" for one in PLANTS), end="")
    print(f"{'quiet':>8}{'false':>7}   by kind; CPU s a question")
    with ProcessPoolExecutor(2) as pool:
        for place, kind in enumerate(KINDS):
            worlds = (harder if place else trials) // a_world
            total = Tally()
            for one in pool.map(run, [kind] * worlds, range(seed, seed + worlds), [a_world] * worlds):
                total.add(one)
            _print(kind, total)


def _print(kind: Kind, total: Tally) -> None:
    if not total.quiet:
        return
    trials, hits = sum(total.trials.values()), sum(total.hits.values())
    each = "".join(f"{total.hits[one] / max(1, total.trials[one]):>10.0%}" for one in PLANTS)
    false = sum(total.false.values())
    print(
        f"{kind.name:<22}{sum(total.series) // len(total.series):>7,}{trials:>8}{hits / trials:>7.0%}  {each}"
        f"{total.quiet:>8}{false / total.quiet:>7.1%}   {dict(total.false)}; "
        f"{sum(total.seconds) / len(total.seconds):.1f}",
        flush=True,
    )


if __name__ == "__main__":
    typer.run(main)

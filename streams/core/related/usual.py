"""What is usual for each series at this time of day, out of the same hours of earlier days.

A series' mean is that of its own earlier days, drawn towards its rate over all hours where its days hold few events.
How its counts spread is told by pairs: n events in a stretch are n(n-1) ordered pairs, and independent events have
mean**2 of them. What is more than that, for each event, is how many others come along with it. Series with few events
of their own are told what their siblings of one measure and size have, and those with few what all have (empirical
Bayes). A day is always judged by the others, as the instant's day is: what was learned of a burst would excuse it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import accumulate
from math import floor, log2
from typing import TYPE_CHECKING, NamedTuple

from streams.core.related.frame import CELL, CELLS_A_DAY, DAY
from streams.core.related.scan import FEWER_MEAN, LENGTHS, Expected, Stretch, most_unusual

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from streams.core.related.frame import Frame

PRIOR_EVENTS = 1.0
"""How many events the rate over all hours weighs as much as, against a series' own days."""
PRIOR_BURSTS = 100.0
"""How many events the siblings' bursts weigh as much as, against a series' own: bursts are few, and pairs many."""
PRIOR_DAYS = 10.0
"""The same in days: a few days that happen to be alike don't tell how much days differ."""
PRIOR_SIBLINGS = 30.0
"""The same of the bursts of all measures, against those of one measure's siblings."""
PROFILE_EVENTS = 50.0
"""The same for how the measure's events are spread over the cells."""
HOUR = 12
"""Cells of an hour, whose share of a day's events is learned."""
NO_PAIRS = (0,) * len(LENGTHS)


class Past(NamedTuple):
    """A series before the instant's day: since when it is known (epoch minute), and its events over all hours.

    ``cells`` has the count of each cell with any, by place.
    """

    measure: str
    first: int
    total: int
    cells: Mapping[int, int]


@dataclass(slots=True)
class _Days:
    """A series by day: for those with events, their cells; and what its pairs are, by length."""

    days: Sequence[int]
    scale: float
    """From its events over all hours to those that a day's frame should have."""
    by_day: dict[int, dict[int, int]]
    events: int
    pairs: list[int]
    pairs_by_day: dict[int, list[int]]


class Odd(NamedTuple):
    """The most unusual stretch of a series on an earlier day; ``days`` is how many days were looked at."""

    series: int
    day: int
    stretch: Stretch
    days: int


@dataclass(slots=True)
class Learned:
    """What is usual for each series, in their order, and what was unusual on earlier days by the same measure."""

    usual: list[Expected | None]
    odd: list[Odd] = field(default_factory=list)


class _Pool:
    """What siblings have together: pairs beyond those of independent events, by length, and expected events."""

    __slots__ = ("beyond", "events")

    def __init__(self) -> None:
        self.beyond = [0.0] * len(LENGTHS)
        self.events = 0.0

    def add(self, mean: float, days: float, pairs: Sequence[int], unit: Sequence[float]) -> None:
        """Take in some days of a series; ``pairs`` are of all of them."""
        square = mean * mean * days
        self.beyond = [sum_ + found - one * square for sum_, found, one in zip(self.beyond, pairs, unit, strict=True)]
        self.events += mean * days

    def bursts(self, prior: Sequence[float], weight: float) -> list[float]:
        """How many others come along with an event, by length; the prior weighs as much as so many events."""
        events = max(self.events, 0.0) + weight
        return [max(0.0, (sum_ + weight * usual) / events) for sum_, usual in zip(self.beyond, prior, strict=True)]


def learn(series: Sequence[Past], frame: Frame, known: Mapping[str, int]) -> Learned:
    """Learn of every series; ``known`` has the days that each measure was counted. Others than these are None."""
    by_measure: defaultdict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(series):
        if known.get(one.measure, 0) > 0:
            by_measure[one.measure].append(number)
    learned = Learned([None] * len(series))
    teachers = [
        _Teacher([series[number] for number in numbers], numbers, frame, known[measure])
        for measure, numbers in sorted(by_measure.items())
    ]
    everywhere: defaultdict[int, _Pool] = defaultdict(_Pool)
    for teacher in teachers:
        for size, pool in teacher.pools.items():
            whole = everywhere[size]
            whole.beyond = [one + other for one, other in zip(whole.beyond, pool.beyond, strict=True)]
            whole.events += pool.events
    # Of the rarest series hardly any burst was seen: what is known of the next larger ones has to do.
    bursts: dict[int, list[float]] = {}
    usual: list[float] = [1.0] * len(LENGTHS)
    for size in sorted(everywhere, reverse=True):
        usual = bursts[size] = everywhere[size].bursts(usual, PRIOR_SIBLINGS)
    for teacher in teachers:
        teacher.teach(bursts, learned)
    return learned


class _Teacher:
    """One measure."""

    def __init__(self, series: Sequence[Past], numbers: Sequence[int], frame: Frame, known: int) -> None:
        self._series, self._numbers, self._cells = series, numbers, frame.cells
        self._lengths = [min(length, frame.cells) for length in LENGTHS]
        self._held = [_held(one, frame, known, self._lengths) for one in series]
        events = sum(held.events for held in self._held)
        flat = sum(one.total * held.scale * len(held.days) for one, held in zip(series, self._held, strict=True))
        season = (events + PRIOR_EVENTS) / (flat + PRIOR_EVENTS)
        for held in self._held:
            held.scale *= season
        hours = -(-frame.cells // HOUR)
        self._profile = self._spread(self._held, [1.0 / hours] * hours)
        self._shares = self._cumulative(self._profile)
        self._unit = self._squares(self._shares)
        self.pools = self._pooled()
        self._everywhere: Mapping[int, Sequence[float]] = {}
        self._bursts: dict[int, list[float]] = {}

    def _pooled(self) -> dict[int, _Pool]:
        """Series' days by size; a day's size is that of the others.

        Otherwise a burst would move its own series among the large ones, and small ones would seem never to burst.
        """
        pools: defaultdict[int, _Pool] = defaultdict(_Pool)
        for one, held in zip(self._series, self._held, strict=True):
            if not held.days:
                continue
            mean, empty = _mean(one, held), len(held.days) - len(held.by_day)
            pools[_size(mean)].add(mean, empty, NO_PAIRS, self._unit)
            for day, cells in held.by_day.items() if len(held.days) > 1 else ():
                mean = _mean(one, held, sum(cells.values()))
                pools[_size(mean)].add(mean, 1, held.pairs_by_day.get(day, NO_PAIRS), self._unit)
        return dict(pools)

    def teach(self, everywhere: Mapping[int, Sequence[float]], learned: Learned) -> None:
        """What is usual for each of its series, and what was odd on earlier days; by the bursts of all measures."""
        self._everywhere = everywhere
        self._bursts = {size: pool.bursts(everywhere[size], PRIOR_SIBLINGS) for size, pool in self.pools.items()}
        for number, one, held in zip(self._numbers, self._series, self._held, strict=True):
            if not held.days:
                continue
            shares, unit = self._shares, self._unit
            if held.events > PROFILE_EVENTS:
                shares = self._cumulative(self._spread([held], self._profile))
                unit = self._squares(shares)
            mean = _mean(one, held)
            own = _Pool()
            own.add(mean, len(held.days), held.pairs, unit)
            bursts = own.bursts(self._of(mean), _weight(mean))
            learned.usual[number] = _expected(mean, shares, unit, held.events, bursts)
            if len(held.days) > 1:
                learned.odd += self._odd(number, one, held, shares, unit)

    def _of(self, mean: float) -> Sequence[float]:
        """The bursts of series of one size; of the nearest, where there are none."""
        size = _size(mean)
        found = self._bursts.get(size)
        return found or self._bursts[min(self._bursts, key=lambda other: abs(other - size))]

    def _odd(
        self, number: int, one: Past, held: _Days, shares: Sequence[float], unit: Sequence[float]
    ) -> Iterator[Odd]:
        """The unusual stretches of earlier days, each day judged by the others."""
        days = len(held.days)
        for day in held.days if held.events >= FEWER_MEAN * days else held.by_day:
            cells = held.by_day.get(day, {})
            count = sum(cells.values())
            mine = held.pairs_by_day.get(day)
            mean = _mean(one, held, count)
            prior, pairs = self._of(mean), held.pairs
            if mine is not None:
                pairs = [whole - found for whole, found in zip(pairs, mine, strict=True)]
                size = _size(mean)
                others = _Pool()
                others.beyond, others.events = self.pools[size].beyond, self.pools[size].events
                others.add(mean, -1, [-found for found in mine], self._unit)
                prior = others.bursts(self._everywhere[size], PRIOR_SIBLINGS)
            own = _Pool()
            own.add(mean, days - 1, pairs, unit)
            expected = _expected(mean, shares, unit, held.events - count, own.bursts(prior, _weight(mean)))
            stretch = most_unusual(cells, expected)
            if stretch is not None:
                yield Odd(number, day, stretch, days)

    def _spread(self, held: Sequence[_Days], prior: Sequence[float]) -> list[float]:
        """The share of a day's events that each hour has."""
        sums = [PROFILE_EVENTS * share for share in prior]
        for one in held:
            for cells in one.by_day.values():
                for cell, count in cells.items():
                    sums[cell // HOUR] += count
        return [one / sum(sums) for one in sums]

    def _cumulative(self, profile: Sequence[float]) -> list[float]:
        sizes = [min(HOUR, self._cells - hour * HOUR) for hour in range(len(profile))]
        cells = [share / size for share, size in zip(profile, sizes, strict=True) for _ in range(size)]
        return [0.0, *accumulate(cells)]

    def _squares(self, shares: Sequence[float]) -> list[float]:
        """The sum of the squares of stretches' shares, by length."""
        return [
            sum((shares[min(at + length, self._cells)] - shares[at]) ** 2 for at in range(0, self._cells, length))
            for length in self._lengths
        ]


def _mean(one: Past, held: _Days, without: int | None = None) -> float:
    """A day's mean; ``without`` a day that had so many events."""
    out = without or 0
    rate = (one.total - out + 0.5) * held.scale
    return (held.events - out + PRIOR_EVENTS) / (len(held.days) - (without is not None) + PRIOR_EVENTS / rate)


def _held(one: Past, frame: Frame, known: int, lengths: Sequence[int]) -> _Days:
    # On days before a series was ever seen, that it was silent tells nothing; and then it goes on for a while.
    seen = min(known, (frame.start - HOUR * CELL - one.first) // DAY)
    days = tuple(day for day in frame.alike(known) if day <= seen)
    wanted = frozenset(days)
    by_day: dict[int, dict[int, int]] = {}
    for place, count in one.cells.items():
        day, cell = divmod(place, frame.cells)
        if day in wanted:
            by_day.setdefault(day, {})[cell] = count
    lived = max(0.5, min(known, (frame.start - one.first) / DAY))
    found = _Days(days, frame.cells / CELLS_A_DAY / lived, by_day, 0, [0] * len(lengths), {})
    for day, cells in by_day.items():
        events = sum(cells.values())
        found.events += events
        if events > 1:
            pairs = [_pairs(cells, length) for length in lengths]
            found.pairs_by_day[day] = pairs
            found.pairs = [all_ + one for all_, one in zip(found.pairs, pairs, strict=True)]
    return found


def _pairs(cells: Mapping[int, int], length: int) -> int:
    """Ordered pairs of events in one stretch, where stretches lie side by side."""
    if length == 1:
        return sum(count * (count - 1) for count in cells.values())
    sums: dict[int, int] = {}
    for cell, count in cells.items():
        sums[cell // length] = sums.get(cell // length, 0) + count
    return sum(count * (count - 1) for count in sums.values())


def _size(mean: float) -> int:
    return floor(log2(mean))


def _weight(mean: float) -> float:
    return max(PRIOR_BURSTS, PRIOR_DAYS * mean)


def _expected(
    mean: float, shares: Sequence[float], unit: Sequence[float], events: int, bursts: Sequence[float]
) -> Expected:
    """The negative binomial that has so many others along with an event."""
    # The mean itself is not known better than its events tell.
    doubt = 1.0 / (events + PRIOR_EVENTS)
    return Expected(mean, shares, [burst / (one * mean) + doubt for burst, one in zip(bursts, unit, strict=True)])

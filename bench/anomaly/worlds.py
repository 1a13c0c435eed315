"""Made-up estates for ``bench.anomaly.causes``: flows of events whose sums are the series of several measures.

A flow is one caller's calls of one name from one address (or findings of one type in one account). It comes in
sessions of several events, by day and week, and every measure counts it, so that series move together as in life.
Rates are heavy-tailed, 0.001 to 200 events an hour. New callers, addresses and names turn up all the time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from math import exp, log, pi, sin, sqrt
from typing import TYPE_CHECKING

from bench.anomaly.kinds import BURN_IN, MEASURES, NEWCOMERS, SERIES, Kind, poisson, rate, zipf
from streams.core.related.arrivals import Newcomers
from streams.core.related.frame import CELL, DAY, Frame
from streams.core.related.usual import Past

if TYPE_CHECKING:
    import random


@dataclass(slots=True)
class Flow:
    """``rate`` in events an hour, ``size`` the mean of a session, ``born`` the day before the instant's (0: always)."""

    series: tuple[int, ...]
    rate: float
    size: float
    human: bool
    first: float = -1e9
    """When its first event was, in minutes from the start of the instant's frame."""
    last: float = 1e9
    """When it ends, the same."""
    level: float = 1.0


@dataclass
class World:
    """Series with their past; ``today`` draws the instant's day, as often as it is asked."""

    kind: Kind
    rng: random.Random
    frame: Frame = field(init=False)
    names: list[SERIES] = field(default_factory=list)
    past: list[Past] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    newcomers: dict[str, Newcomers] = field(default_factory=dict)
    keys: list[dict[str, str | None]] = field(default_factory=list)
    """What each flow is about."""

    def __post_init__(self) -> None:
        rng, days = self.rng, self.kind.days
        at = 29_700_000 + rng.randrange(7 * DAY)
        self.frame = Frame(at)
        self._number: dict[SERIES, int] = {}
        self._cells: list[dict[int, int]] = []
        self._first: list[float] = []
        self._marks: list[int] = []
        self._totals: list[int] = []
        self._shared = [exp(rng.gauss(0, 0.15)) for _ in range(days + 1)]
        self._make_flows()
        for flow in self.flows:
            self._live(flow)
        self._learn_newcomers()
        self.past = [
            Past(name[0], self.frame.start + int(min(first, 1e8)), total, cells)
            for name, first, total, cells in zip(self.names, self._first, self._totals, self._cells, strict=True)
        ]

    def number(self, name: SERIES) -> int:
        """The series of this name; made where there is none."""
        if name not in self._number:
            self._number[name] = len(self.names)
            self.names.append(name)
            self._cells.append({})
            self._first.append(1e9)
            self._marks.append(0)
            self._totals.append(0)
        return self._number[name]

    def series_of(self, keys: dict[str, str | None]) -> tuple[int, ...]:
        """All series that count an event with these values."""
        source = "findings" if "type" in keys else "cloudtrail"
        return tuple(
            self.number((measure, tuple(keys[key] for key in by)))
            for measure, by in MEASURES.items()
            if measure.startswith(source) and (measure != "cloudtrail-errors" or keys["error_code"])
        )

    def _make_flows(self) -> None:
        rng = self.rng
        accounts = [f"account-{n}" for n in range(60)]
        sources = [f"service-{n}" for n in range(50)]
        calls = [(f"Call{n}", rng.choice(sources)) for n in range(600)]
        people = [(f"principal-{n}", zipf(rng, accounts), rng.random() < 0.5) for n in range(1_300)]
        own = {name: [f"10.{rng.randrange(1 << 24)}" for _ in range(rng.randint(1, 3))] for name, _, _ in people}
        regions = [f"region-{n}" for n in range(16)]
        for _ in range(3_200):
            (name, account, human), (call, source) = zipf(rng, people), zipf(rng, calls)
            failed = rng.random() < 0.1
            self._flow(
                {
                    "account": account, "event_source": source, "event_name": call, "principal": name,
                    "error_code": rng.choice(("AccessDenied", "Throttling", "NoSuchEntity")) if failed else None,
                    "source_address": rng.choice(own[name]), "principal_type": "AssumedRole" if human else "AWSService",
                    "outcome": "denied" if failed else "success", "region": zipf(rng, regions),
                }, rate(rng, 0.001, 200.0), human=human,
            )  # fmt: skip
        types = [(f"Type{n}", rng.choice(("Low", "Medium", "High"))) for n in range(80)]
        for _ in range(700):
            kind, severity = zipf(rng, types)
            self._flow(
                {
                    "type": kind, "severity_label": severity, "account": zipf(rng, accounts),
                    "region": zipf(rng, regions), "security_group": f"sg-{int(rng.random() ** 2 * 500)}",
                }, rate(rng, 0.001, 8.0), human=False,
            )  # fmt: skip
        self._make_newcomers()

    def _make_newcomers(self) -> None:
        """Flows that begin somewhere in the days that are known or as long before, as more of them do each day."""
        for key, a_day, lasts in NEWCOMERS:
            for _ in range(poisson(self.rng, a_day * self.kind.churn * self.kind.days * 2)):
                first = -self.rng.random() * 2 * self.kind.days * DAY
                last = first + self.rng.expovariate(1 / lasts) * DAY
                if last > -self.kind.days * DAY:
                    self.newcomer(key, first).last = last

    def newcomer(self, key: str, first: float) -> Flow:
        """A flow with a new value of this key, first seen at a time (minutes from the frame's start)."""
        rng = self.rng
        like = rng.choice(self.keys)
        while key not in like:
            like = rng.choice(self.keys)
        keys = {**like, key: f"new-{key}-{rng.randrange(1 << 40)}"}
        flow = self._flow(keys, rate(rng, 0.001, 8.0), human=rng.random() < 0.5)
        flow.first = first
        return flow

    def _flow(self, keys: dict[str, str | None], rate: float, *, human: bool) -> Flow:
        size = max(1.0, self.rng.lognormvariate(log(self.kind.size), 0.8))
        if self.rng.random() > self.kind.scripts:
            # What happens seldom is mostly done by hand, once; a few are programs that run seldom and do much.
            size = 1.0 + (size - 1.0) * min(1.0, sqrt(rate * 10))
        flow = Flow(self.series_of(keys), rate, min(size, 30.0), human)
        self.flows.append(flow)
        self.keys.append(keys)
        return flow

    def season(self, flow: Flow, minute: float) -> float:
        """How much of its mean a flow has at a time (minutes from the frame's start)."""
        if not flow.human:
            return 1.0
        at = self.frame.start + minute
        weekend = (at // DAY + 3) % 7 >= 5
        return max(0.05, 1.0 + 0.95 * sin(2 * pi * (at % DAY) / DAY - pi * 0.75)) * (0.3 if weekend else 1.2)

    def _live(self, flow: Flow) -> None:
        """All of a flow's past."""
        rng, days = self.rng, self.kind.days
        start = -days * DAY
        sessions = flow.rate / flow.size
        if flow.first < start:
            flow.first = start + rng.expovariate(sessions) * 60
        if flow.first >= 0:
            return
        self._session(flow, flow.first, None, first=True)
        width = self.frame.cells * CELL
        for day in range(1, days + 1):
            begin = -day * DAY
            if flow.first >= begin + width or flow.last < begin:
                continue
            flow.level = exp(rng.gauss(0, self.kind.drift)) * self._shared[day]
            self.fill(flow, begin, max(begin, flow.first), lambda at, count, f=flow: self._count(f, at, count))
        hours = (min(0.0, flow.last) - flow.first) / 60 * (1 - width / DAY)
        rest = (
            sum(self._size(flow) for _ in range(poisson(rng, hours * sessions)))
            if hours * sessions < 300
            else int(hours * flow.rate * rng.gauss(1, 0.05))
        )
        for number in flow.series:
            self._totals[number] += rest

    def fill(self, flow: Flow, begin: float, since: float, count) -> None:  # noqa: ANN001
        """A frame's events of one day: in sessions, or cell by cell where there are many."""
        rng = self.rng
        width = self.frame.cells * CELL
        if flow.rate > 15:
            spread = 1.0 / flow.size + 0.02
            for cell in range(self.frame.cells):
                at = begin + cell * CELL
                mean = flow.rate * flow.level * self.season(flow, at) * CELL / 60
                found = poisson(rng, mean * rng.gammavariate(1 / spread, spread))
                if found and at >= since:
                    count(at, found)
            return
        middle = self.season(flow, begin + width / 2)
        for _ in range(poisson(rng, flow.rate * flow.level * middle * width / 60 / flow.size)):
            at = begin + rng.random() * width
            if at >= since:
                self._session(flow, at, count)

    def _session(self, flow: Flow, at: float, count, *, first: bool = False) -> None:  # noqa: ANN001
        rng = self.rng
        size, lasts = self._size(flow), rng.choice((1, 1, 2, 3, 6)) * CELL
        if first:
            for number in flow.series:
                if at < self._first[number]:
                    self._first[number], self._marks[number] = at, size
        for _ in range(size):
            when = at + rng.random() * lasts
            if count is None:
                self._count(flow, when, 1)
            else:
                count(when, 1)

    def _size(self, flow: Flow) -> int:
        if self.kind.heavy and self.rng.random() < 0.3:
            return min(3_000, int(flow.size / 2 * self.rng.paretovariate(self.kind.heavy)) + 1)
        return 1 + int(self.rng.expovariate(1.0) * (flow.size - 0.5)) if flow.size > 1.05 else 1

    def _count(self, flow: Flow, at: float, count: int) -> None:
        if at >= 0:
            return
        place = self.frame.place(int(at // 1) + self.frame.start)
        for number in flow.series:
            self._totals[number] += count
            if place is not None:
                cells = self._cells[number]
                cells[place] = cells.get(place, 0) + count

    def _learn_newcomers(self) -> None:
        days = self.kind.days - min(BURN_IN, self.kind.days // 3)
        sizes: defaultdict[str, list[int]] = defaultdict(list)
        inside: defaultdict[str, int] = defaultdict(int)
        alike = {day for day in self.frame.alike(self.kind.days) if day <= days}
        for name, first, mark in zip(self.names, self._first, self._marks, strict=True):
            if -days * DAY <= first < 0:
                sizes[name[0]].append(mark)
                place = self.frame.place(int(first) + self.frame.start)
                inside[name[0]] += place is not None and place // self.frame.cells in alike
        self.newcomers = {name: Newcomers(days, sizes[name], inside[name] / max(1, len(alike))) for name in MEASURES}

    def today(self) -> list[dict[int, int]]:
        """The instant's day: the cells of each series."""
        rng = self.rng
        cells: list[dict[int, int]] = [{} for _ in self.names]
        shared = exp(rng.gauss(0, 0.15))

        def count(numbers: tuple[int, ...], at: float, events: int) -> None:
            cell = int(at // CELL)
            if 0 <= cell < self.frame.cells:
                for number in numbers:
                    while number >= len(cells):
                        cells.append({})
                    cells[number][cell] = cells[number].get(cell, 0) + events

        for flow in list(self.flows):
            if flow.last < 0:
                continue
            flow.level = exp(rng.gauss(0, self.kind.drift)) * shared
            self.fill(flow, 0.0, 0.0, lambda at, events, f=flow: count(f.series, at, events))
        width = self.frame.cells * CELL
        for key, a_day, _ in NEWCOMERS:
            for _ in range(poisson(rng, a_day * self.kind.churn * width / DAY)):
                flow = self.newcomer(key, rng.random() * width)
                self.flows.pop()
                self.keys.pop()
                self._session(flow, flow.first, lambda at, events, f=flow: count(f.series, at, events))
        return cells

    def known(self, number: int) -> bool:
        """Whether a series was ever counted before the instant's frame."""
        return self._first[number] < 0 if number < len(self._first) else False

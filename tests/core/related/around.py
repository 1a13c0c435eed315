"""What a test looks at: days of counts that a seed makes, with something planted."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from math import exp
from typing import TYPE_CHECKING

from streams.core.related.find import Found, judge, study
from streams.core.related.frame import CELL, DAY, Frame
from streams.core.related.seen import Instant, Name, Own, Seen
from streams.core.related.usual import Past

if TYPE_CHECKING:
    from streams.core.related.arrivals import Newcomers
    from streams.core.related.seen import Group

AT = 29_700_000
MINUTE_MS = 60_000
DAYS = 28
MEASURE = "calls"


@dataclass
class Around:
    """Series of one measure, each with a rate of events an hour."""

    seed: int = 1
    days: int = DAYS
    frame: Frame = field(default_factory=lambda: Frame(AT))
    names: list[Name] = field(default_factory=list)
    past: list[Past] = field(default_factory=list)
    today: list[dict[int, int]] = field(default_factory=list)
    newcomers: dict[str, Newcomers] = field(default_factory=dict)
    releases: list[Instant] = field(default_factory=list)
    alerts: list[Instant] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311 - a test is made again by its seed

    def usual(self, many: int, rate: float, measure: str = MEASURE, source: str = "cloudtrail") -> None:
        """So many series that do what they always do."""
        for number in range(many):
            self.series((("name", f"{rate}-{number}"),), rate, measure, source)

    def series(self, group: Group, rate: float, measure: str = MEASURE, source: str = "cloudtrail") -> int:
        """One series; its number."""
        width = self.frame.cells
        cells = {
            place: count
            for place in range((self.days + 1) * width)
            if (count := self._poisson(rate * CELL / 60))
        }  # fmt: skip
        total = round(rate * 24 * self.days)
        first = self.frame.start - self.days * DAY
        self.names.append(Name(measure, source, group))
        self.past.append(Past(measure, first, total, {at: n for at, n in cells.items() if at >= width}))
        self.today.append({at: n for at, n in cells.items() if at < width})
        return len(self.names) - 1

    def new(self, group: Group, cells: dict[int, int], measure: str = MEASURE, source: str = "cloudtrail") -> None:
        """A group that was never seen before."""
        self.names.append(Name(measure, source, group))
        self.past.append(Past(measure, self.frame.start + min(cells) * CELL, 0, {}))
        self.today.append(cells)

    def burst(self, number: int, cells: dict[int, int]) -> None:
        """More events of a series today."""
        for cell, count in cells.items():
            self.today[number][cell] = self.today[number].get(cell, 0) + count

    def release(self, minutes_before: float, name: str = "shop 7") -> None:
        """A release; a negative time is after the instant."""
        at_ms = int((AT - minutes_before) * MINUTE_MS)
        self.releases.append(Instant(f"tag-{len(self.releases)}", name, at_ms))

    def seen(self) -> Seen:
        """All of it."""
        measures = {name.measure for name in self.names} | self.newcomers.keys()
        return Seen(
            self.frame, self.names, self.past, self.today, dict.fromkeys(measures, self.days), self.newcomers,
            self.releases, self.alerts, float(self.days),
        )  # fmt: skip

    def find(self, own: Own | None = None) -> Found:
        """What is told of it."""
        seen = self.seen()
        return judge(seen, own or Own(AT * MINUTE_MS), study(seen))

    def _poisson(self, mean: float) -> int:
        limit, product, count = exp(-mean), self.rng.random(), 0
        while product > limit:
            product *= self.rng.random()
            count += 1
        return count

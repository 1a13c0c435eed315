"""How often chance makes something as unusual as this among all that is looked at: learned from earlier days.

A model's small probabilities are never quite right: counts come in bursts of sizes that no distribution foresees. What
the same search found on earlier days, when nothing was asked for, tells how many so small ones a day has; below the
smallest of them the tail goes on as a power (Hill, 1975; Pickands, 1975).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import exp, expm1, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from streams.core.related.usual import Odd

A_DAY = 0.5
"""The tail begins where a day has so many."""
LEAST = 1e-300
PRIOR_POWER = 0.3
PRIOR_WEIGHT = 5.0
"""The power before anything was seen (1 where the model is right, smaller where tails are heavy), and its weight."""


@dataclass(frozen=True, slots=True)
class Tail:
    """So many a day have a probability of ``p`` or less: ``at_begin * (p / begin) ** power``."""

    begin: float
    at_begin: float
    power: float

    def expected(self, p: float) -> float:
        """How many as improbable as ``p``, or more, a day has."""
        return self.at_begin * exp(self.power * log(max(p, LEAST) / self.begin)) if p < self.begin else self.at_begin

    def chance(self, p: float) -> float:
        """The probability that a day has any: what is unusual among all."""
        return -expm1(-self.expected(p))


def tails_of(odd: Iterable[Odd], measures: Sequence[str], known: Iterable[str]) -> dict[str, Tail]:
    """The tail of each known measure; ``measures`` has the one of each series."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in known}
    for one in odd:
        found[measures[one.series]].append((one.stretch.p, 1.0 / one.days))
    counts = Counter(measures)
    return {name: tail_of(chances, counts[name]) for name, chances in found.items()}


def tail_of(chances: Iterable[tuple[float, float]], series: int) -> Tail:
    """Learn from probabilities, each with its weight: one by the number of days that its series was looked at.

    Where nothing was odd, each of so many series is taken to be so once a day.
    """
    found = sorted(chances)
    reached, last = 0.0, 0
    for number, (_, weight) in enumerate(found, 1):
        if reached + weight > A_DAY and number > 1:
            break
        reached, last = reached + weight, number
    if not last:
        return Tail(1.0, max(1.0, float(series)), PRIOR_POWER)
    begin = found[last - 1][0]
    logs = sum(log(begin / max(p, LEAST)) for p, _ in found[:last])
    power = (last + PRIOR_WEIGHT) / (logs + PRIOR_WEIGHT / PRIOR_POWER)
    # As small as it may well be.
    return Tail(begin, reached, min(1.0, power / (1.0 + 2.0 * last**-0.5)))

"""The values of some keys that count most, and how much there is beside them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.core.board.state import NO_VALUE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Values = tuple[str | None, ...]
"""Values of some keys; None where an event has none."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Values with their count, which ``parts`` take apart by the value of one more key; none where none was asked."""

    values: Values
    count: int
    parts: tuple[tuple[str | None, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """The first rows of how many ``groups`` there are, and the ``total`` of all of them."""

    rows: Sequence[Ranked]
    groups: int
    total: int


NONE = Ranking((), 0, 0)


def rank(counts: Iterable[tuple[Values, int]], width: int, most: int) -> Ranking:
    """Rank the first ``width`` values of counts; where there is one more, it takes a count apart.

    Most first; of equal ones, in the order of their values, in which an absent one is ``NO_VALUE``.
    """
    sums: defaultdict[Values, int] = defaultdict(int)
    parts: defaultdict[Values, list[tuple[str | None, int]]] = defaultdict(list)
    for values, count in counts:
        key = values[:width]
        sums[key] += count
        if len(values) > width:
            parts[key].append((values[width], count))
    order = sorted(sums, key=lambda key: (-sums[key], [NO_VALUE if one is None else one for one in key]))
    rows = [Ranked(key, sums[key], tuple(parts[key])) for key in order[:most]]
    return Ranking(rows, len(order), sum(sums.values()))

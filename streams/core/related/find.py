"""What else changed around an instant, the least probable first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from streams.core.related import families
from streams.core.related.fold import folded, made_of
from streams.core.related.frame import LEAST_DAYS
from streams.core.related.tail import Tail, tails_of
from streams.core.related.usual import Learned, learn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streams.core.related.seen import Moved, Own, Seen

ERROR = 0.05
"""In so many cases in which nothing happened something is told nevertheless, at most."""
MOST_TOLD = 10
LOOSE = 1.0
"""What is unusual by itself, whatever else was looked at, may be what an alert is made of, or fold with another."""


@dataclass(frozen=True, slots=True)
class Found:
    """``moved`` is what else changed, ``parts`` what the alert is made of, ``looked_at`` how many things were."""

    moved: Sequence[Moved]
    parts: Sequence[Moved]
    looked_at: int
    days: int
    """Before it, for which at least some measure was counted."""
    too_short: Sequence[str]
    """Measures that are not known for long enough."""


class Known(NamedTuple):
    """What was learned of the days before; it holds for each alert of one frame."""

    learned: Learned
    tails: Mapping[str, Tail]


def study(seen: Seen) -> Known:
    """Learn of the days before."""
    known = {name: days for name, days in seen.days.items() if days >= LEAST_DAYS}
    learned = learn(seen.past, seen.frame, known)
    return Known(learned, tails_of(learned.odd, [name.measure for name in seen.names], known))


def judge(seen: Seen, own: Own, known: Known) -> Found:
    """Look at everything."""
    learned, tails = known
    candidates = [
        *families.counts(seen, learned, tails),
        *families.newcomers(seen),
        *families.releases(seen, own),
        *families.alerts(seen, own),
    ]
    told = [one for one in candidates if one.p <= LOOSE]
    others = [one for one in told if not _is_own(one, own)]
    moved, parts = made_of(others, own, _own_excess(told, own))
    moved = [one for one in folded(moved) if one.p <= ERROR]
    judged = families.expected_total(learned.usual)
    new = sum(past.first >= seen.frame.start for past in seen.past)
    looked_at = judged + new + len(seen.releases) + len(seen.alerts)
    short = sorted(name for name, days in seen.days.items() if days < LEAST_DAYS)
    return Found(moved[:MOST_TOLD], parts[:MOST_TOLD], looked_at, max(seen.days.values(), default=0), short)


def _own_excess(found: Sequence[Moved], own: Own) -> Mapping[int, float]:
    for one in found:
        if _is_own(one, own):
            return one.excess
    return {cell: float(count) for cell, count in (own.cells or {}).items()}


def _is_own(one: Moved, own: Own) -> bool:
    return one.name is not None and one.name.measure == own.measure and one.name.group == own.group

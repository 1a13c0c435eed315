"""Many releases side by side. What is said of each is what its own page says, but all of them are looked at at once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from streams.core.board.releases import ENDING, LONGEST_MS, LOOK_BACK_MS, began
from streams.core.board.spans import Span
from streams.core.tags.releases import Difference, Periods, difference, periods_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from schemas.tag import LifecycleTag

STEPS = 24
"""Steps of the line around a release: half of them before it."""


@dataclass(frozen=True, slots=True)
class Brief:
    """Findings, as much of them as a comparison takes, in columns: a page has a million of them.

    ``times`` (epoch ms) are in order, and ``accounts`` has a number for the account of each, 0 for none.
    ``grave_times`` and ``grave_types`` are of High and Critical findings, in the order of time and type. ``rare`` are
    findings whose type had not come for as long as a type has to be away to be new, in the same order: time, type, and
    when it came last.
    """

    times: Sequence[int]
    accounts: Sequence[int]
    grave_times: Sequence[int]
    grave_types: Sequence[str]
    rare: Sequence[tuple[int, str, int | None]]


class Soonest(NamedTuple):
    """The first finding of a sort after a release, and how long after."""

    after_ms: int
    type: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A release, and in short what findings and alerts say of it.

    ``around`` has the findings of the period before and that after it, in equal steps; it is empty where no time has
    passed since.
    """

    tag: LifecycleTag
    started_ms: int
    periods: Periods
    first_new: Soonest | None
    first_grave: Soonest | None
    findings: Difference
    accounts: int
    alerts: int
    around: tuple[int, ...]


class History:
    """Findings and alerts (when they began, in order), so that any period of them is found quickly."""

    def __init__(self, findings: Brief, alerts: Sequence[int]) -> None:
        self._findings = findings
        self._alerts = alerts

    def compare(self, tag: LifecycleTag, until_ms: int) -> Compared:
        """What is said of one release, which is looked at until then (epoch ms)."""
        started = began(tag)
        periods = periods_of(started, until_ms, LONGEST_MS, LOOK_BACK_MS)
        first, last = self._place(periods.release), self._place(periods.after)
        return Compared(
            tag,
            started,
            periods,
            self._first_new(periods),
            self._first_grave(periods),
            difference(first - self._place(periods.before), last - first),
            len({*self._findings.accounts[first:last]} - {0}),
            bisect_left(self._alerts, periods.after) - bisect_left(self._alerts, periods.release),
            self._around(periods),
        )

    def _place(self, at_ms: int) -> int:
        return bisect_left(self._findings.times, at_ms)

    def _first_new(self, periods: Periods) -> Soonest | None:
        rare = self._findings.rare
        for at, kind, before in rare[bisect_left(rare, (periods.release,)) :]:
            if at >= periods.after:
                break
            if before is None or before < periods.known_from:
                return Soonest(at - periods.release, kind)
        return None

    def _first_grave(self, periods: Periods) -> Soonest | None:
        found = self._findings
        place = bisect_left(found.grave_times, periods.release)
        if place == len(found.grave_times) or found.grave_times[place] >= periods.after:
            return None
        return Soonest(found.grave_times[place] - periods.release, found.grave_types[place])

    def _around(self, periods: Periods) -> tuple[int, ...]:
        length = 2 * periods.length_ms
        if not length:
            return ()
        edges = [self._place(periods.before + length * step // STEPS) for step in range(STEPS + 1)]
        return tuple(later - earlier for earlier, later in pairwise(edges))


class Following:
    """When the next deployment or rollback of one of a tag's applications began, of many tags."""

    def __init__(self, tags: Iterable[LifecycleTag]) -> None:
        self._starts: defaultdict[str, list[int]] = defaultdict(list)
        for tag in tags:
            if tag.kind in ENDING:
                for name in tag.applications:
                    self._starts[name].append(began(tag))
        for starts in self._starts.values():
            starts.sort()

    def after(self, tag: LifecycleTag) -> int | None:
        """Epoch ms; None where there is none."""
        started = began(tag)
        later = []
        for name in tag.applications:
            starts = self._starts.get(name, [])
            place = bisect_right(starts, started)
            if place < len(starts):
                later.append(starts[place])
        return min(later, default=None)


def span_of(tags: Sequence[LifecycleTag]) -> Span:
    """The time whose findings a comparison of these tags (at least one) looks at."""
    starts = [began(tag) for tag in tags]
    return Span(min(starts) - LOOK_BACK_MS, max(starts) + LONGEST_MS)


def compare_all(
    tags: Iterable[LifecycleTag], known: Iterable[LifecycleTag], now_ms: int, history: History
) -> list[Compared]:
    """What is said of each of some tags; ``known`` are all that there are, by which their times end."""
    following = Following(known)
    return [
        history.compare(tag, now_ms if (later := following.after(tag)) is None else min(now_ms, later)) for tag in tags
    ]


def _soonest(found: Soonest | None) -> tuple[bool, int]:
    return found is None, found.after_ms if found else 0


ORDERS: Mapping[str, Callable[[Compared], tuple[float, ...]]] = {
    "newest": lambda one: (-one.started_ms,),
    "new": lambda one: _soonest(one.first_new),
    "high": lambda one: _soonest(one.first_grave),
    "before": lambda one: (-one.findings.before,),
    "after": lambda one: (-one.findings.after,),
    # How many times as many there are at least, by the interval's lower end: ten after none is no sure thing.
    "more": lambda one: (-one.findings.low, -one.findings.after),
    "accounts": lambda one: (-one.accounts,),
    "alerts": lambda one: (-one.alerts,),
}
"""By what a list may be sorted; the worst, or the newest, first."""


def in_order(found: Iterable[Compared], order: str) -> list[Compared]:
    """Sorted by one of ``ORDERS``; the newest first where that does not tell."""
    return sorted(found, key=lambda one: (ORDERS[order](one), -one.started_ms, one.tag.id))

"""Many releases side by side. What is said of each is what its own page says, but all of them are looked at at once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from streams.core.board.releases import ENDING, LONGEST_MS, LOOK_BACK_MS, began
from streams.core.board.spans import Span
from streams.core.tags.releases import GRAVE, Difference, Periods, difference, periods_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from schemas.tag import LifecycleTag

STEPS = 24
"""Steps of the line around a release: half of them before it."""


Brief = tuple[int, str, str | None, str | None]
"""A finding, as much of it as a comparison takes: its time (epoch ms), type, severity and account."""


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
    """Findings and alerts (when they began), so that any period of them is found quickly.

    Findings come in the order of time and type, alerts in that of time.
    """

    def __init__(self, findings: Iterable[Brief], alerts: Sequence[int]) -> None:
        self._alerts = alerts
        self._times: list[int] = []
        self._accounts: list[str | None] = []
        self._grave: list[tuple[int, str]] = []
        self._rare: list[tuple[int, str, int | None]] = []
        """Findings whose type had not come for as long as a type has to be away to be new; and when it came last."""
        last: dict[str, int] = {}
        for at, kind, label, account in findings:
            self._times.append(at)
            self._accounts.append(account)
            if label in GRAVE:
                self._grave.append((at, kind))
            before = last.get(kind)
            if before is None or at - before > LOOK_BACK_MS:
                self._rare.append((at, kind, before))
            last[kind] = at

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
            len({*self._accounts[first:last]} - {None, ""}),
            bisect_left(self._alerts, periods.after) - bisect_left(self._alerts, periods.release),
            self._around(periods),
        )

    def _place(self, at_ms: int) -> int:
        return bisect_left(self._times, at_ms)

    def _first_new(self, periods: Periods) -> Soonest | None:
        for at, kind, before in self._rare[bisect_left(self._rare, (periods.release,)) :]:
            if at >= periods.after:
                break
            if before is None or before < periods.known_from:
                return Soonest(at - periods.release, kind)
        return None

    def _first_grave(self, periods: Periods) -> Soonest | None:
        place = bisect_left(self._grave, (periods.release,))
        if place == len(self._grave) or self._grave[place][0] >= periods.after:
            return None
        at, kind = self._grave[place]
        return Soonest(at - periods.release, kind)

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

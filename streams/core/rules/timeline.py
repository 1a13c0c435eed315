"""Sets of rules over time: which one an event or a window is judged by."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from streams.core.windows.clock import MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.measure import Source
    from streams.core.conditions.windowed import WindowedRule
    from streams.core.rules.plan import Plan


@dataclass(frozen=True, slots=True)
class Revision:
    """A set of rules, compiled; it holds from ``since``, an instant in epoch milliseconds, a whole minute.

    ``counted_since`` says of each measure since which minute it is counted without a gap.
    """

    since: int
    plan: Plan
    name: str
    counted_since: Mapping[str, int] = field(default_factory=dict)

    def windowed_of(self, source: Source, basis: str) -> list[WindowedRule]:
        """The windowed rules over one source and time basis, each with the minute since which it can tell."""
        return [
            replace(windowed, since=max(self.counted_since.get(name, 0) for name in windowed.measures))
            for windowed in self.plan.windowed_of(source, basis)
        ]


class Timeline:
    """All revisions that are known, in order; the first one holds for all time before the second, too.

    ``delays`` (ms by source) is how long events may take to arrive: what is counted by arrival has, for so long after a
    revision, events that the one before it was asked about.
    """

    def __init__(self, first: Plan, delays: Mapping[Source, int], name: str = "start") -> None:
        self.revisions = [Revision(0, first, name)]
        self._delays = delays

    def add(self, since: int, plan: Plan, name: str) -> Revision:
        """Take in a later revision, which takes the place of those that were to hold from its instant on."""
        while len(self.revisions) > 1 and since <= self.revisions[-1].since:
            self.revisions.pop()
        before = self.revisions[-1]
        counted_since = {}
        for measure_id, counted in plan.counted.items():
            if measure_id in before.plan.counted:
                counted_since[measure_id] = before.counted_since.get(measure_id, 0)
            else:
                late = self._delays[counted.measure.source] if counted.measure.counted_on == "arrival" else 0
                counted_since[measure_id] = (since + late) // MINUTE
        revision = Revision(since, plan, name, counted_since)
        self.revisions.append(revision)
        return revision

    @property
    def asks_for_releases(self) -> bool:
        """Whether some rule is limited to the time since a release."""
        return any(revision.plan.asks_for_releases for revision in self.revisions)

    def at(self, instant: int) -> Revision:
        """The revision that holds at an instant, in epoch milliseconds."""
        if len(self.revisions) == 1:
            return self.revisions[0]
        return self.revisions[max(bisect_right(self.revisions, instant, key=lambda one: one.since) - 1, 0)]

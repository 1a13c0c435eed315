"""What is usual for the groups of one rule, put together from the windows that are kept of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

import orjson

from schemas.duration import DAY, WEEK
from streams.core.baseline.baseline import LEARNED_WINDOWS, Baseline
from streams.core.baseline.fit import fit, unknown
from streams.core.baseline.ring import Ring
from streams.core.baseline.siblings import Siblings, siblings_of
from streams.core.conditions.past_windows import PastWindows

if TYPE_CHECKING:
    from streams.core.conditions.windowed import WindowedRule
    from streams.core.windows.partials import Group
    from streams.core.windows.state import WindowState

ALL: Group = ()
"""Under it the sum of all groups is kept; a rule without group-by has just this one."""
MOST_BASELINES = 20_000
"""Put together at a time, for all rules of a partition; others are put together again when they are asked for."""


class Learned:
    """The baselines of one rule at the window of the number ``at``.

    They are functions of what is kept, so that those that are at hand may be thrown away at any time.
    """

    def __init__(self, windowed: WindowedRule, state: WindowState, at: int) -> None:
        self._windowed = windowed
        self._at = at
        self._per_day = DAY // windowed.length
        self._baselines = state.baselines
        self._name = windowed.memory
        self.past = PastWindows(state.memories, windowed.memory)

    @property
    def groups(self) -> int:
        """How many groups have a baseline of their own."""
        return len(self.past) - (self.past.born(ALL) is not None) if self._windowed.rule.group_by else 1

    def baseline(self, group: Group) -> Baseline:
        """What is usual for a group; of one that was never seen its siblings tell."""
        release = self._windowed.release
        key = (self._name, group, release.id if release else None)
        known: Baseline | None = self._baselines.get(key)
        if known is not None and known.at == self._at:
            return known
        if known is not None and known.at < self._at < known.good_until and not release:
            known.ring.fill(known.at, self.past.counts(group, known.at, self._at))
            known.go_on(self._at)
            return known
        if len(self._baselines) >= MOST_BASELINES:
            self._baselines.clear()
        found = self._baselines[key] = self._put_together(group)
        return found

    def _put_together(self, group: Group) -> Baseline:
        until = self._at
        if self._windowed.release is not None:
            # What is usual is that from before the release.
            until = min(until, self._windowed.first // self._windowed.length)
        kept = self.past.ring(group, self._at)
        ring = kept or Ring(until)
        until = max(until, ring.first)
        found = Baseline(ring, until, self._per_day, self._siblings(until, group), _stagger(group))
        if kept is None:
            # Where its windows begin is known once the first one is kept.
            found.good_until = self._at
        if until < self._at:
            found.freeze(self._at)
        return found

    def _siblings(self, until: int, group: Group) -> Siblings | None:
        """Of the last whole day before; the same for all groups that are looked at on a day."""
        if not self._windowed.rule.group_by or group == ALL:
            return None
        day = until // self._per_day * self._per_day
        key = (self._name, "siblings", day)
        if key not in self._baselines:
            self._baselines[key] = self._siblings_of(day)
        found: Siblings | None = self._baselines[key]
        return found

    def _siblings_of(self, day: int) -> Siblings | None:
        groups = total = squares = 0
        for group in self.past.groups():
            if group != ALL and (self.past.born(group) or 0) < day:
                count = sum(self.past.counts(group, day - self._per_day, day))
                groups, total, squares = groups + 1, total + count, squares + count * count
        ring = self.past.ring(ALL, day)
        if ring is None or not groups:
            return None
        first = max(ring.first, day - LEARNED_WINDOWS)
        long_enough = day - ring.born >= 2 * self._per_day
        together = fit(ring.counts(first, day), first, self._per_day) if long_enough else unknown(self._per_day)
        return siblings_of(groups, total, squares, self._per_day, together)


def _stagger(group: Group) -> int:
    """By how many windows a group learns earlier than others, so that not all do at once."""
    return crc32(orjson.dumps(group)) % WEEK

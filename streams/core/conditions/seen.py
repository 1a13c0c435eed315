"""Groups that must be there since they were seen: who was heard, and when last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.condition import LessThan
from streams.core.windows.overflow import is_bucket

if TYPE_CHECKING:
    from streams.core.conditions.windowed import WindowedRule
    from streams.core.windows.state import WindowState

PARTS = 12
"""A sighting is noted anew when a twelfth of the time after which it is forgotten has gone by, to save writing."""

MOST_SEEN = 100_000
"""Groups that one rule expects in one partition since they were seen; those that come after are not expected."""


def remember_seen(windowed: WindowedRule, state: WindowState, end: int) -> None:
    """Note the groups that had events in the minute before ``end``."""
    condition, name = windowed.rule.condition, windowed.memory
    if not isinstance(condition, LessThan):
        return
    on_time = state.series.on_time
    for group in state.series.groups(windowed.measure, end - 1, end):
        memory = state.memories.get(name, group) or {}
        last = memory.get("last")
        fresh = last is not None and end - last < condition.retire_after // PARTS
        full = memory == {} and len(state.memories.of(name)) >= MOST_SEEN
        if not (fresh or full or is_bucket(group)) and on_time(windowed.measure, group, end - 1, end):
            state.memories.set(name, group, {**memory, "last": end})

"""Groups that must be there since they were seen: who was heard, and when last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.condition import LessThan

if TYPE_CHECKING:
    from streams.core.conditions.windowed import WindowedRule
    from streams.core.windows.state import WindowState

PARTS = 12
"""A sighting is noted anew when a twelfth of the time after which it is forgotten has gone by, to save writing."""


def remember_seen(windowed: WindowedRule, state: WindowState, end: int) -> None:
    """Note the groups that had events in the minute before ``end``."""
    condition, rule_id = windowed.rule.condition, windowed.rule.id
    if not isinstance(condition, LessThan):
        return
    on_time = state.series.on_time
    for group in state.series.groups(windowed.measure, end - 1, end):
        memory = state.memories.get(rule_id, group) or {}
        last = memory.get("last")
        fresh = last is not None and end - last < condition.retire_after // PARTS
        if not fresh and on_time(windowed.measure, group, end - 1, end):
            state.memories.set(rule_id, group, {**memory, "last": end})

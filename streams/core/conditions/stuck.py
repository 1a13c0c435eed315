"""A source of which one partition is not heard any more while others are: of silence in it nobody can tell.

What counts is when messages were sent, by the clocks of the workers that sent them: a worker that catches up with hours
of one partition before it turns to the next is no reason for doubt, nor is a time in which no worker ran.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.condition import SEEN, LessThan, Ratio
from schemas.duration import print_minutes
from streams.core.alerts.episode import doubt
from streams.core.conditions.verdict import untellable
from streams.core.windows.clock import MINUTE

if TYPE_CHECKING:
    from streams.core.conditions.step import Share
    from streams.core.conditions.windowed import WindowedRule
    from streams.core.windows.partials import Group
    from streams.core.windows.sources import Sources
    from streams.core.windows.state import WindowState

PATIENCE = 10
"""Minutes for which a partition may not be heard while others are, before it is said that nobody can tell."""


def stuck_minutes(sources: Sources) -> int:
    """For how many minutes the partition that was silent for longest was not heard while others were."""
    return sources.unheard() // MINUTE


def doubt_silence(
    windowed: WindowedRule, state: WindowState, share: Share, end: int, behind: int
) -> list[dict[str, Any]]:
    """The alerts that say so for windows which should have been judged by now, the first ending before ``end``."""
    rule = windowed.rule
    whole = not isinstance(rule.condition, LessThan) or end - windowed.window >= windowed.first
    if windowed.is_idle or not whole:
        return []
    if not isinstance(rule.condition, LessThan | Ratio) or (rule.active and not rule.active.cover(end * MINUTE - 1)):
        return []
    alerts = []
    for group in _watched(windowed, state, share):
        memory = state.memories.get(windowed.memory, group) or {}
        if "alert" in memory:
            continue
        why = f"a partition of the source was not heard for {print_minutes(behind)}"
        verdict = untellable({"unheard_minutes": behind}, "not judged", why)
        alert = doubt(windowed, group, end, verdict)
        state.memories.set(windowed.memory, group, {**memory, "alert": alert})
        alerts.append(alert)
    return alerts


def _watched(windowed: WindowedRule, state: WindowState, share: Share) -> list[Group]:
    rule = windowed.rule
    if not rule.group_by:
        return [()] if share.holds(()) else []
    if isinstance(rule.condition, LessThan) and rule.condition.expect != SEEN:
        return [group for group in windowed.expected if share.holds(group)]
    if isinstance(rule.condition, LessThan):
        return list(state.memories.of(windowed.memory))
    return []

"""Late events: what a closed window would have said, had they come in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.alert import Status
from schemas.condition import MoreThan, Windowed
from streams.core.alerts.episode import MOST_REFERENCES, belated, change
from streams.core.conditions.windowed import judge
from streams.core.windows.clock import MINUTE
from streams.core.windows.overflow import is_bucket

if TYPE_CHECKING:
    from collections.abc import Collection

    from streams.core.conditions.windowed import WindowedRule
    from streams.core.windows.memories import Memory
    from streams.core.windows.partials import Group
    from streams.core.windows.state import WindowState

MOST_ENDS = 2 * 24 * 60
"""Closed windows that are judged again for one message's late counts of a group."""


def amend(  # noqa: PLR0913, PLR0917 - what a closed window depends on
    windowed: WindowedRule, state: WindowState, group: Group, late: Collection[int], judged: int, known_from: int
) -> list[dict[str, Any]]:
    """The alerts that counts which came late, for these minutes, change or call for; ``judged`` is the last end."""
    condition, rule = windowed.rule.condition, windowed.rule
    if not isinstance(condition, Windowed) or is_bucket(group):
        return []
    ends = [
        end
        for end in sorted({end for minute in late for end in range(minute + 1, minute + windowed.window + 1)})
        if known_from < end <= judged and windowed.ends_at(end)
    ][-MOST_ENDS:]
    memory = state.memories.get(rule.id, group) or {}
    alerts = [] if isinstance(condition, MoreThan) else _taken_back(windowed, state, group, memory, ends, known_from)
    if alerts:
        return alerts
    for end in ends:
        if _covered(memory, end) or (rule.active and not rule.active.cover(end * MINUTE - 1)):
            continue
        needed = [at for at in range(end - condition.for_, end + 1) if windowed.ends_at(at)]
        verdicts = [judge(windowed, state.series, group, at, known_from, late=True) for at in needed]
        last = verdicts[-1]
        if last is not None and all(verdict is not None and verdict.holds for verdict in verdicts):
            located = state.series.evidence(windowed.measure, group, end - windowed.window, end)[:MOST_REFERENCES]
            state.memories.set(rule.id, group, {**memory, "belated": end})
            return [belated(windowed, group, end, last, located)]
    return []


def _covered(memory: Memory, end: int) -> bool:
    """Whether an alert, open or over, or one that came late already says of the window that it fired."""
    if "alert" in memory and end >= memory.get("first", end):
        return True
    over = memory.get("over")
    if over is not None and over["first"] <= end < over["end"]:
        return True
    # One belated alert stands for the windows of an hour around its own.
    return "belated" in memory and abs(memory["belated"] - end) <= 60  # noqa: PLR2004 - an hour in minutes


def _taken_back(  # noqa: PLR0913, PLR0917 - as above
    windowed: WindowedRule, state: WindowState, group: Group, memory: Memory, ends: list[int], known_from: int
) -> list[dict[str, Any]]:
    """The alert whose first window, seen with what came late, does not hold."""
    over = memory.get("over")
    for alert, first in ((memory.get("alert"), memory.get("first")), (over and over["alert"], over and over["first"])):
        if alert is None or first not in ends or alert["status"] in {Status.AMENDED, Status.INCONCLUSIVE}:
            continue
        verdict = judge(windowed, state.series, group, first, known_from, late=True)
        if verdict is None or verdict.holds or verdict.inconclusive:
            continue
        amended = change(alert, windowed, Status.AMENDED, verdict)
        changed = {"alert": amended} if alert is memory.get("alert") else {"over": {**(over or {}), "alert": amended}}
        state.memories.set(windowed.rule.id, group, {**memory, **changed})
        return [amended]
    return []

"""Values that a group never had: what was seen is remembered by value, and forgotten after a long absence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.condition import NewValue
from schemas.duration import print_minutes
from streams.core.alerts.episode import MOST_REFERENCES, fire
from streams.core.conditions.verdict import Verdict
from streams.core.windows.clock import MINUTE
from streams.core.windows.overflow import is_bucket

if TYPE_CHECKING:
    from streams.core.conditions.windowed import WindowedRule
    from streams.core.windows.partials import Group
    from streams.core.windows.state import WindowState

PARTS = 24
"""A sighting is noted anew when this part of the time after which it is forgotten has gone by, to save writing."""
MOST_VALUES = 100_000
"""Values that one rule remembers in one partition; what comes after is new each time, and alerts no more."""


def step_new_values(windowed: WindowedRule, state: WindowState, end: int) -> list[dict[str, Any]]:
    """The alerts for values that are new in the minute before ``end``; a value is the last of the measure's group.

    A group learns from its first event on, and while it learns no value is new; one of which no value is remembered any
    more learns anew.
    """
    condition, rule = windowed.rule.condition, windowed.rule
    if not isinstance(condition, NewValue):
        return []
    memories, alerts = state.memories, []
    if end % 60 == 0:
        _forget(state, windowed.memory, condition, end)
    known = len(memories.of(windowed.memory))
    for group in state.series.groups(windowed.measure, end - 1, end):
        value = group[-1] if group else None
        if value is None or is_bucket(group):
            continue
        memory = memories.get(windowed.memory, group)
        if memory and end - memory["last"] < condition.forget // PARTS:
            continue
        count = state.series.on_time(windowed.measure, group, end - 1, end)
        if not count:
            continue
        # A group is shorter than with its value, so that no value can be taken for one.
        owner = group[:-1]
        first = memories.get(windowed.memory, owner)
        if first is None and known < MOST_VALUES:
            memories.set(windowed.memory, owner, {"first": end})
            known += 1
        if memory or known < MOST_VALUES:
            memories.set(windowed.memory, group, {"last": end})
            known += not memory
        learned = first is not None and end - first["first"] >= condition.learn
        is_new = memory is None or end - memory["last"] > condition.forget
        awake = rule.active is None or rule.active.cover(end * MINUTE - 1)
        if learned and is_new and awake and not windowed.is_idle and known < MOST_VALUES:
            alerts.append(_alert(windowed, condition, state, group, end))
    return alerts


def _alert(windowed: WindowedRule, condition: NewValue, state: WindowState, group: Group, end: int) -> dict[str, Any]:
    count = state.series.on_time(windowed.measure, group, end - 1, end)
    measured = {"count": count, "field": condition.field, "value": group[-1]}
    words = f"{condition.field} is {group[-1]}, never seen here in {print_minutes(condition.forget)}"
    located = state.series.evidence(windowed.measure, group, end - 1, end)[:MOST_REFERENCES]
    verdict = windowed.told(Verdict(holds=True, measured=measured, words=words))
    return fire(windowed, group, end, verdict, located)


def _forget(state: WindowState, name: str, condition: NewValue, end: int) -> None:
    """Forget values that were not seen for long, and groups of which no value is left."""
    values = [(group, memory["last"]) for group, memory in state.memories.of(name).items() if "last" in memory]
    for group, last in values:
        if end - last > condition.forget:
            state.memories.set(name, group, None)
    owners = {group[:-1] for group, last in values if end - last <= condition.forget}
    gone = [group for group, memory in state.memories.of(name).items() if "first" in memory and group not in owners]
    for group in gone:
        state.memories.set(name, group, None)

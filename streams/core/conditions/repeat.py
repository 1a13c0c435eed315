"""Which events of a group alert again, where a rule says that not each of them does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.rule_test import LEVELS
from streams.core.windows.clock import DAY, MINUTE

if TYPE_CHECKING:
    from schemas.condition import Immediate
    from streams.core.windows.memories import Memory
    from streams.core.windows.state import WindowState

PARTS = 24
"""An event is noted anew when this part of the time after which the group is forgotten has gone by, to save writing."""


MOST_GROUPS = 100_000
"""Groups that one rule remembers in one partition; events of those that come after alert each time."""


def forget_quiet(condition: Immediate, state: WindowState, name: str, end: int) -> None:
    """Forget the groups that have been quiet for so long at minute ``end`` that even late events begin anew."""
    oldest = end * MINUTE - (condition.forget + condition.forget // PARTS) * MINUTE - DAY
    quiet = [group for group, memory in state.memories.of(name).items() if memory["last"] < oldest]
    for group in quiet:
        state.memories.set(name, group, None)


def repeat(condition: Immediate, memory: Memory | None, at_ms: int, level: str) -> tuple[Memory, bool]:
    """What is remembered after an event of the group at ``at_ms``, and whether it alerts.

    A memory has the time of the group's ``last`` event, of the last one that was ``told``, and the highest ``rank`` of
    a level that was.
    """
    rank = LEVELS.index(level)
    if memory is None or at_ms - memory["last"] > condition.forget * MINUTE:
        return {"last": at_ms, "told": at_ms, "rank": rank}, True
    rises = condition.repeat == "rising" and rank > memory["rank"]
    due = condition.renotify is not None and at_ms - memory["told"] >= condition.renotify * MINUTE
    if rises or due:
        return {"last": max(at_ms, memory["last"]), "told": at_ms, "rank": max(rank, memory["rank"])}, True
    if at_ms - memory["last"] >= condition.forget * MINUTE // PARTS:
        return {**memory, "last": at_ms}, False
    return memory, False

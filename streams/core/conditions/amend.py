"""Late events: what a closed window would have said, had they come in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.alert import Status
from schemas.condition import LessThan, MoreThan, Usual, Windowed
from streams.core.alerts.episode import MOST_REFERENCES, belated, change
from streams.core.conditions.since_release import limited, limited_by, release_of
from streams.core.conditions.windowed import judge
from streams.core.windows.clock import MINUTE
from streams.core.windows.overflow import is_bucket

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from streams.core.conditions.windowed import WindowedRule
    from streams.core.tags.near import TagTimes
    from streams.core.windows.memories import Memory
    from streams.core.windows.partials import Group, Partial
    from streams.core.windows.state import WindowState

MOST_ENDS = 2 * 24 * 60
"""Closed windows that are judged again at one go for one group's late counts, the newest."""


def late_minutes(partial: Partial) -> dict[tuple[str, Group], set[int]]:
    """The minutes of late counts that a message brings, by measure and group."""
    return {
        (measure, group): {minute for minute, _, _ in counts.late}
        for measure, groups in partial.counts.items()
        for group, counts in groups.items()
        if counts.late
    }


def closed(late: Collection[int], fresh: Collection[int], window: int, before: int, judged: int) -> list[int]:
    """The ends of windows with late counts that have closed since ``before``; of ``fresh`` ones, of all up to now."""
    ends: set[int] = set()
    for minute in late:
        ends.update(range((minute if minute in fresh else max(minute, before)) + 1, min(minute + window, judged) + 1))
    return sorted(ends)


def affected(windowed: WindowedRule, state: WindowState, measure: str, group: Group) -> Sequence[Group]:
    """The groups whose windows have counts of this measure and group in them."""
    keys = len(windowed.rule.group_by)
    if len(group) == keys:
        return (group,)
    if measure == windowed.of and not group:
        # All groups are divided by it, and what one said may be taken back.
        return [one for one in state.memories.of(windowed.memory) if len(one) == keys]
    return ()


def amend(  # noqa: PLR0913, PLR0917 - what a window depends on
    windowed: WindowedRule,
    state: WindowState,
    group: Group,
    ends: Sequence[int],
    known_from: int,
    tags: TagTimes | None = None,
) -> list[dict[str, Any]]:
    """The alerts that late counts in the windows which end before these minutes, in order, change or call for."""
    condition = windowed.rule.condition
    ends = [end for end in ends if end > known_from and windowed.ends_at(end)][-MOST_ENDS:]
    if not ends or not isinstance(condition, Windowed) or isinstance(condition, Usual) or is_bucket(group):
        # What is usual is learned of what came in time, and compared with it.
        return []
    only_adds = isinstance(condition, MoreThan) and condition.aggregate != "sum"
    alerts = [] if only_adds else _taken_back(windowed, state, group, ends, known_from)
    if alerts or isinstance(condition, LessThan):
        # What was silent is no more so with what came late.
        return alerts
    if only_adds and not _enough(windowed, state, group, ends):
        return []
    return _belated(windowed, state, group, ends, known_from, tags)


def _enough(windowed: WindowedRule, state: WindowState, group: Group, ends: Sequence[int]) -> bool:
    """Whether all these windows together have more than is asked of one; a look at once saves many."""
    condition = windowed.rule.condition
    first, last = ends[0] - windowed.window, ends[-1]
    return isinstance(condition, MoreThan) and (
        state.series.amount(windowed.measure, group, first, last, late=True) > condition.threshold
    )


def _belated(  # noqa: PLR0913, PLR0917 - as above
    windowed: WindowedRule,
    state: WindowState,
    group: Group,
    ends: Sequence[int],
    known_from: int,
    tags: TagTimes | None,
) -> list[dict[str, Any]]:
    """The alert of the first of these windows with which the rule would have fired, unless one tells of it already."""
    rule, condition = windowed.rule, windowed.rule.condition
    patience = condition.for_ if isinstance(condition, Windowed) else 0
    memory = state.memories.get(windowed.memory, group) or {}
    since, seen = None, -1
    now = windowed
    for end in ends:
        begin = end - patience
        if not windowed.ends_at(begin):
            begin -= begin % windowed.window
        if seen < begin:
            since, seen = None, begin - 1
        verdict = None
        for at in range(seen + 1, end + 1):
            if windowed.ends_at(at):
                awake = rule.active is None or rule.active.cover(at * MINUTE - 1)
                now = limited(windowed, tags, at)
                if since is not None and since <= now.first:
                    since = None
                verdict = judge(now, state.series, group, at, known_from, late=True) if awake else None
                since = None if verdict is None or not verdict.holds else at if since is None else since
        seen = end
        if verdict is not None and since is not None and end - since >= patience and not _covered(memory, end):
            located = state.series.evidence(windowed.measure, group, end - now.window, end)[:MOST_REFERENCES]
            state.memories.set(windowed.memory, group, {**memory, "belated": end})
            return [belated(now, group, end, verdict, located)]
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


def _taken_back(
    windowed: WindowedRule, state: WindowState, group: Group, ends: Sequence[int], known_from: int
) -> list[dict[str, Any]]:
    """The alert whose first window, seen with what came late, does not hold."""
    memory = state.memories.get(windowed.memory, group) or {}
    over = memory.get("over")
    told: list[tuple[Any, Any]] = [(memory.get("alert"), memory.get("first"))]
    if over is not None:
        told.append((over["alert"], over["first"]))
    for alert, first in told:
        if alert is None or first not in ends or alert["status"] in {Status.AMENDED, Status.INCONCLUSIVE}:
            continue
        told_by = limited_by(windowed, release_of(alert), first)
        verdict = judge(told_by, state.series, group, first, known_from, late=True)
        if verdict is None or verdict.holds or verdict.inconclusive:
            continue
        amended = change(alert, windowed, Status.AMENDED, verdict)
        changed = {"alert": amended} if alert is memory.get("alert") else {"over": {**(over or {}), "alert": amended}}
        state.memories.set(windowed.memory, group, {**memory, **changed})
        return [amended]
    return []

"""Conditions that are limited to the time since a release: which one a window is judged by, and what ends with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from schemas.condition import LessThan, Windowed
from schemas.duration import print_minutes
from streams.core.alerts.episode import withdraw
from streams.core.conditions.episodes import live_on
from streams.core.conditions.verdict import Verdict
from streams.core.parsing.times import parse_time
from streams.core.tags.near import Release
from streams.core.windows.clock import MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.since_release import SinceRelease
    from streams.core.conditions.windowed import WindowedRule
    from streams.core.tags.near import TagTimes
    from streams.core.windows.memories import Memory
    from streams.core.windows.state import WindowState

NO_RELEASE = Verdict(holds=False, measured={}, words="no release that it asks for had begun shortly before")


def limited(windowed: WindowedRule, tags: TagTimes | None, end: int) -> WindowedRule:
    """The rule as the window that ends before minute ``end`` is judged by it; idle where no release matters then.

    A rule that is not limited is returned as it is.
    """
    wanted = windowed.rule.condition.since_release
    if wanted is None:
        return windowed
    # The last minute that counts began with or after the release.
    return limited_by(windowed, tags.release(wanted, (end - 1) * MINUTE) if tags else None, end)


def limited_by(windowed: WindowedRule, release: Release | None, end: int) -> WindowedRule:
    """The same by a given release, such as the one that an alert names."""
    condition = windowed.rule.condition
    if condition.since_release is None:
        return windowed
    if release is None:
        return replace(windowed, release=None, span=None)
    counted = replace(windowed, release=release, span=None)
    since = end - counted.first
    if not 0 < since <= condition.since_release.within:
        return replace(windowed, release=None, span=None)
    # Of silence only a whole window tells: `judge` waits for it.
    if not isinstance(condition, Windowed) or isinstance(condition, LessThan) or since >= condition.window:
        return counted
    return replace(counted, span=since)


def in_time(wanted: SinceRelease, release: Release | None, at_ms: int) -> bool:
    """Whether an event (epoch ms) belongs to the time of a release."""
    return release is not None and 0 <= at_ms - release.started_ms < wanted.within * MINUTE


def release_of(alert: Mapping[str, Any]) -> Release | None:
    """The release that an alert names."""
    named = alert.get("release")
    started = parse_time(named["started_at"]) if named else None
    return None if named is None or started is None else Release(named["id"], named["name"], started)


def leave_releases(windowed: WindowedRule, state: WindowState, end: int) -> list[dict[str, Any]]:
    """Resolve the alerts whose release is no longer the one that matters at minute ``end``, or no longer there.

    While none matters, what else is remembered grows old.
    """
    alerts: list[dict[str, Any]] = []
    if windowed.rule.condition.since_release is None:
        return alerts
    current = windowed.release.id if windowed.release else None
    for group, memory in list(state.memories.of(windowed.memory).items()):
        alert, after = memory.get("alert"), memory
        if alert is None and windowed.is_idle:
            after, _ = live_on(windowed, memory, group, end, NO_RELEASE, state.series)  # type: ignore[assignment]  # None forgets.
        elif alert is not None and ((own := release_of(alert)) is None or own.id != current):
            resolved = withdraw(alert, end, _why(windowed, own, end))
            after = _ended(memory, resolved, end)
            alerts.append(resolved)
        state.memories.set(windowed.memory, group, after)
    return alerts


def _why(windowed: WindowedRule, own: Release | None, end: int) -> str:
    if own is None:
        return "the rule is limited to the time since a release now"
    if windowed.release is not None and windowed.release.started_ms >= own.started_ms:
        return f"{windowed.release.name} began"
    wanted = windowed.rule.condition.since_release
    if wanted is not None and end * MINUTE - own.started_ms > wanted.within * MINUTE:
        return f"{own.name} began {print_minutes(wanted.within)} ago"
    return f"{own.name} is no longer among the releases that it asks for"


def _ended(memory: Memory, resolved: dict[str, Any], end: int) -> Memory:
    """The memory without the open alert; for a while it can still be amended."""
    kept = {key: value for key, value in memory.items() if key not in {"alert", "first", "clear", "since"}}
    over = {"over": {"alert": resolved, "first": memory["first"], "end": end}} if "first" in memory else {}
    return {**kept, **over}

"""The life of a windowed rule's alert for one group: what it remembers, and which alerts change.

A condition holds for a while (``for``), then the alert fires, once; its level may rise; the condition is over for a
while (``keep-firing-for``), then it is resolved. Where nobody can tell, the alert says so, once, and is decided later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.alert import Status
from schemas.condition import Windowed
from schemas.rule_test import LEVELS
from streams.core.alerts.episode import MOST_REFERENCES, change, doubt, fire, level_of

REMEMBERED = 24 * 60
"""Minutes for which an alert that is over can be amended."""

if TYPE_CHECKING:
    from streams.core.alerts.episode import Alert
    from streams.core.conditions.verdict import Verdict
    from streams.core.conditions.windowed import WindowedRule
    from streams.core.windows.memories import Memory
    from streams.core.windows.partials import Group
    from streams.core.windows.rows import Series


def live_on(  # noqa: PLR0913, PLR0917 - what an episode depends on
    windowed: WindowedRule, memory: Memory | None, group: Group, end: int, verdict: Verdict, series: Series
) -> tuple[Memory | None, list[Alert]]:
    """The memory after the window that ends before minute ``end``, and the alerts that it changes."""
    alert = memory.get("alert") if memory else None
    if verdict.inconclusive:
        if alert is not None:
            return memory, []
        alert = doubt(windowed, group, end, verdict)
        return _with(memory, alert=alert, since=None), [alert]
    if verdict.holds:
        return _holding(windowed, memory or {}, group, end, verdict, series)
    return _over(windowed, memory, end, verdict)


def _holding(  # noqa: PLR0913, PLR0917 - as above
    windowed: WindowedRule, memory: Memory, group: Group, end: int, verdict: Verdict, series: Series
) -> tuple[Memory | None, list[Alert]]:
    alert = memory.get("alert")
    if alert is not None and alert["status"] != Status.INCONCLUSIVE:
        if _rank(level_of(windowed.rule, verdict)) <= _rank(alert["rule"]["level"]):
            return _with(memory, clear=None), []
        alert = change(alert, windowed, Status.FIRING, verdict)
        return _with(memory, alert=alert, clear=None), [alert]
    since = memory.get("since", end)
    if since <= windowed.first:
        # It held since another release.
        since = end
    if end - since < _patience(windowed, "for_"):
        return _with(memory, since=since), []
    located = series.evidence(windowed.measure, group, end - windowed.window, end)[:MOST_REFERENCES]
    fired = fire(windowed, group, end, verdict, located)
    if alert is not None:
        # What nobody could tell is told now: the same alert fires.
        kept = ("alert_id", "starts_at", "window")
        fired |= {key: alert[key] for key in kept}
    return _with(memory, alert=fired, first=end, since=None, clear=None), [fired]


def _over(
    windowed: WindowedRule, memory: Memory | None, end: int, verdict: Verdict
) -> tuple[Memory | None, list[Alert]]:
    if not memory:
        return None, []
    alert = memory.get("alert")
    if alert is None:
        over = memory.get("over")
        if over is not None and end - over["end"] < REMEMBERED:
            return _with(memory, since=None), []
        belated = memory.get("belated")
        if belated is not None and end - belated < REMEMBERED:
            return _with(memory, since=None, over=None), []
        return _with(memory, since=None, over=None, belated=None), []
    clear = memory.get("clear", end)
    if alert["status"] != Status.INCONCLUSIVE and end - clear < _patience(windowed, "keep_firing_for"):
        return _with(memory, clear=clear), []
    resolved = change(alert, windowed, Status.RESOLVED, verdict, end)
    # For a while it can still be amended; the next step forgets it then.
    over = {"alert": resolved, "first": memory["first"], "end": end} if "first" in memory else None
    return _with(memory, alert=None, first=None, clear=None, over=over), [resolved]


def _with(memory: Memory | None, **changes: Any) -> Memory | None:
    """The memory with these changes; None takes a key out."""
    changed = {**(memory or {}), **changes}
    return {key: value for key, value in changed.items() if value is not None} or None


def _patience(windowed: WindowedRule, name: str) -> int:
    condition = windowed.rule.condition
    return getattr(condition, name) if isinstance(condition, Windowed) else 0


def _rank(level: str) -> int:
    return LEVELS.index(level)

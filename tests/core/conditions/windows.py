"""A windowed rule and the rows that it is judged on, a partial a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.rule import Rule
from streams.core.conditions.step import Share, step
from streams.core.conditions.windowed import WindowedRule
from streams.core.windows.clock import MINUTE
from streams.core.windows.partials import Counts, Partial
from streams.core.windows.state import WindowState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streams.core.windows.partials import Group

FIRST = 28_000_000
"""A minute since the epoch."""
ALONE = Share(0, 1)


def windowed(condition: dict[str, Any], **changes: Any) -> WindowedRule:
    rule = Rule.model_validate(
        {"id": "r", "title": "R", "level": "low", "source": "findings", "query": "*", "condition": condition, **changes}
    )
    return WindowedRule(rule, "m", "of" if condition["type"] == "ratio" else None)


def message(place: int, minute: int, counts: Mapping[str, Mapping[Group, int]], delay: int = 0) -> Partial:
    """What is counted in minute ``FIRST + minute``, sent when the clock is at its end."""
    clock = (FIRST + minute + 1) * MINUTE + delay
    opened = clock - MINUTE if place else (FIRST - 1) * MINUTE + delay
    held = {
        name: {
            group: Counts([(FIRST + minute, count)], [], [(FIRST + minute, 100 * place, 0, f"e{place}")])
            for group, count in groups.items()
            if count
        }
        for name, groups in counts.items()
    }
    return Partial("in", 0, 1, place, place + 1, opened, clock, held)


def run(
    rule: WindowedRule, minutes: Sequence[Mapping[str, Mapping[Group, int]]], state: WindowState | None = None
) -> list[dict[str, Any]]:
    """The alerts of a rule over consecutive minutes, each judged as soon as it is over."""
    state = state or WindowState()
    alerts: list[dict[str, Any]] = []
    for place, counts in enumerate(minutes):
        state.take(message(place, place, counts), place)
        for end in state.due("in", rule.basis, 0):
            alerts += step(rule, state, ALONE, end, state.sources["in"].known_from()).alerts
    return alerts

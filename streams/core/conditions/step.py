"""One step of a windowed rule: judge every group that can matter, and say which alerts change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schemas.condition import SEEN, LessThan, NewValue, Ratio, TimeRelative, Usual
from schemas.duration import HOUR, print_minutes
from streams.core.alerts.episode import withdraw
from streams.core.conditions.episodes import live_on
from streams.core.conditions.new_value import step_new_values
from streams.core.conditions.seen import remember_seen
from streams.core.conditions.since_release import leave_releases
from streams.core.conditions.usual import step_usual
from streams.core.conditions.verdict import Verdict
from streams.core.conditions.windowed import WindowedRule, is_quiet, judge, quiet_share
from streams.core.windows.clock import MINUTE
from streams.core.windows.overflow import is_bucket
from streams.core.windows.partitioning import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.core.windows.memories import Memory
    from streams.core.windows.partials import Group
    from streams.core.windows.state import WindowState


SIGHTING = {"last"}
"""What is remembered of a group that was seen, and no more."""
KNOWN = 12 * HOUR
"""Minutes for which a group is known that may have too small a share of all groups."""


@dataclass(slots=True)
class Judgement:
    """What one minute brought: alerts that fired or were resolved, and ratios, as (group, window end, measured)."""

    alerts: list[dict[str, Any]] = field(default_factory=list)
    ratios: list[tuple[WindowedRule, Group, int, dict[str, Any]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Share:
    """Which groups are judged here: those of ``partition`` among ``partitions``."""

    partition: int
    partitions: int

    def holds(self, group: Group) -> bool:
        """Whether the group belongs here."""
        return partition_of(group, self.partitions) == self.partition


def step(windowed: WindowedRule, state: WindowState, share: Share, end: int, known_from: int) -> Judgement:
    """Judge the windows of one rule that end before minute ``end``, and note in ``state`` what it remembers.

    A rule that is limited to the time since a release comes as ``limited`` makes it for this minute.
    """
    if learns(windowed):
        left = leave_releases(windowed, state, end)
        return Judgement(left + step_usual(windowed, state, share, end, known_from))
    return _step(windowed, state, share, end, known_from)


def _step(windowed: WindowedRule, state: WindowState, share: Share, end: int, known_from: int) -> Judgement:
    judgement, rule = Judgement(), windowed.rule
    if isinstance(rule.condition, LessThan) and rule.condition.expect == SEEN:
        remember_seen(windowed, state, end)
    if isinstance(rule.condition, NewValue):
        judgement.alerts += step_new_values(windowed, state, end)
        return judgement
    judgement.alerts += leave_releases(windowed, state, end)
    if windowed.is_idle or not windowed.ends_at(end):
        return judgement
    awake = rule.active is None or rule.active.cover(end * MINUTE - 1)
    for group in _candidates(windowed, state, share, end):
        memory = state.memories.get(windowed.memory, group)
        if memory and (why := _unexpected(windowed, group, memory, end)):
            _withdraw(judgement, state, windowed.memory, group, memory, end, why)
            continue
        if _nothing_new(windowed, state, group, memory, end, judgement):
            continue
        verdict = judge(windowed, state.series, group, end, known_from)
        if verdict is None:
            continue
        if isinstance(rule.condition, Ratio) and verdict.measured["denominator"] and not is_bucket(group):
            judgement.ratios.append((windowed, group, end, dict(verdict.measured)))
        if not awake:
            verdict = Verdict(
                holds=False, measured=verdict.measured, words=f"{verdict.words}; outside the active hours"
            )
        after, alerts = live_on(windowed, memory, group, end, verdict, state.series)
        state.memories.set(windowed.memory, group, after)
        judgement.alerts += alerts
    return judgement


def _nothing_new(  # noqa: PLR0913, PLR0917 - what a look is taken at
    windowed: WindowedRule, state: WindowState, group: Group, memory: Memory | None, end: int, judgement: Judgement
) -> bool:
    """Whether a look tells that no alert comes or goes; a ratio is noted all the same."""
    if memory is None and (share := quiet_share(windowed, state.series, group, end)) is not None:
        if share:
            judgement.ratios.append((windowed, group, end, share))
        return True
    return (memory is None or memory.keys() == SIGHTING) and is_quiet(windowed, state.series, group, end)


def retire(state: WindowState, name: str, end: int) -> list[dict[str, Any]]:
    """Forget all that a rule remembers which is no longer there, and resolve its alerts at minute ``end``."""
    judgement = Judgement()
    for group, memory in list(state.memories.of(name).items()):
        _withdraw(judgement, state, name, group, memory, end, "the rule was removed")
    return judgement.alerts


def _withdraw(  # noqa: PLR0913, PLR0917 - what is withdrawn, where and why
    judgement: Judgement,
    state: WindowState,
    name: str,
    group: Group,
    memory: Memory | None,
    end: int,
    why: str,
) -> None:
    if memory and "alert" in memory:
        judgement.alerts.append(withdraw(memory["alert"], end, why))
    state.memories.set(name, group, None)


def _unexpected(windowed: WindowedRule, group: Group, memory: Memory, end: int) -> str | None:
    """Why a group that is remembered is to be judged no more."""
    rule = windowed.rule
    if len(group) != len(rule.group_by):
        return "the rule counts by other groups now"
    if not isinstance(rule.condition, LessThan) or not rule.group_by:
        return None
    if rule.condition.expect != SEEN:
        return None if group in windowed.expected else "it is expected no more"
    if "last" not in memory:
        return "it was not seen, and is expected no more"
    if end - memory["last"] > rule.condition.retire_after:
        return f"it was silent for {print_minutes(rule.condition.retire_after)}, and is expected no more"
    return None


def _candidates(windowed: WindowedRule, state: WindowState, share: Share, end: int) -> Iterable[Group]:
    rule = windowed.rule
    remembered = state.memories.of(windowed.memory)
    if not rule.group_by:
        own: list[Group] = [()] if share.holds(()) else []
    elif isinstance(rule.condition, LessThan):
        # Of those that are expected since they were seen, each is remembered.
        own = [group for group in windowed.expected if share.holds(group)]
    else:
        spans = _spans(windowed, end)
        own = state.series.groups(*spans[0])
        if len(spans) > 1:
            return dict.fromkeys([*own, *state.series.groups(*spans[1]), *remembered])
    return dict.fromkeys([*own, *remembered]) if remembered else own


def _spans(windowed: WindowedRule, end: int) -> list[tuple[str, int, int]]:
    """Measures and minutes ``[first, end)``: for a group without counts in any of them the rule can't fire."""
    condition, window = windowed.condition, windowed.window
    spans = [(windowed.measure, end - window, end)]
    if isinstance(condition, TimeRelative | Ratio) and condition.direction == "below":
        # Too few may be none at all, of a group that is known from elsewhere.
        if isinstance(condition, TimeRelative):
            spans.append((windowed.measure, end - condition.before - window, end - condition.before))
        elif condition.of_group == "same":
            spans.append((windowed.of or windowed.measure, end - window, end))
        else:
            spans[0] = (windowed.measure, end - window - KNOWN, end)
    return spans


def learns(windowed: WindowedRule) -> bool:
    """Whether the rule compares with what is usual, which it learns."""
    return isinstance(windowed.rule.condition, Usual)

"""One step of a windowed rule: judge every group that can matter, and say which alerts change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schemas.condition import LessThan, MoreThanUsual, Ratio
from streams.core.alerts.episode import MOST_REFERENCES, fire, resolve
from streams.core.conditions.windowed import WindowedRule, judge
from streams.core.windows.partitioning import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.core.windows.partials import Group
    from streams.core.windows.state import WindowState


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
    """Judge the windows of one rule that end before minute ``end``, and note its episodes in ``state``."""
    judgement = Judgement()
    rule = windowed.rule
    for group in _candidates(windowed, state, share):
        verdict = judge(windowed, state.series, group, end, known_from)
        if verdict is None:
            continue
        if isinstance(rule.condition, Ratio) and verdict.measured["denominator"]:
            judgement.ratios.append((windowed, group, end, dict(verdict.measured)))
        key = (rule.id, group)
        episode = state.episodes.get(key)
        if verdict.holds and episode is None:
            window = rule.condition.window  # type: ignore[union-attr]
            located = state.series.evidence(windowed.measure, group, end - window, end)[:MOST_REFERENCES]
            state.episodes[key] = fire(windowed, group, end, verdict, located)
            judgement.alerts.append(state.episodes[key])
        elif not verdict.holds and episode is not None:
            judgement.alerts.append(resolve(episode, windowed, end, verdict))
            del state.episodes[key]
        else:
            continue
        state.changes.episodes.add(key)
    return judgement


def _candidates(windowed: WindowedRule, state: WindowState, share: Share) -> Iterable[Group]:
    rule = windowed.rule
    if not rule.group_by:
        return [()] if share.holds(()) else []
    if isinstance(rule.condition, LessThan):
        return [group for group in rule.expected_groups if share.holds(group)]
    firing = [group for rule_id, group in state.episodes if rule_id == rule.id]
    return dict.fromkeys([*state.series.groups(windowed.measure), *firing])


def learns(windowed: WindowedRule) -> bool:
    """Whether the rule compares with what is usual, which is the anomaly agent's part."""
    return isinstance(windowed.rule.condition, MoreThanUsual)

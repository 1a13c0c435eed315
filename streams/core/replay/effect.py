"""What a change of rules would have done to alerts: which rules are to be judged, and what came of it, by rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from streams.core.replay.compare import Differences, compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from schemas.rule import Rule, RuleException
    from streams.core.rules.plan import Counted, Plan
    from streams.core.windows.state import WindowState

    Alert = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One rule as it is and as it would be; None where it is not in use."""

    before: Rule | None
    after: Rule | None

    @property
    def rule(self) -> Rule:
        """The rule, however it is."""
        rule = self.after or self.before
        assert rule is not None  # noqa: S101 - a change without a rule is a bug
        return rule

    @property
    def exceptions(self) -> list[tuple[int, RuleException]]:
        """Exceptions that would come new, each with its place in the rule, from 1."""
        known = self.before.exceptions if self.before else ()
        found = self.after.exceptions if self.after else ()
        return [(place, entry) for place, entry in enumerate(found, 1) if entry not in known]


def changes(before: Iterable[Rule], after: Iterable[Rule]) -> list[Change]:
    """The rules that would alert differently, by id; those whose texts alone change are left out."""
    old = {rule.id: rule for rule in before if rule.enabled}
    new = {rule.id: rule for rule in after if rule.enabled}
    pairs = [Change(old.get(name), new.get(name)) for name in sorted(old.keys() | new.keys())]
    return [pair for pair in pairs if _meaning(pair.before) != _meaning(pair.after)]


def _meaning(rule: Rule | None) -> tuple[str, bool] | None:
    return None if rule is None else (rule.revision, rule.dry_run)


def by_rule(before: Iterable[Alert], after: Iterable[Alert]) -> dict[str, Differences]:
    """How the alerts of each rule differ."""
    old, new = _grouped(before), _grouped(after)
    names = sorted(old.keys() | new.keys())
    return {name: _together(compare(old.get(name, []), new.get(name, []))) for name in names}


def _together(differs: Differences) -> Differences:
    """The same, where a windowed alert that would begin or end at another time is one that changes.

    With another threshold an episode is found sooner or later, and would else be an alert less and another more.
    """
    added = list(differs.added)
    removed, changed = [], list(differs.changed)
    for alert in differs.removed:
        other = next((one for one in added if _overlap(alert, one)), None)
        if other is None:
            removed.append(alert)
        else:
            added.remove(other)
            changed.append((alert, other))
    return Differences(added, removed, changed, differs.same)


def _overlap(one: Alert, other: Alert) -> bool:
    """Whether two alerts of windows are about one group, and were open at the same time; one may still be."""
    if one["window"] is None or other["window"] is None or one["group"] != other["group"]:
        return False
    ends = [alert["ends_at"] or "~" for alert in (one, other)]
    return bool(one["starts_at"] < ends[1] and other["starts_at"] < ends[0])


def _grouped(alerts: Iterable[Alert]) -> Mapping[str, list[Alert]]:
    found: dict[str, list[Alert]] = {}
    for alert in alerts:
        found.setdefault(alert["rule"]["id"], []).append(alert)
    return found


def excepted(plan: Plan, rule: Rule, place: int) -> Counted | None:
    """The measure that counts what the exception at a place keeps from a rule; None where another counts the same."""
    name = f"{rule.id}-excepted-{place}"
    return next((counted for counted in plan.counted.values() if counted.name == name), None)


def counted_in(states: Sequence[WindowState], measure: str, first: int, end: int) -> int:
    """Events that were counted of a measure without groups in the minutes ``[first, end)``, late ones too."""
    return sum(state.series.total(measure, (), first, end) for state in states)

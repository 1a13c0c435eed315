"""From loaded rules and measures to what the two stages do with them; nothing is counted twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemas.condition import Immediate, LessThan, MoreThanUsual, Ratio
from schemas.measure import GroupKey, Measure, digest, used_lists
from streams.core.conditions.windowed import WindowedRule
from streams.core.rules.matcher import Matcher

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.measure import GroupBy, Source
    from schemas.rule import Rule, RuleException

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Exempt:
    """Events that a rule leaves alone."""

    matcher: Matcher
    exception: RuleException


@dataclass(frozen=True, slots=True)
class Counted:
    """A measure as stage 1 counts it. ``evidence``: references to the events are kept, since a rule will want them."""

    id: str
    name: str
    measure: Measure
    matcher: Matcher
    exempt: tuple[Exempt, ...]
    evidence: bool

    @property
    def group_by(self) -> GroupBy:
        """The keys of its groups."""
        return self.measure.group_by


@dataclass(frozen=True, slots=True)
class ImmediateRule:
    """A rule that fires on single events, compiled."""

    rule: Rule
    matcher: Matcher
    levels: tuple[tuple[str, Matcher], ...]
    exempt: tuple[Exempt, ...]


@dataclass(slots=True)
class Plan:
    """What the loaded rules and measures ask for."""

    counted: dict[str, Counted] = field(default_factory=dict)
    immediate: list[ImmediateRule] = field(default_factory=list)
    windowed: list[WindowedRule] = field(default_factory=list)
    retention: dict[str, int] = field(default_factory=dict)
    """Measure id -> how long its rows are kept, ms, where a rule looks back further than the default."""

    def counted_of(self, source: Source) -> list[Counted]:
        """The measures over one source."""
        return [counted for counted in self.counted.values() if counted.measure.source == source]

    def immediate_of(self, source: Source) -> list[ImmediateRule]:
        """The immediate rules over one source."""
        return [rule for rule in self.immediate if rule.rule.source == source]

    def windowed_of(self, source: Source, basis: str) -> list[WindowedRule]:
        """The windowed rules over one source and time basis."""
        return [windowed for windowed in self.windowed if windowed.rule.source == source and windowed.basis == basis]


def make_plan(rules: Iterable[Rule], measures: Iterable[Measure]) -> Plan:
    """Compile everything. Measures come first, so that they keep their names where rules count alike."""
    plan = Plan()
    for measure in measures:
        _count(plan, measure, (), evidence=False)
    for rule in rules:
        if isinstance(rule.condition, Immediate):
            plan.immediate.append(_immediate(rule))
        else:
            plan.windowed.append(_windowed(plan, rule))
    return plan


def _count(plan: Plan, measure: Measure, exceptions: tuple[RuleException, ...], *, evidence: bool) -> str:
    meaning = [[entry.query, str(entry.until), used_lists(measure.lists, [entry.query])] for entry in exceptions]
    measure_id = digest([measure.id, meaning]) if exceptions else measure.id
    known = plan.counted.get(measure_id)
    if known is None or (evidence and not known.evidence):
        plan.counted[measure_id] = Counted(
            measure_id,
            known.name if known else measure.name,
            measure,
            Matcher(measure.query, measure.lists),
            _exempt(exceptions, measure),
            evidence,
        )
    return measure_id


def _exempt(exceptions: tuple[RuleException, ...], owner: Rule | Measure) -> tuple[Exempt, ...]:
    return tuple(Exempt(Matcher(entry.query, owner.lists), entry) for entry in exceptions)


def _immediate(rule: Rule) -> ImmediateRule:
    return ImmediateRule(
        rule,
        Matcher(rule.query, rule.lists),
        tuple((entry.level, Matcher(entry.when, rule.lists)) for entry in rule.levels),
        _exempt(rule.exceptions, rule),
    )


def _windowed(plan: Plan, rule: Rule) -> WindowedRule:
    condition = rule.condition
    numerator = _count(plan, _measure(rule, rule.query, rule.id), rule.exceptions, evidence=True)
    of = None
    if isinstance(condition, Ratio):
        of = _count(plan, _measure(rule, condition.of, f"{rule.id}-of"), rule.exceptions, evidence=False)
    if isinstance(condition, MoreThanUsual):
        kept = (condition.history + condition.window) * MINUTE_MS
        plan.retention[numerator] = max(plan.retention.get(numerator, 0), kept)
    return WindowedRule(rule, numerator, of)


def _measure(rule: Rule, query: str, name: str) -> Measure:
    return Measure(
        name=name,
        source=rule.source,
        query=query,
        group_by=tuple(GroupKey(name=key.name, field=key.field) for key in rule.group_by),
        lists=rule.lists,
        samples=rule.include_samples,
        archived=rule.archived,
        counted_on=rule.condition.judged_on if isinstance(rule.condition, LessThan) else "event_time",
    )

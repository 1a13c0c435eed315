"""From loaded rules and measures to what the two stages do with them; nothing is counted twice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from schemas.condition import Aggregated, Immediate, LessThan, NewValue, Ratio, TimeRelative, Usual, Windowed
from schemas.duration import DAY
from schemas.measure import GroupKey, Measure, digest, used_lists
from streams.core.baseline.expected import LONGEST
from streams.core.conditions.windowed import WindowedRule
from streams.core.rules.matcher import Matcher, both, matcher_of
from streams.core.windows.memories import memory_of
from streams.core.windows.tally import EVERYWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.condition import Condition
    from schemas.measure import GroupBy, Source
    from schemas.rule import Rule, RuleException

MINUTE_MS = 60_000
VALUE_KEY = "value"
"""The name of the last key of a new value's groups."""


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
    excepted_by: RuleException | None = None
    """The exception whose events are counted, and only while it holds."""

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

    @property
    def alerts_always(self) -> bool:
        """Whether every event alerts, so that nothing has to be remembered."""
        return isinstance(self.rule.condition, Immediate) and self.rule.condition.repeat == "every"


class Remembering(NamedTuple):
    """A rule that remembers something about its groups, under a name."""

    name: str
    source: Source
    basis: str


@dataclass(slots=True)
class Plan:
    """What the loaded rules and measures ask for."""

    counted: dict[str, Counted] = field(default_factory=dict)
    immediate: list[ImmediateRule] = field(default_factory=list)
    windowed: list[WindowedRule] = field(default_factory=list)
    retention: dict[str, int] = field(default_factory=dict)
    """Measure id -> how long its rows are kept, ms, where a rule looks back further than the default."""
    placement: dict[str, int] = field(default_factory=dict)
    """Measure id -> how many of a group's first values choose its partition, where not all do; or ``EVERYWHERE``."""

    def counted_of(self, source: Source) -> list[Counted]:
        """The measures over one source."""
        return [counted for counted in self.counted.values() if counted.measure.source == source]

    def immediate_of(self, source: Source) -> list[ImmediateRule]:
        """The immediate rules over one source."""
        return [rule for rule in self.immediate if rule.rule.source == source]

    def windowed_of(self, source: Source, basis: str) -> list[WindowedRule]:
        """The windowed rules over one source and time basis."""
        return [windowed for windowed in self.windowed if windowed.rule.source == source and windowed.basis == basis]

    @property
    def asks_for_releases(self) -> bool:
        """Whether some rule is limited to the time since a release."""
        rules = [one.rule for one in self.immediate] + [one.rule for one in self.windowed]
        return any(rule.condition.since_release for rule in rules)

    @property
    def repeating(self) -> dict[str, Rule]:
        """Immediate rules that do not alert on each event of a group, by id."""
        return {compiled.rule.id: compiled.rule for compiled in self.immediate if not compiled.alerts_always}

    @property
    def remembering(self) -> list[Remembering]:
        """All rules that remember something."""
        repeating = [Remembering(memory_of(rule), rule.source, "event_time") for rule in self.repeating.values()]
        windowed = [(name, one) for one in self.windowed for name in one.memories]
        return repeating + [Remembering(name, one.rule.source, one.basis) for name, one in windowed]


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
        _count_exceptions(plan, rule)
    return plan


def _count(  # noqa: PLR0913 - what a measure is counted for
    plan: Plan,
    measure: Measure,
    exceptions: tuple[RuleException, ...],
    *,
    evidence: bool,
    leading: int | None = None,
    matcher: Matcher | None = None,
    excepted_by: RuleException | None = None,
) -> str:
    meaning = [[entry.query, str(entry.until), used_lists(measure.lists, [entry.query])] for entry in exceptions]
    measure_id = measure.id
    if exceptions or leading is not None:
        kind, colon, _ = measure_id.rpartition(":")
        measure_id = kind + colon + digest([measure_id, meaning, leading])
    if leading is not None:
        plan.placement[measure_id] = leading
    known = plan.counted.get(measure_id)
    if known is None:
        judge = matcher or matcher_of(measure.query, measure.lists)
        exempt = _exempt(exceptions, measure)
        plan.counted[measure_id] = Counted(measure_id, measure.name, measure, judge, exempt, evidence, excepted_by)
    elif evidence and not known.evidence:
        plan.counted[measure_id] = replace(known, evidence=True)
    return measure_id


def _count_exceptions(plan: Plan, rule: Rule) -> None:
    """Count what exceptions keep from a rule, so that somebody sees which of them still have a use."""
    for place, entry in enumerate(rule.exceptions):
        measure = _measure(rule, f"({rule.query}) AND ({entry.query})", f"{rule.id}-excepted-{place + 1}")
        measure = measure.model_copy(update={"group_by": (), "aggregate": "count", "field": None})
        matcher = both(matcher_of(rule.query, rule.lists), matcher_of(entry.query, rule.lists))
        _count(plan, measure, (), evidence=False, matcher=matcher, excepted_by=entry)


def _exempt(exceptions: tuple[RuleException, ...], owner: Rule | Measure) -> tuple[Exempt, ...]:
    return tuple(Exempt(matcher_of(entry.query, owner.lists), entry) for entry in exceptions)


def _immediate(rule: Rule) -> ImmediateRule:
    return ImmediateRule(
        rule,
        matcher_of(rule.query, rule.lists),
        tuple((entry.level, matcher_of(entry.when, rule.lists)) for entry in rule.levels if entry.when),
        _exempt(rule.exceptions, rule),
    )


def _windowed(plan: Plan, rule: Rule) -> WindowedRule:
    condition = rule.condition
    counted, leading = _measure(rule, rule.query, rule.id), None
    if isinstance(condition, NewValue):
        value = GroupKey(name=VALUE_KEY, field=condition.field)
        leading = len(counted.group_by)
        counted = counted.model_copy(update={"group_by": (*counted.group_by, value)})
    numerator = _count(plan, counted, rule.exceptions, evidence=True, leading=leading)
    of = None
    if isinstance(condition, Ratio):
        whole = _measure(rule, condition.of, f"{rule.id}-of")
        of_all = condition.of_group == "all" and bool(rule.group_by)
        if of_all:
            whole = whole.model_copy(update={"group_by": ()})
        of = _count(plan, whole, rule.exceptions, evidence=False, leading=EVERYWHERE if of_all else None)
    for measure_id in (numerator, of):
        if measure_id is not None:
            kept = (_looks_back(condition) + DAY) * MINUTE_MS
            plan.retention[measure_id] = max(plan.retention.get(measure_id, 0), kept)
    return WindowedRule(rule, numerator, of)


def _looks_back(condition: Condition) -> int:
    """How many minutes before a window's end lie the counts that it is judged by."""
    match condition:
        case Usual():
            return LONGEST * condition.window + condition.for_
        case TimeRelative():
            return condition.before + condition.window
        case Windowed():
            return condition.window + condition.for_
        case _:
            return 1


def _measure(rule: Rule, query: str, name: str) -> Measure:
    condition = rule.condition
    aggregated = condition if isinstance(condition, Aggregated) else None
    return Measure(
        name=name,
        source=rule.source,
        query=query,
        group_by=tuple(GroupKey(name=key.name, field=key.field) for key in rule.group_by),
        lists=rule.lists,
        samples=rule.include_samples,
        archived=rule.archived,
        counted_on=condition.judged_on if isinstance(condition, LessThan) else "event_time",
        aggregate=aggregated.aggregate if aggregated else "count",
        field=aggregated.field if aggregated else None,
    )

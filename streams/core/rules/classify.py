"""Judging events by class.

Queries and groups mostly read fields that take few values: a finding's type and severity, a record's event source and
name. Events that agree in these *fixed* fields form a class, and whatever those fields decide is decided once, when the
first event of the class is seen. What is left for each event is small: a few counts, and the queries that read more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from streams.core.alerts.text import group_text
from streams.core.query import values_at
from streams.core.windows.tally import Bundle, Spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.measure import GroupKey
    from streams.core.query import Path
    from streams.core.rules.plan import Counted, ImmediateRule
    from streams.core.windows.partials import Group


Evidence = tuple["Counted", "Group | None"]
"""A measure that wants references, with the group where the class fixes it."""


@dataclass(slots=True)
class EventClass:
    """What the fixed fields decide about an event."""

    parsed: dict[str, Any]
    """The parsed fields that are fixed."""
    prefix: bytes = b""
    """The same as the beginning of a JSON object, without its closing brace."""
    alerting: list[ImmediateRule] = field(default_factory=list)
    """Rules whose query is decided, and matches."""
    undecided: list[ImmediateRule] = field(default_factory=list)
    on_event_time: list[Bundle] = field(default_factory=list)
    on_arrival: list[Bundle] = field(default_factory=list)
    undecided_counts: list[Counted] = field(default_factory=list)
    per_event: bool = False
    """Whether rules or measures are left that look at each event."""
    reads_whole: bool = False
    """Groups take parsed fields that a record read the short way does not have."""
    evidence: list[Evidence] = field(default_factory=list)


class Classifier:
    """Makes classes for one kind of event."""

    def __init__(self, counted: Sequence[Counted], immediate: Sequence[ImmediateRule], fixed: frozenset[Path]) -> None:
        self.fixed = fixed
        self._counted = counted
        self._immediate = immediate
        self._bundles: dict[Any, Bundle] = {}

    def classify(  # noqa: C901 - the same three answers for rules and for measures
        self, subject: Mapping[str, Any], document: Mapping[str, Any], parsed: dict[str, Any]
    ) -> EventClass:
        """The class of an event, from the event itself; ``parsed`` are its parsed fields that are fixed."""
        made = EventClass(parsed)
        for rule in self._immediate:
            if not takes(rule.rule.archived, rule.rule.include_samples, parsed):
                continue
            if rule.matcher.only_reads(self.fixed):
                if rule.matcher.matches(subject, document):
                    made.alerting.append(rule)
            elif rule.matcher.possible(subject, self.fixed):
                made.undecided.append(rule)
        decided: list[Counted] = []
        for counted in self._counted:
            if not takes(counted.measure.archived, counted.measure.samples, parsed):
                continue
            by_class = not counted.exempt and counted.measure.aggregate == "count"
            if by_class and counted.matcher.only_reads(self.fixed):
                if counted.matcher.matches(subject, document):
                    decided.append(counted)
            elif counted.matcher.possible(subject, self.fixed):
                made.undecided_counts.append(counted)
        made.evidence = [(counted, self._fixed_group(counted, subject)) for counted in decided if counted.evidence]
        made.per_event = bool(made.alerting or made.undecided or made.undecided_counts)
        made.on_event_time = self._bundle(decided, subject, "event_time")
        made.on_arrival = self._bundle(decided, subject, "arrival")
        return made

    def bundle_of(self, counted: Counted) -> Bundle:
        """A bundle of one measure whose whole group varies."""
        fields = tuple(key.field for key in counted.group_by)
        spread = Spread(counted.id, (None,) * len(fields), tuple(range(len(fields))))
        return self._shared(fields, [spread])

    def forget(self) -> None:
        """Forget the bundles of classes that were forgotten; those still counted in live on in their tally."""
        self._bundles.clear()

    def _bundle(self, decided: Sequence[Counted], subject: Mapping[str, Any], basis: str) -> list[Bundle]:
        by_fields: dict[tuple[str, ...], list[Spread]] = {}
        for counted in decided:
            if counted.measure.counted_on != basis:
                continue
            holes = tuple(place for place, key in enumerate(counted.group_by) if key.path not in self.fixed)
            fields = tuple(counted.group_by[place].field for place in holes)
            for group in groups_of(subject, counted.group_by, skip=frozenset(holes)):
                by_fields.setdefault(fields, []).append(Spread(counted.id, group, holes))
        return [self._shared(fields, spreads) for fields, spreads in by_fields.items()]

    def _fixed_group(self, counted: Counted, subject: Mapping[str, Any]) -> Group | None:
        if any(key.path not in self.fixed for key in counted.group_by):
            return None
        groups = groups_of(subject, counted.group_by)
        return groups[0] if len(groups) == 1 else None

    def _shared(self, fields: tuple[str, ...], spreads: list[Spread]) -> Bundle:
        key = (fields, tuple(spreads))
        bundle = self._bundles.get(key)
        if bundle is None:
            bundle = self._bundles[key] = Bundle(fields, spreads)
        return bundle


def takes(archived: bool, samples: bool, parsed: Mapping[str, Any]) -> bool:  # noqa: FBT001 - two flags of a measure or rule
    """Whether a measure or rule with these flags looks at the event at all."""
    return (archived or not parsed.get("archived")) and (samples or not parsed.get("sample"))


def groups_of(subject: Mapping[str, Any], keys: Sequence[GroupKey], skip: frozenset[int] = frozenset()) -> list[Group]:
    """The groups that an event belongs to: one for each combination of the values of its keys.

    An absent value is the group null; an empty list of values is no group at all.
    """
    choices: list[list[str | None]] = []
    for place, key in enumerate(keys):
        value = None if place in skip else values_at(subject, key.path)
        if isinstance(value, list):
            choices.append(list(dict.fromkeys(group_text(one) for one in value)))
        elif place not in skip and subject.get(key.field) == []:
            choices.append([])
        else:
            choices.append([group_text(value)])
    return [tuple(group) for group in product(*choices)]

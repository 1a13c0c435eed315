"""Judging events by class.

Queries and groups mostly read fields that take few values: a finding's type and severity, a record's event source and
name. Events that agree in these *fixed* fields form a class, and whatever those fields decide is decided once, when the
first event of the class is seen. What is left for each event is small: a few counts, and the queries that read more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from streams.core.alerts.text import group_text
from streams.core.query import values_at
from streams.core.query.tree import Everything
from streams.core.rules.questions import Questions
from streams.core.rules.sieve import Sieve
from streams.core.windows.tally import Bundle, Spread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from schemas.measure import GroupKey
    from streams.core.query import Path, Value
    from streams.core.query.tree import Node
    from streams.core.rules.matcher import Matcher
    from streams.core.rules.plan import Counted, ImmediateRule
    from streams.core.windows.partials import Group


Item = TypeVar("Item")
Evidence = tuple["Counted", "Group | None"]
"""A measure that wants references, with the group where the class fixes it."""


Found = tuple["Sequence[ImmediateRule]", "Sequence[Counted]"]
"""Rules and measures that match an event, of those that its class leaves undecided."""


@dataclass(slots=True)
class EventClass:
    """What the fixed fields decide about an event."""

    parsed: dict[str, Any]
    """The parsed fields that are fixed."""
    prefix: bytes = b""
    """The same as the beginning of a JSON object, without its closing brace."""
    alerting: list[ImmediateRule] = field(default_factory=list)
    """Rules whose query is decided, and matches."""
    undecided: Sieve[ImmediateRule] | None = None
    on_event_time: list[Bundle] = field(default_factory=list)
    on_arrival: list[Bundle] = field(default_factory=list)
    undecided_counts: Sieve[Counted] | None = None
    per_event: bool = False
    """Whether rules or measures are left that look at each event."""
    certain: bool = False
    """Whether an event of the class is certainly asked for more than its counts."""
    reads_whole: bool = False
    """Groups take parsed fields that a record read the short way does not have."""
    evidence: list[Evidence] = field(default_factory=list)

    def find(self, value_of: Callable[[Path], Value]) -> Found:
        """The undecided rules and measures that match an event with these values."""
        rules, counts = self.undecided, self.undecided_counts
        return rules.find(value_of) if rules else (), counts.find(value_of) if counts else ()


class ByFixed(Generic[Item]):
    """Rules or measures by a value that they ask of a fixed field; most ask for an event's source, name or type."""

    def __init__(self, items: Sequence[tuple[Item, Matcher]], fixed: frozenset[Path]) -> None:
        self._items = [item for item, _ in items]
        self._by_value: dict[Path, dict[str, list[int]]] = {}
        self._others: list[int] = []
        for place, (_, matcher) in enumerate(items):
            asked = {path: values for path, values in matcher.required.items() if path in fixed}
            if not asked:
                self._others.append(place)
                continue
            path = min(asked, key=lambda one: (len(asked[one]), one))
            for value in asked[path]:
                self._by_value.setdefault(path, {}).setdefault(value, []).append(place)

    def find(self, subject: Mapping[str, Any]) -> list[Item]:
        """Those that an event may match, in order."""
        found = set(self._others)
        for path, index in self._by_value.items():
            value = values_at(subject, path)
            for text in value if isinstance(value, list) else (value,):
                if isinstance(text, str):
                    found.update(index.get(text.lower(), ()))
        return [self._items[place] for place in sorted(found)]


class Classifier:
    """Makes classes for one kind of event."""

    def __init__(self, counted: Sequence[Counted], immediate: Sequence[ImmediateRule], fixed: frozenset[Path]) -> None:
        self.fixed = fixed
        self._counted = ByFixed([(one, one.matcher) for one in counted], fixed)
        self._immediate = ByFixed([(one, one.matcher) for one in immediate], fixed)
        self._questions = Questions()
        self._bundles: dict[Any, Bundle] = {}

    def classify(self, subject: Mapping[str, Any], parsed: dict[str, Any]) -> EventClass:  # noqa: C901 - the same three answers for rules and for measures
        """The class of an event, from the event itself; ``parsed`` are its parsed fields that are fixed."""
        made = EventClass(parsed)
        undecided: list[tuple[ImmediateRule, Node]] = []
        for rule in self._immediate.find(subject):
            if not takes(rule.rule.archived, rule.rule.include_samples, parsed):
                continue
            left = rule.matcher.reduced(subject, self.fixed)
            if left is True:
                made.alerting.append(rule)
            elif left is not False:
                undecided.append((rule, left))
        decided: list[Counted] = []
        undecided_counts: list[tuple[Counted, Node]] = []
        for counted in self._counted.find(subject):
            if not takes(counted.measure.archived, counted.measure.samples, parsed):
                continue
            left = counted.matcher.reduced(subject, self.fixed)
            by_class = not counted.exempt and counted.measure.aggregate == "count" and not _ends(counted)
            if left is True and by_class:
                decided.append(counted)
            elif left is not False:
                undecided_counts.append((counted, Everything() if left is True else left))
        if undecided:
            made.undecided = Sieve(undecided, self._questions)
        if undecided_counts:
            made.undecided_counts = Sieve(undecided_counts, self._questions)
        made.evidence = [(counted, self._fixed_group(counted, subject)) for counted in decided if counted.evidence]
        made.certain = bool(made.alerting or made.evidence)
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


def _ends(counted: Counted) -> bool:
    """Whether what is counted is an exception's, and the exception has a last day."""
    return counted.excepted_by is not None and counted.excepted_by.until is not None


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

"""Counts of one source partition between two flushes.

Most measures differ only in fields that take few values. So an event is counted once per *bundle* (the measures that
its class counts, with the group values that the class fixes) and per distinct value of the one field that varies, and
the bundle is spread over its measures at the flush.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from streams.core.windows.aggregates import MOST_VALUES_A_ROW, aggregate_of, combine
from streams.core.windows.clock import arrival_day
from streams.core.windows.partials import Candidate, Counts, Group, Partial, Reference
from streams.core.windows.partitioning import partition_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Spread(NamedTuple):
    """One measure in a bundle: its id, and its group with ``hole`` marking where the varying values go."""

    measure: str
    group: Group
    holes: tuple[int, ...]


Counted = tuple[str, "Group"]
"""(measure, group)"""


class Bundle:
    """Measures counted together. ``fields`` are the names of the group fields whose values vary within the class."""

    __slots__ = ("fields", "fixed", "spreads")

    def __init__(self, fields: tuple[str, ...], spreads: Sequence[Spread]) -> None:
        self.fields = fields
        self.spreads = tuple(spreads)
        self.fixed: tuple[Counted, ...] = tuple((spread.measure, spread.group) for spread in self.spreads)

    def groups(self, values: tuple[Any, ...]) -> Sequence[Counted]:
        """The measures with their groups; ``values`` are those of the fields that vary."""
        if not values:
            return self.fixed
        if len(values) == 1:
            return [
                (measure, (*group[: holes[0]], values[0], *group[holes[0] + 1 :]))
                for measure, group, holes in self.spreads
            ]
        return [(spread.measure, _filled(spread, values)) for spread in self.spreads]


def _filled(spread: Spread, values: tuple[Any, ...]) -> Group:
    group = list(spread.group)
    for hole, value in zip(spread.holes, values, strict=True):
        group[hole] = value
    return tuple(group)


EVERYWHERE = -1
"""The placement of a measure whose counts go to every partition."""
EVIDENCE_A_FLUSH = 5
"""References kept for one rule's group in one flush of one partition."""


class Tally:
    """What has been counted since the last flush."""

    __slots__ = ("amounts", "candidates", "evidence", "late", "on_time")

    def __init__(self) -> None:
        self.on_time: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        """(bundle, varying values..., minute) -> count."""
        self.late: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        self.evidence: dict[tuple[str, Group], list[Reference]] = {}
        self.amounts: dict[Counted, dict[tuple[int, bool], Any]] = {}
        """(measure, group) -> (minute, late) -> a sum or maximum, or the distinct values as a set."""
        self.candidates: list[Candidate] = []

    def __bool__(self) -> bool:
        return bool(self.on_time or self.late or self.candidates)

    def has_enough(self, measure: str, group: Group) -> bool:
        """Whether no more references are wanted in this flush."""
        kept = self.evidence.get((measure, group))
        return kept is not None and len(kept) >= EVIDENCE_A_FLUSH

    def refer(self, measure: str, group: Group, reference: Reference) -> None:
        """Remember where an event stands that a rule counted, up to a few a flush."""
        kept = self.evidence.setdefault((measure, group), [])
        if len(kept) < EVIDENCE_A_FLUSH:
            kept.append(reference)

    def add_amounts(self, measure: str, group: Group, minute: int, amounts: Sequence[Any], *, late: bool) -> None:
        """Add what one event brings to a sum, maximum or unique count."""
        held = self.amounts.setdefault((measure, group), {})
        aggregate = aggregate_of(measure)
        if aggregate == "unique":
            values = held.setdefault((minute, late), set())
            # One more than a row keeps, so that it knows that there were more.
            if len(values) <= MOST_VALUES_A_ROW:
                values.update(amounts)
        elif amounts:
            before = held.get((minute, late))
            held[minute, late] = combine(aggregate, amounts if before is None else (before, *amounts))

    def partials(
        self, header: Partial, partitions: int, retention: int, placement: Mapping[str, int] | None = None
    ) -> dict[int, Partial]:
        """Spread the counts over measures and partitions of groups; ``header`` says what they cover.

        A group's partition follows from all of its values, or from the first few where ``placement`` says so for its
        measure; or it goes to every partition, to be compared with the groups there.
        """
        made: dict[int, Partial] = {}

        def partial_for(target: int) -> Partial:
            partial = made.get(target)
            if partial is None:
                partial = made[target] = _empty(header)
            return partial

        for (measure, group), found in self._counts(header.clock, retention).items():
            leading = placement.get(measure) if placement else None
            everywhere = leading == EVERYWHERE
            for target in range(partitions) if everywhere else (partition_of(group[:leading], partitions),):
                partial_for(target).counts.setdefault(measure, {})[group] = found
        for candidate in self.candidates:
            partial_for(partition_of(candidate[1], partitions)).candidates.append(candidate)
        return made

    def _counts(self, clock: int, retention: int) -> dict[Counted, Counts]:
        counts: dict[Counted, Counts] = {}
        for counted, panes in _spread(self.on_time).items():
            counts[_bounded(counted)] = Counts(list(panes.items()))
        for counted, panes in _spread(self.late).items():
            late = [(minute, count, arrival_day(minute, clock, retention)) for minute, count in panes.items()]
            counts.setdefault(_bounded(counted), Counts()).late = late
        for counted, references in self.evidence.items():
            counts.setdefault(_bounded(counted), Counts()).evidence = references
        for counted, held in self.amounts.items():
            amounts = [
                (minute, amount, arrival_day(minute, clock, retention) if late else -1)
                for (minute, late), found in held.items()
                for amount in (sorted(found) if found.__class__ is set else (found,))
            ]
            counts.setdefault(_bounded(counted), Counts()).amounts = amounts
        return counts


MOST_GROUP_TEXT = 1024
"""Characters of one value of a group: longer ones would take a message's room from the counts of others."""


def _bounded(counted: Counted) -> Counted:
    measure, group = counted
    kept = bounded(group)
    return counted if kept is group else (measure, kept)


def bounded(group: Group) -> Group:
    """The same, but of values that are too long only the beginning, with a hash of the whole that keeps them apart."""
    for value in group:
        if value is not None and len(value) > MOST_GROUP_TEXT:
            return tuple([_shortened(one) if one is not None else None for one in group])
    return group


def _shortened(text: str) -> str:
    if len(text) <= MOST_GROUP_TEXT:
        return text
    mark = blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()
    return f"{text[: MOST_GROUP_TEXT - len(mark) - 1]}#{mark}"


def _spread(tallied: Mapping[tuple[Any, ...], int]) -> dict[Counted, dict[int, int]]:
    """Counts by measure and group, a number a minute."""
    found: dict[Counted, dict[int, int]] = {}
    for key, count in tallied.items():
        minute = key[-1]
        for counted in key[0].groups(key[1:-1]):
            panes = found.get(counted)
            if panes is None:
                found[counted] = {minute: count}
            else:
                panes[minute] = panes.get(minute, 0) + count
    return found


def _empty(header: Partial) -> Partial:
    return replace(header, counts={}, candidates=[])

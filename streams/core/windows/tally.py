"""Counts of one source partition between two flushes.

Most measures differ only in fields that take few values. So an event is counted once per *bundle* (the measures that
its class counts, with the group values that the class fixes) and per distinct value of the one field that varies, and
the bundle is spread over its measures at the flush.
"""

from __future__ import annotations

from collections import defaultdict
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from streams.core.windows.clock import arrival_day
from streams.core.windows.partials import Counts, Group, Partial, Reference
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


EVIDENCE_A_FLUSH = 5
"""References kept for one rule's group in one flush of one partition."""


class Tally:
    """What has been counted since the last flush."""

    __slots__ = ("evidence", "late", "on_time")

    def __init__(self) -> None:
        self.on_time: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        """(bundle, varying values..., minute) -> count."""
        self.late: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        self.evidence: dict[tuple[str, Group], list[Reference]] = {}

    def __bool__(self) -> bool:
        return bool(self.on_time or self.late)

    def has_enough(self, measure: str, group: Group) -> bool:
        """Whether no more references are wanted in this flush."""
        kept = self.evidence.get((measure, group))
        return kept is not None and len(kept) >= EVIDENCE_A_FLUSH

    def refer(self, measure: str, group: Group, reference: Reference) -> None:
        """Remember where an event stands that a rule counted, up to a few a flush."""
        kept = self.evidence.setdefault((measure, group), [])
        if len(kept) < EVIDENCE_A_FLUSH:
            kept.append(reference)

    def partials(self, header: Partial, partitions: int, retention: int) -> dict[int, Partial]:
        """Spread the counts over measures and partitions of groups; ``header`` says what they cover."""
        counts: dict[Counted, Counts] = {}
        for counted, panes in _spread(self.on_time).items():
            counts[_bounded(counted)] = Counts(list(panes.items()))
        for counted, panes in _spread(self.late).items():
            late = [(minute, count, arrival_day(minute, header.clock, retention)) for minute, count in panes.items()]
            counts.setdefault(_bounded(counted), Counts()).late = late
        for counted, references in self.evidence.items():
            counts.setdefault(_bounded(counted), Counts()).evidence = references
        made: dict[int, Partial] = {}
        for (measure, group), found in counts.items():
            target = partition_of(group, partitions)
            partial = made.get(target)
            if partial is None:
                partial = made[target] = _empty(header)
            partial.counts.setdefault(measure, {})[group] = found
        return made


MOST_GROUP_TEXT = 1024
"""Characters of one value of a group: longer ones would take a message's room from the counts of others."""


def _bounded(counted: Counted) -> Counted:
    """The same, but of values that are too long only the beginning, with a hash of the whole that keeps them apart."""
    measure, group = counted
    for value in group:
        if value is not None and len(value) > MOST_GROUP_TEXT:
            return measure, tuple([_shortened(one) if one is not None else None for one in group])
    return counted


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
    return Partial(header.topic, header.partition, header.of, header.start, header.end, header.opened, header.clock)

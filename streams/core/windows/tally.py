"""Counts of one source partition between two flushes.

Most measures differ only in fields that take few values. So an event is counted once per *bundle* (the measures that its
class counts, with the group values that the class fixes) and per distinct value of the one field that varies, and the
bundle is spread over its measures at the flush.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from streams.core.windows.clock import arrival_day
from streams.core.windows.partials import Counts, Group, Partial, Reference
from streams.core.windows.partitioning import partition_of

if TYPE_CHECKING:
    from collections.abc import Sequence


class Spread(NamedTuple):
    """One measure in a bundle: its id, and its group with ``hole`` marking where the varying values go."""

    measure: str
    group: Group
    holes: tuple[int, ...]


class Bundle:
    """Measures counted together. ``fields`` are the names of the group fields whose values vary within the class."""

    __slots__ = ("fields", "spreads")

    def __init__(self, fields: tuple[str, ...], spreads: Sequence[Spread]) -> None:
        self.fields = fields
        self.spreads = tuple(spreads)


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
        made: dict[int, Partial] = {}

        def counts_of(measure: str, group: Group) -> Counts:
            target = partition_of(group, partitions)
            partial = made.get(target)
            if partial is None:
                partial = made[target] = _empty(header)
            groups = partial.counts.setdefault(measure, {})
            counted = groups.get(group)
            if counted is None:
                counted = groups[group] = Counts()
            return counted

        for key, count in self.on_time.items():
            for measure, group in _groups(key):
                counts_of(measure, group).on_time.append((key[-1], count))
        for key, count in self.late.items():
            day = arrival_day(key[-1], header.clock, retention)
            for measure, group in _groups(key):
                counts_of(measure, group).late.append((key[-1], count, day))
        for (measure, group), references in self.evidence.items():
            counts_of(measure, group).evidence.extend(references)
        return made


def _groups(key: tuple[Any, ...]) -> list[tuple[str, Group]]:
    bundle: Bundle = key[0]
    if not bundle.fields:
        return [(spread.measure, spread.group) for spread in bundle.spreads]
    values = key[1:-1]
    found = []
    for spread in bundle.spreads:
        group = list(spread.group)
        for hole, value in zip(spread.holes, values, strict=True):
            group[hole] = value
        found.append((spread.measure, tuple(group)))
    return found


def _empty(header: Partial) -> Partial:
    return Partial(header.topic, header.partition, header.of, header.start, header.end, header.opened, header.clock)

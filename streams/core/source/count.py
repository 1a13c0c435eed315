"""Counting one event in its panes."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from streams.core.alerts.text import group_text
from streams.core.query import values_at
from streams.core.rules.classify import groups_of
from streams.core.windows.aggregates import amounts_in
from streams.core.windows.clock import MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.core.alerts.occurrence import Occurrence
    from streams.core.rules.classify import Classifier
    from streams.core.rules.plan import Counted
    from streams.core.source.reading import Reading
    from streams.core.windows.partials import Group
    from streams.core.windows.tally import Bundle, Tally

_ABSENT = object()
MOST_ID = 256
"""Characters of an event's id in a reference, which finds the event by its offset."""


def count(tally: Tally, reading: Reading, clock_minute: int, *, late: bool) -> None:
    """Count an event where its class says; ``clock_minute`` is the minute of its arrival."""
    minute = reading.at_ms // MINUTE
    event_class = reading.event_class
    counts = tally.late if late else tally.on_time
    for bundle in event_class.on_event_time:
        fields = bundle.fields
        if not fields:
            counts[bundle, minute] += 1
            continue
        varying = reading.varying
        value = varying.get(fields[0], _ABSENT) if len(fields) == 1 else _ABSENT
        if value.__class__ is str:
            counts[bundle, value, minute] += 1
        elif value.__class__ is list:
            for one in value:
                counts[bundle, one, minute] += 1
        else:
            _add_product(counts, bundle, reading, minute)
    for bundle in event_class.on_arrival:
        if bundle.fields:
            _add_product(tally.on_time, bundle, reading, clock_minute)
        else:
            tally.on_time[bundle, clock_minute] += 1


def _add_product(counts: Any, bundle: Bundle, reading: Reading, minute: int) -> None:
    for values in product(*(_values(field, reading) for field in bundle.fields)):
        counts[bundle, *values, minute] += 1


def _values(name: str, reading: Reading) -> list[str | None]:
    varying = reading.varying
    if name in varying:
        value = varying[name]
        empty = value == []
    else:
        document = reading.document
        value = values_at(document, tuple(name.split(".")))
        empty = document.get(name) == []
    if isinstance(value, list):
        return list(dict.fromkeys(group_text(one) for one in value))
    return [] if empty else [group_text(value)]


def refer(tally: Tally, counted: Counted, group: Group | None, event: Occurrence, minute: int) -> None:
    """Remember where an event stands that a rule counted; ``group`` is None where the class does not fix it."""
    if group is not None and tally.has_enough(counted.id, group):
        return
    place = event.place
    reference = (minute, place.offset, place.index, event.event_id()[:MOST_ID])
    for one in [group] if group is not None else groups_of(event.subject, counted.group_by):
        tally.refer(counted.id, one, reference)


def count_undecided(
    tally: Tally, classifier: Classifier, event: Occurrence, matching: Sequence[Counted], clock_minute: int
) -> None:
    """Count an event for the measures whose query its class does not decide, of those that are ``matching``."""
    reading = event.reading
    document, subject = event.document, event.subject
    for counted in matching:
        if counted.excepted_by is not None and not counted.excepted_by.holds_at(reading.at_ms):
            continue
        if any(
            exempt.exception.holds_at(reading.at_ms) and exempt.matcher.matches(subject, document)
            for exempt in counted.exempt
        ):
            continue
        arrival = counted.measure.counted_on == "arrival"
        minute = clock_minute if arrival else reading.at_ms // MINUTE
        counts = tally.late if event.late and not arrival else tally.on_time
        bundle = classifier.bundle_of(counted)
        groups = groups_of(subject, counted.group_by)
        for group in groups:
            counts[bundle, *group, minute] += 1
        if counted.measure.field is not None:
            late = event.late and not arrival
            amounts = amounts_in(subject, tuple(counted.measure.field.split(".")), counted.measure.aggregate)
            for group in groups:
                tally.add_amounts(counted.id, group, minute, amounts, late=late)
        if counted.evidence and (arrival or not event.late):
            refer(tally, counted, None, event, minute)

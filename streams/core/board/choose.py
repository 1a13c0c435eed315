"""Which measure answers what a panel asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.measure import EVERYTHING
from streams.core.board.state import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from schemas.measure import Measure
    from schemas.panel import Panel
    from streams.core.board.state import Filters

LISTS = frozenset({"security_groups", "remote_addresses", "remote_countries"})
"""Parsed fields with several values: an event is counted once for each."""


@dataclass(frozen=True, slots=True)
class Countable:
    """A measure as panels see it: the names of its keys, and those of which an event may have several values."""

    name: str
    keys: tuple[str, ...]
    several: frozenset[str] = frozenset()
    whole: bool = True
    """Whether it counts all findings, so that any panel may be answered by it."""


ONE_BY_ONE = Countable("findings-one-by-one", tuple(NAMES))
"""Not a measure of workers: the findings that the store holds, of which any combination of keys can be counted.

So workers need not count what few people look at, and a page can be narrowed by several keys at once.
"""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a measure, and the filters that it can't be narrowed by."""

    measure: Countable
    where: Filters
    left_out: tuple[str, ...]


def countables(measures: Iterable[Measure]) -> list[Countable]:
    """Measures that panels can show: those that count, and what the store can count itself."""
    found = [
        Countable(
            measure.name,
            tuple(key.name for key in measure.group_by),
            # Of other fields of the original event nobody knows.
            frozenset(key.name for key in measure.group_by if key.field in LISTS or "." in key.field),
            measure.source == "findings" and measure.query == EVERYTHING,
        )
        for measure in measures
        if measure.aggregate == "count"
    ]
    return [*found, ONE_BY_ONE]


def choose(panel: Panel, by: Sequence[str], filters: Filters, measures: Iterable[Countable]) -> Question | None:
    """The coarsest measure that has the keys, and as many filters as can be; None where none has the panel's own."""
    own = {*by, *panel.where}
    # Asked for two values of such a key, it would count an event twice; and one without a value it has not counted.
    apart = {
        *by,
        *(key for key, values in merged(panel.where, filters).items() if len(values) == 1 and None not in values),
    }
    found = [
        one
        for one in measures
        if own <= set(one.keys) and (one.name == panel.measure if panel.measure else one.whole and one.several <= apart)
    ]
    if not found:
        return None
    best = min(found, key=lambda one: (len(set(filters) - set(one.keys)), len(one.keys), one.name))
    where = merged(panel.where, {key: values for key, values in filters.items() if key in best.keys})
    return Question(best, where, tuple(key for key in filters if key not in best.keys))


def merged(own: Mapping[str, Sequence[str]], filters: Filters) -> Filters:
    """Both have to hold; an empty tuple is a key that no value fits."""
    where: Filters = {key: tuple(values) for key, values in own.items()}
    for key, values in filters.items():
        where[key] = tuple(one for one in values if one in where[key]) if key in where else values
    return where

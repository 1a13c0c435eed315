"""The counts of one window made again from the source, and the verdict on them: now, and with what came late.

Whether a count is on time is decided by its own source partition's clock alone, so partitions may be read one after the
other, and nothing but their records is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from schemas.condition import LessThan, NewValue, TimeRelative, Usual, Windowed
from streams.core.baseline.expected import LONGEST
from streams.core.conditions.since_release import NO_RELEASE, limited_by
from streams.core.conditions.verdict import Verdict
from streams.core.conditions.windowed import judge
from streams.core.replay.simulation import RecordBatch, Simulation
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from streams.core.windows.clock import MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.rule import Rule
    from schemas.topics import Topics
    from streams.core.enrich.accounts import AccountInfo
    from streams.core.tags.near import Release
    from streams.core.windows.aggregates import Number
    from streams.core.windows.partials import Group

SLACK = 10
"""Minutes that are read before and after what is judged, since clocks of producers differ a little."""
LATE = 60
"""Minutes for which events that come late are looked for."""


@dataclass(frozen=True, slots=True)
class Pane:
    """What one minute (since the epoch) has of the group: on time, and what came late; of a ratio's whole the same."""

    minute: int
    on_time: Number
    late: Number
    of: int | None = None
    of_late: int | None = None


@dataclass(frozen=True, slots=True)
class Recounted:
    """The window that ends before minute ``end``, made again.

    ``verdict`` is by what was on time, ``with_late`` by everything that was read; None where nothing can be said.
    ``complete``: the topics had all that the verdict depends on.
    """

    end: int
    panes: tuple[Pane, ...]
    verdict: Verdict | None
    with_late: Verdict | None
    complete: bool


def span_of(rule: Rule, end: int, delay: int) -> tuple[int, int]:
    """From when until when records have to be read to judge the window that ends before minute ``end``, epoch ms."""
    return (end - looks_back(rule) - SLACK) * MINUTE, (end + SLACK + LATE) * MINUTE + delay


def looks_back(rule: Rule) -> int:
    """How many minutes before a window's end lie the counts that it is judged by."""
    match rule.condition:
        case Usual() as condition:
            return LONGEST * condition.window + condition.for_
        case TimeRelative() as condition:
            return condition.before + condition.window + condition.for_
        case Windowed() as condition:
            return condition.window + condition.for_
        case NewValue() as condition:
            return condition.forget + 1
        case _:
            return 1


class Recount:
    """Counts what one windowed rule counts; ``known_from`` (epoch ms) is since when all records are given.

    ``of`` is how many partitions the rule's topic has.
    """

    def __init__(  # noqa: PLR0913 - what the counts depend on
        self,
        rule: Rule,
        topics: Topics,
        delay: int,
        *,
        accounts: Mapping[str, AccountInfo],
        of: int,
        known_from: int,
    ) -> None:
        plan = make_plan([rule], ())
        [self._windowed] = plan.windowed
        self._rule = rule
        self._topic = next(topic for topic, source in topics.sources().items() if source == rule.source)
        self._messages = 0
        delays = {self._topic: delay}
        timeline = Timeline(plan, {rule.source: delay})
        self._simulation = Simulation(timeline, topics, delays, accounts=accounts, of={self._topic: of})
        self.state = self._simulation.states[0]
        for partition in range(of):
            # What a partition had before is not asked for, so its clock begins here.
            self._take(RecordBatch(self._topic, partition, ()), 0, known_from)

    def take(self, batch: RecordBatch) -> None:
        """Count consecutive records of one partition; a partition's batches come in order."""
        self._take(batch, batch.records[-1].offset + 1)

    def _take(self, batch: RecordBatch, end: int, clock: int = 0) -> None:
        counted = self._simulation.count(batch, end, clock)
        self.state.take(counted.partials.get(0, counted.header), self._messages)
        self._messages += 1

    def result(self, group: Group, end: int, release: Release | None = None) -> Recounted:
        """What the rule says of the group's window that ends before minute ``end``, in the time of a ``release``.

        The group of a new value has the value last.
        """
        known_from = self.state.sources[self._topic].known_from()
        window = limited_by(self._windowed, release, end).window
        panes = tuple(self._pane(group, minute) for minute in range(end - window, end))
        return Recounted(
            end,
            panes,
            self._verdict(group, end, known_from, release, late=False),
            self._verdict(group, end, known_from, release, late=True),
            complete=end - looks_back(self._rule) >= known_from,
        )

    def _pane(self, group: Group, minute: int) -> Pane:
        series, measure = self.state.series, self._windowed.measure
        on_time = series.amount(measure, group, minute, minute + 1)
        every = series.amount(measure, group, minute, minute + 1, late=True)
        if self._windowed.of is None:
            return Pane(minute, on_time, every - on_time)
        whole = self._windowed.denominator(group)
        of = series.on_time(*whole, minute, minute + 1)
        return Pane(minute, on_time, every - on_time, of, series.total(*whole, minute, minute + 1) - of)

    def _verdict(
        self, group: Group, end: int, known_from: int, release: Release | None, *, late: bool
    ) -> Verdict | None:
        condition = self._rule.condition
        if limited_by(self._windowed, release, end).is_idle:
            return NO_RELEASE
        if isinstance(condition, NewValue):
            found = self._new_value(condition, group, end, late=late)
            return limited_by(self._windowed, release, end).told(found)
        if not isinstance(condition, Windowed):
            return None
        if self._rule.active is not None and not self._rule.active.cover(end * MINUTE - 1):
            return Verdict(holds=False, measured={}, words="outside the active hours")
        # What must hold for a while is judged all that while.
        ends = [at for at in range(end - condition.for_, end + 1) if self._windowed.ends_at(at)]
        verdicts = [
            judge(limited_by(self._windowed, release, at), self.state.series, group, at, known_from, late=late)
            for at in ends
        ]
        last = verdicts[-1] if verdicts else None
        if last is None or not last.holds:
            return last
        failed = next((one for one in verdicts if one is None or not one.holds), last)
        return failed if failed is None or failed.holds else replace(failed, words=f"before: {failed.words}")

    def _new_value(self, condition: NewValue, group: Group, end: int, *, late: bool) -> Verdict:
        series, measure = self.state.series, self._windowed.measure
        count = (series.total if late else series.on_time)(measure, group, end - 1, end)
        before = series.total(measure, group, end - 1 - condition.forget, end - 1)
        measured = {"count": count, "field": condition.field, "value": group[-1]}
        seen = f"seen {before} times before" if before else "never seen before"
        return Verdict(bool(count) and not before, measured, f"{condition.field} is {group[-1]}, {seen}")


def delay_of(rule: Rule, delay: int) -> int:
    """How long after a window's end it is judged, milliseconds."""
    arrival = isinstance(rule.condition, LessThan) and rule.condition.judged_on == "arrival"
    return 0 if arrival else delay

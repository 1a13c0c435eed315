"""The whole job in memory: records go in, alerts come out, by the same code that workers run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from streams.core.alerts.tagged import tagged_json
from streams.core.conditions.judge import Judge
from streams.core.conditions.step import Share
from streams.core.source.process import SourceContext, process
from streams.core.windows.clock import DAY, RecordClock, first_open_minute
from streams.core.windows.partials import Partial
from streams.core.windows.rows import MOST_GROUPS, Series
from streams.core.windows.state import WindowState
from streams.core.windows.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.topics import Topics
    from streams.core.enrich.accounts import AccountInfo
    from streams.core.rules.timeline import Timeline
    from streams.core.source.effects import Effects
    from streams.core.tags.near import TagTimes

HOUR = 3_600_000
FIRST_REFUSED = 5
"""Parts that could not be read and that are told of one by one; a file that is no JSON has thousands."""


class Record(NamedTuple):
    """A message as Kafka has it; ``timestamp`` is in epoch milliseconds."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


class RecordBatch(NamedTuple):
    """Consecutive records of one partition."""

    topic: str
    partition: int
    records: Sequence[Any]


@dataclass(slots=True)
class _Source:
    """One partition of an input: its clock, and how far it was counted."""

    clock: RecordClock = field(default_factory=RecordClock)
    counted: int = 0
    announced: tuple[int, int] = (-1, -1)


class Counted(NamedTuple):
    """One flush: what it covers, the counts for those partitions that have some, and alerts that came at once."""

    header: Partial
    partials: Mapping[int, Partial]
    alerts: list[bytes]


@dataclass(slots=True)
class Totals:
    """What a simulation has seen: events by kind, events that came late, and parts that could not be read.

    ``earlier`` counts those that came after the instant from which history is judged, and happened before.
    """

    kinds: dict[str, int] = field(default_factory=dict)
    late: int = 0
    earlier: int = 0
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    first_refused: list[Mapping[str, str]] = field(default_factory=list)
    """Why, and where they stand: the headers of their dead letters."""


class Simulation:
    """Stage 1 for every partition that records come from, and stage 2 with ``partitions`` partitions of groups.

    ``delays`` (ms, by input topic) is how long events may take to arrive, ``of`` how many partitions each input has,
    ``most_groups`` how many groups of a measure an hour of a partition keeps apart, ``begins`` from which instant on
    (epoch ms) somebody wants to see alerts. They carry the ``tags`` near them.
    """

    def __init__(  # noqa: PLR0913 - what a worker is put together from
        self,
        timeline: Timeline,
        topics: Topics,
        delays: Mapping[str, int],
        *,
        accounts: Mapping[str, AccountInfo] | None = None,
        partitions: int = 1,
        of: Mapping[str, int] | None = None,
        retention: int = 2 * DAY,
        most_groups: int = MOST_GROUPS,
        begins: int = 0,
        tags: TagTimes | None = None,
    ) -> None:
        self._tags = tags
        self.totals = Totals()
        self.states = [WindowState(Series(most_groups)) for _ in range(partitions)]
        self._shares = [Share(number, partitions) for number in range(partitions)]
        self._offsets = [0] * partitions
        self._delays = delays
        self._of = of or {}
        self._retention = retention
        self._timeline = timeline
        self._judge = Judge(timeline, topics.sources(), delays, tags=tags)
        self._sources: dict[tuple[str, int], _Source] = {}
        self._swept = 0
        self._contexts = {
            topic: SourceContext(
                timeline,
                accounts=accounts or {},
                delay=delay,
                retention=retention,
                enrich_records="none",
                enrich_findings=False,
                tags=tags,
            )
            for topic, delay in delays.items()
        }
        for context in self._contexts.values():
            context.begins = begins

    def take(self, batch: RecordBatch) -> list[bytes]:
        """Judge consecutive records of one partition, as one flush of a worker; the alerts that they bring, as JSON."""
        if not batch.records:
            return []
        counted = self.count(batch, batch.records[-1].offset + 1)
        return counted.alerts + self._flush(counted)

    def advance(self, topic: str, partition: int, instant: int) -> list[bytes]:
        """Say that nothing is unread in a partition at an instant (epoch ms): its clock goes on."""
        source = self._source(topic, partition)
        if not source.clock.now:
            # Before its first record a partition's clock stands at the instant at which somebody looked.
            source.clock.advance(instant)
        elif not source.clock.advance(instant):
            return []
        return self._flush(Counted(self._header(topic, partition, source, source.counted), {}, []))

    def count(self, batch: RecordBatch, end: int, clock: int = 0) -> Counted:
        """What one flush of a source partition counts, up to the offset ``end``; its clock is at least ``clock`` then.

        Nothing is judged before it is delivered.
        """
        source = self._source(batch.topic, batch.partition)
        tally, alerts = Tally(), []
        opened = source.clock.now
        if batch.records:
            opened = max(opened, batch.records[0].timestamp)
            effects = process(batch, source.clock, tally, self._contexts[batch.topic])
            self._note(effects)
            alerts = [value for _, value in (*effects.alerts, *effects.dry_run_alerts)]
        source.clock.advance(clock)
        header = self._header(batch.topic, batch.partition, source, end, opened)
        source.counted = end
        context = self._contexts[batch.topic]
        partials = tally.partials(header, len(self.states), self._retention, context.placement())
        return Counted(header, partials, alerts)

    def empty(self, source: tuple[str, int], start: int, end: int) -> Partial:
        """A message that covers these offsets of a source partition and has no counts."""
        topic, partition = source
        return Partial(topic, partition, self._of.get(topic, 1), start, end, 0, 0)

    def deliver(self, target: int, partial: Partial) -> list[bytes]:
        """Give a message to a partition of groups; the alerts that change, as JSON."""
        state = self.states[target]
        offset = self._offsets[target]
        self._offsets[target] += 1
        outcome = self._judge.take(state, self._shares[target], partial, offset)
        # Nothing is written anywhere, so what has changed is of no interest.
        state.changed_rows.clear()
        state.memories.changed.clear()
        if partial.clock - self._swept >= HOUR:
            self._swept = partial.clock
            self._sweep()
        return [tagged_json(alert, self._tags) for alert in outcome.alerts]

    def _source(self, topic: str, partition: int) -> _Source:
        return self._sources.setdefault((topic, partition), _Source())

    def _header(self, topic: str, partition: int, source: _Source, end: int, opened: int | None = None) -> Partial:
        now = source.clock.now
        return Partial(topic, partition, self._of.get(topic, 1), source.counted, end, opened or now, now, sent=now)

    def _flush(self, counted: Counted) -> list[bytes]:
        header = counted.header
        source = self._source(header.topic, header.partition)
        delay = self._contexts[header.topic].delay
        minutes = (first_open_minute(header.clock, 0), first_open_minute(header.clock, delay))
        targets = range(len(self.states)) if minutes != source.announced else sorted(counted.partials)
        source.announced = minutes
        alerts: list[bytes] = []
        for target in targets:
            alerts += self.deliver(target, counted.partials.get(target, header))
        return alerts

    def _sweep(self) -> None:
        kept: dict[str, int] = {}
        for revision in self._timeline.revisions:
            for name, age in revision.plan.retention.items():
                kept[name] = max(age, kept.get(name, 0))
        for state in self.states:
            for measure, _, row in state.expired(kept, self._retention, state.fence):
                state.series.drop(measure, row)

    def _note(self, effects: Effects) -> None:
        for kind, number in effects.kinds.items():
            self.totals.kinds[kind] = self.totals.kinds.get(kind, 0) + number
        self.totals.late += effects.late
        self.totals.earlier += effects.earlier
        self.totals.refused += len(effects.dead_letters)
        for letter in effects.dead_letters:
            told = {name: value.decode() for name, value in letter.headers}
            self.totals.reasons[told["reason"]] += 1
            if len(self.totals.first_refused) < FIRST_REFUSED:
                self.totals.first_refused.append(told)

"""What stage 1 would send for a stream: a log for each partition of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streams.core.replay.simulation import Record, RecordBatch, Simulation
from streams.core.windows.partials import Partial
from tests.core.replay.happenings import DELAY, MINUTE, START, Step
from tests.core.replay.streams import TOPICS, pieces, record_of

if TYPE_CHECKING:
    from streams.core.rules.timeline import Timeline

TOPIC = TOPICS.cloudtrail
DELAYS = {TOPIC: DELAY}


class Entry(NamedTuple):
    """One message of a log, and when it was sent (epoch ms)."""

    value: bytes
    sent: int

    def partial(self) -> Partial:
        return Partial.decode(self.value, self.sent)


class Sent:
    """The logs, and the records of each source partition by their offsets."""

    def __init__(  # noqa: PLR0913, PLR0917 - a stream, and how it is cut and shared
        self, timeline: Timeline, sources: int, steps: list[Step], partitions: int, cuts: list[int], again: set[int]
    ) -> None:
        self.logs: list[list[Entry]] = [[] for _ in range(partitions)]
        self.records: dict[int, list[Record]] = {source: [] for source in range(sources)}
        self.sources = sources
        self._simulation = Simulation(timeline, TOPICS, DELAYS, partitions=partitions, of={TOPIC: sources})
        self._announced: dict[int, int] = {}
        self._clocks: dict[int, int] = {}
        self._number = self._sent = 0
        for turn, step in enumerate(pieces(steps, cuts)):
            self._send(step, twice=turn in again)

    def _send(self, step: Step, *, twice: bool) -> None:
        records = self.records[step.source]
        first = len(records)
        for event in step.events:
            records.append(Record(len(records), START + event.came, None, record_of(event, self._number)))
            self._number += 1
        clock = 0 if step.events else START + step.until
        if not step.events and clock <= self._clocks.get(step.source, 0):
            return
        batch = RecordBatch(TOPIC, step.source, records[first:])
        counted = self._simulation.count(batch, len(records), clock)
        header = counted.header
        self._clocks[step.source] = header.clock
        # A flush that a crash cut short is made once more, and then every partition hears of it.
        for turn in range(1 + twice):
            new = header.clock // MINUTE != self._announced.get(step.source) or turn
            self._announced[step.source] = header.clock // MINUTE
            self._sent = max(self._sent + 1, header.clock + turn)
            for target in range(len(self.logs)) if new else sorted(counted.partials):
                value = counted.partials.get(target, header).encode()
                self.logs[target].append(Entry(value, self._sent))

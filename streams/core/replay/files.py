"""Messages that are dated, judged as if each had arrived at its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.core.replay.simulation import Record, RecordBatch
from streams.core.windows.clock import MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from schemas.measure import Source
    from streams.core.replay.simulation import Simulation

MOST_AT_ONCE = 2_000


class DatedInput:
    """Feeds a simulation with one partition for each source; both clocks go on together."""

    def __init__(self, simulation: Simulation, topics: Mapping[Source, str]) -> None:
        self._simulation = simulation
        self._topics = topics
        self._offsets = dict.fromkeys(topics, 0)
        self._clock = 0

    def take(self, messages: Sequence[tuple[int, Source, bytes]]) -> Iterator[bytes]:
        """The alerts of messages as (time in epoch ms, source, value), the oldest first."""
        for begin in range(0, len(messages), MOST_AT_ONCE):
            chunk = messages[begin : begin + MOST_AT_ONCE]
            for source, topic in self._topics.items():
                offset = self._offsets[source]
                values = [(at, value) for at, of, value in chunk if of == source]
                records = [Record(offset + place, at, None, value) for place, (at, value) in enumerate(values)]
                self._offsets[source] = offset + len(records)
                yield from self._simulation.take(RecordBatch(topic, 0, records))
            self._clock = max(self._clock, chunk[-1][0])
            yield from self._advance(self._clock)

    def close(self, after: int) -> Iterator[bytes]:
        """Let ``after`` milliseconds go by, so that the last windows are judged."""
        end = self._clock + after
        while self._clock < end:
            self._clock = min(self._clock + 60 * MINUTE, end)
            yield from self._advance(self._clock)

    def _advance(self, instant: int) -> Iterator[bytes]:
        # Of a source that is in none of the files nobody can say that it was silent.
        for source, topic in self._topics.items():
            if self._offsets[source]:
                yield from self._simulation.advance(topic, 0, instant)

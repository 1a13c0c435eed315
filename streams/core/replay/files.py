"""Messages that are dated, judged as if each had arrived at its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streams.core.replay.simulation import Record, RecordBatch
from streams.core.windows.clock import MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from schemas.measure import Source
    from streams.core.replay.simulation import Simulation

MOST_AT_ONCE = 2_000

Place = tuple[str, int]
"""(file, line); line 0 is all of the file"""
Dated = tuple[int, "Source", bytes, Place]
"""(time in epoch ms, the source that its content tells, the message, where it stands)"""


class Refused(NamedTuple):
    """A part of a message that could not be read: where the message stands, which part of it, and why."""

    place: Place
    part: int
    reason: str
    detail: str


class DatedInput:
    """Feeds a simulation with one partition for each source; both clocks go on together."""

    def __init__(self, simulation: Simulation, topics: Mapping[Source, str]) -> None:
        self._simulation = simulation
        self._topics = topics
        self._offsets = dict.fromkeys(topics, 0)
        self._clock = 0
        self.refused: list[Refused] = []
        """The first parts that could not be read."""

    def take(self, messages: Sequence[Dated]) -> Iterator[bytes]:
        """The alerts of messages, the oldest first."""
        for begin in range(0, len(messages), MOST_AT_ONCE):
            chunk = messages[begin : begin + MOST_AT_ONCE]
            for source, topic in self._topics.items():
                offset = self._offsets[source]
                chosen = [message for message in chunk if message[1] == source]
                records = [Record(offset + place, one[0], None, one[2]) for place, one in enumerate(chosen)]
                self._offsets[source] = offset + len(records)
                yield from self._simulation.take(RecordBatch(topic, 0, records))
                for told in self._simulation.totals.first_refused[len(self.refused) :]:
                    place = chosen[int(told["offset"]) - offset][3]
                    self.refused.append(Refused(place, int(told["index"]), told["reason"], told["detail"]))
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

"""The message between the stages: what one flush of one source partition counted, for one partition of groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

Group = tuple[Any, ...]
OnTime = tuple[int, int]
"""(minute, count)"""
Late = tuple[int, int, int]
"""(minute, count, arrival day or 0)"""
Reference = tuple[int, int, int, str]
"""(minute, offset, index in the message, event id): where an event that was counted stands in the source partition."""


@dataclass(slots=True)
class Counts:
    """What was counted for one measure and group."""

    on_time: list[OnTime] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)
    evidence: list[Reference] = field(default_factory=list)


@dataclass(slots=True)
class Partial:
    """Counts of the source offsets ``[start, end)``; equal offsets carry only an advance of the clock.

    ``of`` is how many partitions the source topic has: a watermark is known once all of them have been heard.
    ``opened`` and ``clock`` are the record clock (ms) at the first record of the range and after its last.
    """

    topic: str
    partition: int
    of: int
    start: int
    end: int
    opened: int
    clock: int
    counts: dict[str, dict[Group, Counts]] = field(default_factory=dict)

    def encode(self) -> bytes:
        """As compact JSON."""
        rows = [
            [measure, group, counted.on_time, counted.late, counted.evidence]
            for measure, groups in self.counts.items()
            for group, counted in groups.items()
        ]
        return orjson.dumps(
            {
                "source": [self.topic, self.partition, self.of],
                "range": [self.start, self.end],
                "clock": [self.opened, self.clock],
                "counts": rows,
            }
        )

    @classmethod
    def decode(cls, value: bytes) -> Partial:
        """The inverse of ``encode``; groups come back as tuples."""
        message = orjson.loads(value)
        topic, partition, of = message["source"]
        start, end = message["range"]
        counts: dict[str, dict[Group, Counts]] = {}
        for measure, group, on_time, late, evidence in message["counts"]:
            counts.setdefault(measure, {})[tuple(group)] = Counts(on_time, late, evidence)
        opened, clock = message["clock"]
        return cls(topic, partition, of, start, end, opened, clock, counts)

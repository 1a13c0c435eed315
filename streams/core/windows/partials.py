"""The message between the stages: what one flush of one source partition counted, for one partition of groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

Group = tuple[Any, ...]
OnTime = tuple[int, int]
"""(minute, count)"""
Candidate = tuple[str, Any, int, str, Any]
"""(rule id, group, event time in ms, level, alert): an event that alerts unless its group has done so already."""
Late = tuple[int, int, int]
"""(minute, count, arrival day or 0)"""
Reference = tuple[int, int, int, str]
"""(minute, offset, index in the message, event id): where an event that was counted stands in the source partition."""
Amount = tuple[int, Any, int]
"""(minute, number or mark, -1 if on time, else arrival day or 0): what is summed, or one of the distinct values."""


@dataclass(slots=True)
class Counts:
    """What was counted for one measure and group."""

    on_time: list[OnTime] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)
    evidence: list[Reference] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)


@dataclass(slots=True)
class Partial:
    """Counts of the source offsets ``[start, end)``; equal offsets carry only an advance of the clock.

    ``of`` is how many partitions the source topic has: a watermark is known once all of them have been heard.
    ``opened`` and ``clock`` are the record clock (ms) at the first record of the range and after its last, ``sent`` is
    when the message was sent, which Kafka knows.
    """

    topic: str
    partition: int
    of: int
    start: int
    end: int
    opened: int
    clock: int
    counts: dict[str, dict[Group, Counts]] = field(default_factory=dict)
    candidates: list[Candidate] = field(default_factory=list)
    sent: int = 0

    def encode(self) -> bytes:
        """As compact JSON."""
        rows = [
            [measure, group, counted.on_time, counted.late, counted.evidence, counted.amounts]
            if counted.amounts
            else [measure, group, counted.on_time, counted.late, counted.evidence]
            for measure, groups in self.counts.items()
            for group, counted in groups.items()
        ]
        message: dict[str, Any] = {
            "source": [self.topic, self.partition, self.of],
            "range": [self.start, self.end],
            "clock": [self.opened, self.clock],
            "counts": rows,
        }
        if self.candidates:
            message["candidates"] = self.candidates
        return orjson.dumps(message)

    @classmethod
    def decode(cls, value: bytes, sent: int = 0) -> Partial:
        """The inverse of ``encode``; groups come back as tuples. ``sent`` is the message's own timestamp."""
        message = orjson.loads(value)
        topic, partition, of = message["source"]
        start, end = message["range"]
        counts: dict[str, dict[Group, Counts]] = {}
        for measure, group, *counted in message["counts"]:
            counts.setdefault(measure, {})[tuple(group)] = Counts(*counted)
        opened, clock = message["clock"]
        candidates = [(rule, tuple(group), *rest) for rule, group, *rest in message.get("candidates", ())]
        return cls(topic, partition, of, start, end, opened, clock, counts, candidates, sent)

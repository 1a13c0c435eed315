"""What happens in source topics, what clocks see of it, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

MINUTE = 60_000
DELAY = 3 * MINUTE
START = 1_772_442_000_000
"""2026-03-02T09:00:00Z, a Monday."""
Group = tuple[Any, ...]


class Event(NamedTuple):
    """One record: when it came and when it happened (ms after ``START``), and what it says."""

    came: int
    at: int
    fields: dict[str, Any]


class Step(NamedTuple):
    """Something that happens in one source partition: events come, or (without any) its clock goes on to ``until``."""

    source: int
    events: tuple[Event, ...] = ()
    until: int = 0


class Told(NamedTuple):
    """One alert."""

    status: str
    group: Group
    starts: int
    ends: int | None
    level: str
    measured: dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """An event as its partition's clock saw it; minutes since the epoch."""

    at_ms: int
    minute: int
    arrival: int
    on_time: bool
    fields: dict[str, Any]


@dataclass
class Seeing:
    """A stream as clocks see it."""

    events: list[Seen] = field(default_factory=list)
    clocks: dict[int, int] = field(default_factory=dict)
    firsts: dict[int, int] = field(default_factory=dict)

    def known_from(self) -> int:
        return max(self.firsts.values()) // MINUTE + 1

    def ends(self, sources: int, delay: int) -> range:
        """The ends of all windows that can be judged."""
        if len(self.clocks) < sources:
            return range(0)
        return range(self.known_from() + 1, (min(self.clocks.values()) - delay) // MINUTE + 1)


def see(steps: list[Step]) -> Seeing:
    seeing = Seeing()
    clocks = seeing.clocks
    for source, events, until in steps:
        if not events:
            clocks[source] = max(clocks.get(source, 0), START + until)
            seeing.firsts.setdefault(source, clocks[source])
        for event in events:
            clock = clocks[source] = max(clocks.get(source, 0), START + event.came)
            seeing.firsts.setdefault(source, clock)
            at = START + event.at
            on_time = at // MINUTE >= (clock - DELAY) // MINUTE
            seeing.events.append(Seen(at, at // MINUTE, clock // MINUTE, on_time, event.fields))
    return seeing

"""Everything that stage 2 keeps for one partition of groups, and how a message from stage 1 changes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from streams.core.windows.clock import MINUTE, first_open_minute
from streams.core.windows.memories import Memories
from streams.core.windows.rows import Series
from streams.core.windows.sources import Source, Sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from streams.core.windows.partials import Group, Partial
    from streams.core.windows.row import Row

RowKey = tuple[str, "Group", int, int]
"""(measure id, group, hour, arrival day or 0)"""


@dataclass(slots=True)
class WindowState:
    """Rows, marks and clocks of the sources, what rules remember, and what was judged."""

    series: Series = field(default_factory=Series)
    sources: dict[str, Sources] = field(default_factory=dict)
    memories: Memories = field(default_factory=Memories)
    judged: dict[str, int] = field(default_factory=dict)
    """Source topic and time basis -> the end (minute) of the last windows judged."""
    fence: int = -1
    """The offset of the last message taken in."""
    changed_rows: dict[RowKey, Row] = field(default_factory=dict)
    """Rows that have changed since the last flush."""
    checked: dict[tuple[str, str], str] = field(default_factory=dict)
    """Source topic and time basis -> the revision whose removed rules have been looked for; not kept."""

    late: dict[str, dict[Group, set[int]]] = field(default_factory=dict)
    """Measure -> group -> minutes with late counts that windows which are still to close have in them; not kept."""

    baselines: dict[Any, Any] = field(default_factory=dict)
    """What is usual for groups, as far as it is put together; it follows from memories, and is not kept."""

    def take(self, partial: Partial, offset: int) -> bool:
        """Take in the message at ``offset``; whether it brought new counts."""
        self.fence = offset
        new = self.sources.setdefault(partial.topic, Sources()).take(partial)
        if new:
            self._merge(partial, offset)
        return new

    def _merge(self, partial: Partial, offset: int) -> None:
        source = (partial.topic, partial.partition)
        rows, merge = self.changed_rows, self.series.merge
        for measure, groups in partial.counts.items():
            for group, counts in groups.items():
                for row in merge(measure, group, counts, source, offset):
                    rows[measure, row.group, row.hour, row.arrived] = row

    def note_late(self, minutes: Mapping[tuple[str, Group], Iterable[int]]) -> None:
        """Remember for which minutes late counts came."""
        for (measure, group), some in minutes.items():
            self.late.setdefault(measure, {}).setdefault(group, set()).update(some)

    def forget_late(self, windows: Mapping[str, int], judged: int) -> None:
        """Forget minutes of windows that end by ``judged``; ``windows`` are the longest ones by measure."""
        for measure, groups in list(self.late.items()):
            first = judged - windows.get(measure, LONGEST_WINDOW)
            for group, minutes in list(groups.items()):
                minutes.difference_update([minute for minute in minutes if minute < first])
                if not minutes:
                    del groups[group]
            if not groups:
                del self.late[measure]

    def recall_late(self) -> None:
        """Find in restored rows what was not kept."""
        for measure, groups in self.series.measures.items():
            for group, rows in groups.items():
                if minutes := {row.hour * 60 + minute for row in rows for minute in row.late or ()}:
                    self.note_late({(measure, group): minutes})

    def due(self, topic: str, basis: str, delay: int) -> range:
        """The ends (minutes) of windows that can be judged now and were not; ``delay`` in milliseconds.

        Nothing is judged before every partition of the topic has been heard of.
        """
        sources = self.sources.get(topic)
        clock = sources.clock() if sources else None
        if sources is None or clock is None:
            return range(0)
        key = f"{topic}/{basis}"
        end = first_open_minute(clock, delay)
        begin = self.judged.get(key, sources.known_from())
        if end <= begin:
            return range(0)
        self.judged[key] = end
        return range(max(begin + 1, end - MOST_MINUTES_AT_ONCE), end + 1)

    def expired(self, retention: dict[str, int], default: int, keep_after: int) -> list[tuple[str, Group, Row]]:
        """Rows whose time is over by every partition's clock; ``retention`` in ms by measure id, else ``default``.

        Only rows whose last message is at or before the offset ``keep_after``, which the last checkpoint includes:
        replaying after a crash must not meet an erased row.
        """
        clocks = [clock for sources in self.sources.values() if (clock := sources.clock()) is not None]
        if not clocks or len(clocks) < len(self.sources):
            return []
        now = min(clocks)
        found: list[tuple[str, Group, Row]] = []
        for measure, groups in self.series.measures.items():
            # Stage 1 adds late counts to a row for the default time, however short a rule's memory is.
            age = max(retention.get(measure, 0), default)
            oldest_hour = (now - age) // (60 * MINUTE) - 1
            for group, rows in groups.items():
                found += [
                    (measure, group, row)
                    for row in rows
                    if row.fence <= keep_after
                    and max(row.hour, (row.arrived + 1) * 24 * bool(row.arrived)) < oldest_hour
                ]
        return found

    def checkpoint(self) -> dict[str, Any]:
        """All but rows and memories, as JSON can hold it."""
        return {
            "fence": self.fence,
            # A copy: it is written when more may have been judged already.
            "judged": dict(self.judged),
            "sources": [
                [topic, sources.of, number, source.mark, source.clock, source.first_clock, source.heard]
                for topic, sources in self.sources.items()
                for number, source in sources.partitions.items()
            ],
            "alive": {topic: [sources.sent, sources.alive] for topic, sources in self.sources.items()},
        }

    def restore_checkpoint(self, value: dict[str, Any]) -> None:
        """Take over what ``checkpoint`` gave."""
        self.fence = value["fence"]
        self.judged = dict(value["judged"])
        for topic, of, number, *source in value["sources"]:
            sources = self.sources.setdefault(topic, Sources())
            sources.of = of
            sources.partitions[number] = Source(*source)
        for topic, (sent, alive) in value.get("alive", {}).items():
            self.sources[topic].sent, self.sources[topic].alive = sent, alive


LONGEST_WINDOW = 7 * 24 * 60
"""Minutes."""
MOST_MINUTES_AT_ONCE = 14 * 24 * 60
"""After a longer jump of the clock only the newest windows are judged: what lies before is history for every rule."""

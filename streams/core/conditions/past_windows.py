"""What rules that learn keep of each group: the counts of its last weeks' windows.

They are two memories of a group: its ``recent`` windows, to which one is added when it ends, and the ``older`` ones,
which change once a week. So they are written, restored and forgotten as all memories are, and a window costs a few
hundred bytes of the changelog.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.core.baseline.packed import pack, unpack
from streams.core.baseline.ring import MOST_WINDOWS, Ring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.core.windows.memories import Memories, Memory
    from streams.core.windows.partials import Group

RECENT, OLDER = "/recent", "/older"
"""What follows the name of the rule's own memory."""
PARTS = (RECENT, OLDER)
A_PART = 168
"""Windows after which recent ones become older ones."""


class PastWindows:
    """The windows of one rule's groups, in windows since the epoch."""

    def __init__(self, memories: Memories, name: str) -> None:
        self._memories = memories
        self._recent, self._older = name + RECENT, name + OLDER

    def groups(self) -> list[Group]:
        """Groups of which anything is kept."""
        return list(self._memories.of(self._recent))

    def __len__(self) -> int:
        return len(self._memories.of(self._recent))

    def put(self, group: Group, number: int, count: int) -> None:
        """Note what the window of this number counted, after all that were noted; those between counted nothing."""
        recent = self._memories.get(self._recent, group)
        if recent is None:
            self._set(group, number, number, pack([count]))
            return
        first, counts = recent["from"], recent["counts"]
        between = number - first - len(counts)
        if between < 0:
            return
        if between > MOST_WINDOWS:
            # All that was known is too old by now.
            self._memories.set(self._older, group, None)
            self._set(group, recent["born"], number, pack([count]))
            return
        counts += pack([0] * between + [count])
        if len(counts) > A_PART:
            self._grow_older(group, first, counts[:-1])
            first, counts = number, counts[-1:]
        self._set(group, recent["born"], first, counts)

    def ring(self, group: Group, at: int) -> Ring | None:
        """The windows of a group up to that of the number ``at``; None where none is kept."""
        recent = self._memories.get(self._recent, group)
        if recent is None:
            return None
        ring = Ring(recent["born"])
        for part in self._parts(group, recent):
            ring.fill(part["from"], unpack(part["counts"]))
        ring.reach(at)
        return ring

    def last(self, group: Group) -> int:
        """The number of the last window that was noted; -1 for none."""
        recent = self._memories.get(self._recent, group)
        return -1 if recent is None else recent["from"] + len(recent["counts"]) - 1

    def born(self, group: Group) -> int | None:
        """The number of the first window that was noted."""
        recent = self._memories.get(self._recent, group)
        return None if recent is None else recent["born"]

    def counts(self, group: Group, first: int, end: int) -> list[int]:
        """The counts of windows ``[first, end)``, none for those of which nothing is kept."""
        found = [0] * max(0, end - first)
        recent = self._memories.get(self._recent, group)
        for part in self._parts(group, recent) if recent else ():
            low, high = max(first - part["from"], 0), min(end - part["from"], len(part["counts"]))
            if low < high:
                begin = part["from"] + low - first
                found[begin : begin + high - low] = unpack(part["counts"][low:high])
        return found

    def forget_before(self, number: int) -> None:
        """Forget groups whose last window lies before that of this number."""
        for group in self.groups():
            if self.last(group) < number:
                self._memories.set(self._recent, group, None)
                self._memories.set(self._older, group, None)

    def _parts(self, group: Group, recent: Memory) -> Iterator[Memory]:
        older = self._memories.get(self._older, group)
        if older is not None:
            yield older
        yield recent

    def _set(self, group: Group, born: int, first: int, counts: str) -> None:
        self._memories.set(self._recent, group, {"born": born, "from": first, "counts": counts})

    def _grow_older(self, group: Group, first: int, counts: str) -> None:
        older = self._memories.get(self._older, group)
        if older is not None:
            first, counts = older["from"], older["counts"] + counts
        left_out = max(0, len(counts) - MOST_WINDOWS)
        self._memories.set(self._older, group, {"from": first + left_out, "counts": counts[left_out:]})

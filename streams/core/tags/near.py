"""Tags near an instant: what had begun shortly before. They fit by time and by nothing else."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from typing import TYPE_CHECKING, NamedTuple

import orjson

from streams.core.parsing.times import parse_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.tag import LifecycleTag

MOST_NEAR = 10
MOST_KEPT = 50_000
"""Tags that a worker keeps; of more the oldest are left out."""
MOST_KNOWN = 1_024


class Near(NamedTuple):
    """A tag, and how long before the instant it began, in milliseconds."""

    tag: LifecycleTag
    before_ms: int


def tags_near(tags: Iterable[LifecycleTag], at_ms: int, within_ms: int, most: int = MOST_NEAR) -> list[Near]:
    """Tags that began at an instant (epoch ms) or at most ``within_ms`` before it, the nearest first."""
    found = [
        Near(tag, at_ms - started)
        for tag in tags
        if (started := parse_time(tag.started_at)) is not None and 0 <= at_ms - started <= within_ms
    ]
    return sorted(found, key=lambda near: (near.before_ms, near.tag.id))[:most]


class TagTimes:
    """Names of tags by when they began, for workers, which ask for each alert."""

    def __init__(self, within_ms: int, most: int = MOST_NEAR) -> None:
        self._within = within_ms
        self._most = most
        self._started: dict[str, tuple[int, str, str]] = {}
        self._ordered: list[tuple[int, str, str]] = []
        self._known: dict[tuple[int, int], tuple[list[str], bytes]] = {}

    def __len__(self) -> int:
        return len(self._ordered)

    def put(self, tag: LifecycleTag) -> None:
        """Take in a tag, or what it is now."""
        self.remove(tag.id)
        started = parse_time(tag.started_at)
        if started is None:
            return
        # The later of two is the nearer one; of two at once the one whose id comes first, as in ``tags_near``.
        entry = (started, tag.id, tag.name)
        self._started[tag.id] = entry
        insort(self._ordered, entry)
        if len(self._ordered) > MOST_KEPT:
            self.remove(self._ordered[0][1])

    def remove(self, tag_id: str) -> None:
        """Forget a tag."""
        self._known.clear()
        entry = self._started.pop(tag_id, None)
        if entry is not None:
            del self._ordered[bisect_left(self._ordered, entry)]

    def names(self, at_ms: int) -> list[str]:
        """The names of the tags near an instant, the nearest first, each once."""
        return self._near(at_ms)[0]

    def names_json(self, at_ms: int) -> bytes:
        """The same as JSON; nothing where there is none."""
        return self._near(at_ms)[1]

    def _near(self, at_ms: int) -> tuple[list[str], bytes]:
        ordered = self._ordered
        if not ordered:
            return [], b""
        first = bisect_left(ordered, (at_ms - self._within,))
        end = bisect_right(ordered, at_ms, key=lambda entry: entry[0])
        if first >= end:
            return [], b""
        # Alerts come in crowds, and most of a crowd have the same tags before them.
        known = self._known.get((first, end))
        if known is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            entries = sorted(ordered[first:end], key=lambda entry: (-entry[0], entry[1]))[: self._most]
            names = list(dict.fromkeys(name for _, _, name in entries))
            known = self._known[first, end] = (names, orjson.dumps(names))
        return known

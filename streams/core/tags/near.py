"""Tags near an instant: what had begun shortly before. They fit by time and by nothing else."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from typing import TYPE_CHECKING, NamedTuple

import orjson

from streams.core.parsing.times import parse_time, to_rfc3339
from streams.core.windows.clock import MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.since_release import SinceRelease
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


class Release(NamedTuple):
    """A tag that a condition is limited by; ``started_ms`` in epoch milliseconds."""

    id: str
    name: str
    started_ms: int

    def shown(self) -> dict[str, str]:
        """As alerts carry it."""
        return {"id": self.id, "name": self.name, "started_at": to_rfc3339(self.started_ms)}


class _About(NamedTuple):
    """When a tag began, as it stands in the order, and what it is about."""

    entry: tuple[int, str, str]
    kind: str
    applications: tuple[str, ...]
    environment: str | None


class TagTimes:
    """Tags by when they began, for workers, which ask for each alert."""

    def __init__(self, within_ms: int, most: int = MOST_NEAR) -> None:
        self._within = within_ms
        self._most = most
        self._tags: dict[str, _About] = {}
        self._ordered: list[tuple[int, str, str]] = []
        self._known: dict[tuple[int, int], tuple[list[str], bytes]] = {}
        self._wanted: dict[SinceRelease, list[tuple[int, str, str]]] = {}
        """What conditions asked for, until a tag changes; there are as many as rules say."""

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
        self._tags[tag.id] = _About(entry, tag.kind, tag.applications, tag.environment)
        insort(self._ordered, entry)
        if len(self._ordered) > MOST_KEPT:
            self.remove(self._ordered[0][1])

    def remove(self, tag_id: str) -> None:
        """Forget a tag."""
        self._known.clear()
        self._wanted.clear()
        about = self._tags.pop(tag_id, None)
        if about is not None:
            del self._ordered[bisect_left(self._ordered, about.entry)]

    def names(self, at_ms: int) -> list[str]:
        """The names of the tags near an instant, the nearest first, each once."""
        return self._near(at_ms)[0]

    def names_json(self, at_ms: int) -> bytes:
        """The same as JSON; nothing where there is none."""
        return self._near(at_ms)[1]

    def release(self, wanted: SinceRelease, at_ms: int) -> Release | None:
        """The newest release of those that are ``wanted`` which began at an instant or before, if it still matters."""
        ordered = self._releases(wanted)
        end = bisect_right(ordered, at_ms, key=lambda entry: entry[0])
        if not end or ordered[end - 1][0] <= at_ms - wanted.within * MINUTE:
            return None
        # Of two at once the one whose id comes first, as in ``tags_near``.
        started, tag_id, name = ordered[bisect_left(ordered, (ordered[end - 1][0],))]
        return Release(tag_id, name, started)

    def _releases(self, wanted: SinceRelease) -> list[tuple[int, str, str]]:
        found = self._wanted.get(wanted)
        if found is None:
            found = [entry for entry in self._ordered if _is_wanted(self._tags[entry[1]], wanted)]
            self._wanted[wanted] = found
        return found

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


def _is_wanted(about: _About, wanted: SinceRelease) -> bool:
    if about.kind not in wanted.kind or (wanted.environment and about.environment not in wanted.environment):
        return False
    return not wanted.application or any(name in wanted.application for name in about.applications)

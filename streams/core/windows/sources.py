"""What stage 2 knows of each source partition, and how far time has come for a source topic as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemas.errors import GuardstreamError
from streams.core.windows.clock import MINUTE

if TYPE_CHECKING:
    from streams.core.windows.partials import Partial


class RangesOverlap(GuardstreamError):  # noqa: N818 - says what happened, like the other errors here
    """A message covers some offsets that were counted and some that were not: stage 1 lost its committed offsets."""


@dataclass(slots=True)
class Source:
    """One source partition: ``mark`` is the offset up to which it was counted here, ``clock`` its record clock (ms).

    ``heard`` is how long the topic had been ``alive`` when the last message about it came.
    """

    mark: int = 0
    clock: int = 0
    first_clock: int = 0
    heard: int = 0


@dataclass(slots=True)
class Sources:
    """All source partitions of one topic, as one partition of groups has heard of them.

    ``sent`` is when the newest message about any of them was sent, by its sender's clock (epoch ms). ``alive`` (ms)
    adds up the time in which messages came: where none came for longer, since no worker ran, a minute counts.
    """

    of: int = 0
    partitions: dict[int, Source] = field(default_factory=dict)
    sent: int = 0
    alive: int = 0

    def take(self, partial: Partial) -> bool:
        """Note a message; whether its counts are new.

        Flushes are repeated offset for offset after a crash, so a range is wholly known or wholly new.
        """
        self.of = partial.of
        source = self.partitions.get(partial.partition)
        if source is None:
            source = self.partitions[partial.partition] = Source(partial.start, partial.clock, partial.opened)
        source.clock = max(source.clock, partial.clock)
        if partial.sent > self.sent:
            self.alive += min(partial.sent - self.sent, MINUTE)
            self.sent = partial.sent
        source.heard = self.alive
        if partial.end <= source.mark:
            return False
        if partial.start < source.mark:
            message = (
                f"{partial.topic}[{partial.partition}]: counts of offsets {partial.start} to {partial.end} arrived, "
                f"but everything before {source.mark} is counted already. The consumer group's offsets were lost or "
                f"reset; set them to {source.mark} to go on"
            )
            raise RangesOverlap(message)
        source.mark = partial.end
        return True

    def clock(self) -> int | None:
        """The slowest partition's clock; None while one has not been heard of."""
        if not self.of or len(self.partitions) < self.of:
            return None
        return min(source.clock for source in self.partitions.values())

    def unheard(self) -> int:
        """For how long (ms) the partition that was silent for longest was not heard while others were."""
        heard = [source.heard for source in self.partitions.values()]
        return self.alive - (min(heard, default=self.alive) if len(heard) >= self.of else 0)

    def known_from(self) -> int:
        """The first minute since which every partition was counted."""
        return max(source.first_clock for source in self.partitions.values()) // MINUTE + 1

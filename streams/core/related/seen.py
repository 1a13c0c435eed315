"""What is looked at around an instant, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streams.core.related.arrivals import Newcomers
    from streams.core.related.frame import Frame
    from streams.core.related.usual import Past

Kind = Literal["count", "new", "release", "alert"]
Group = tuple[tuple[str, str | None], ...]


class Name(NamedTuple):
    """A series: its measure, what that counts (findings, cloudtrail; empty where nobody knows), and its group."""

    measure: str
    source: str
    group: Group


class Instant(NamedTuple):
    """A release or an alert: what people call it, and when it began (epoch ms). ``of`` is an alert's rule."""

    id: str
    name: str
    at_ms: int
    of: str = ""


@dataclass(frozen=True, slots=True)
class Own:
    """The instant (epoch ms), and what the alert itself counted, as far as known.

    That is its measure and source, its group, and the cells of its events. ``alert_id`` is no alert beside it.
    """

    at_ms: int
    measure: str | None = None
    source: str = ""
    group: Group = ()
    cells: Mapping[int, int] | None = None
    alert_id: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is looked at; ``names``, ``past`` and ``today`` belong together.

    ``days`` is for how many days each measure was counted before, ``instant_days`` for how many releases and alerts are
    known. ``left_out`` is how many series were too many.
    """

    frame: Frame
    names: Sequence[Name]
    past: Sequence[Past]
    today: Sequence[Mapping[int, int]]
    days: Mapping[str, int]
    newcomers: Mapping[str, Newcomers] = field(default_factory=dict)
    releases: Sequence[Instant] = ()
    alerts: Sequence[Instant] = ()
    instant_days: float = 28.0
    left_out: int = 0


@dataclass(slots=True)
class Moved:
    """One thing that changed.

    ``start`` and ``end`` are epoch minutes; ``p`` is the probability that chance makes anything of its kind as unusual,
    among all that was looked at, for the share of error that its kind may have. ``also`` is what is the same change by
    other keys, ``share`` how much of the alert's own excess it is.
    """

    kind: Kind
    name: Name | None
    instant: Instant | None
    start: int
    end: int
    count: int
    usual: float
    p: float
    low: float = 0.0
    high: float = 0.0
    lag: float = 0.0
    """Minutes from the alert's start to its own; below 0: it began before."""
    excess: Mapping[int, float] = field(default_factory=dict)
    """Events above the usual, by cell."""
    also: list[Moved] = field(default_factory=list)
    share: float | None = None

    @property
    def more(self) -> bool:
        """Whether there was more than usual."""
        return self.count >= self.usual

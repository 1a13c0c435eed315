"""What the store answers beside counts: alerts, events, how fresh all of it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

State = Literal["open", "acknowledged", "closed"]


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert as lists show it: its newest message, and where people left it. Times are epoch ms."""

    alert_id: str
    status: str
    state: State
    rule_id: str
    title: str
    level: str
    account: str | None
    region: str | None
    starts_ms: int
    ends_ms: int | None
    historical: bool
    summary: str
    group: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class AlertStep:
    """A message of an alert that said something new, and when it was sent (epoch ms)."""

    status: str
    level: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody did with an alert, in the order in which it happened; ``at_ms`` is epoch ms."""

    note_id: str
    action: str
    text: str
    by: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class AlertWhole:
    """All that is known of an alert; ``document`` is its newest message."""

    row: AlertRow
    document: dict[str, Any]
    steps: tuple[AlertStep, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class EventRow:
    """An enriched finding (``kind`` is ``finding``) or record (``record``). ``at_ms`` is its own time, epoch ms.

    ``name`` is a finding's type or a record's event name; ``number`` grows with arrival, and makes an order of events
    of one millisecond. ``topic``, ``partition`` and ``offset`` say where it stands, and name it.
    """

    topic: str
    partition: int
    offset: int
    number: int
    kind: str
    at_ms: int
    account: str | None
    region: str | None
    severity: float | None
    severity_label: str | None
    name: str | None
    threat_purpose: str | None
    resource_type: str | None
    resources: tuple[str, ...]
    security_groups: tuple[str, ...]
    principal: str | None
    addresses: tuple[str, ...]
    event_source: str | None
    error_code: str | None
    outcome: str | None
    event_id: str | None
    document: dict[str, Any]

    @property
    def place(self) -> tuple[int, int]:
        """Where a list goes on after it."""
        return self.at_ms, self.number


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio over whole minutes (epoch minutes, ``end`` exclusive); ``value`` is None where it has none."""

    group: dict[str, str | None]
    start: int
    end: int
    numerator: int
    denominator: int
    value: float | None


@dataclass(frozen=True, slots=True)
class TopicFresh:
    """How far one topic was read: the newest timestamp of a message (epoch ms), and messages that can't be read."""

    topic: str
    newest_ms: int | None
    skipped: int


@dataclass(frozen=True, slots=True)
class Fresh:
    """How far everything was read; ``minutes`` has the oldest and the newest pane of each measure, in epoch minutes."""

    minutes: Mapping[str, tuple[int, int]]
    topics: tuple[TopicFresh, ...]

    @property
    def newest_minute(self) -> int | None:
        """Of the newest pane of all, which may lie ahead."""
        return max((newest for _, newest in self.minutes.values()), default=None)


@dataclass(frozen=True, slots=True)
class Kept:
    """How long what is shown is kept, in days; panes by their minute, the rest by the time of their messages."""

    panes: float = 35.0
    events: float = 7.0
    alerts: float = 90.0

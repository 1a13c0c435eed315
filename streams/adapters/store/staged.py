"""From a batch of messages to rows: what is the newest of each, in the order in which they came."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from pydantic import ValidationError

from schemas.alert_note import AlertNote
from schemas.tag import LifecycleTag
from streams.core.parsing.times import parse_time

if TYPE_CHECKING:
    from schemas.topics import Topics
    from streams.adapters.topic_reader import Message

MINUTE = 60_000
_EPOCH = date(1970, 1, 1).toordinal()
OVERFLOW = re.compile(r"^\(overflow \d{3}\)$")
TOO_MANY = "(too many groups)"
"""What stands for every value of groups that had no room of their own."""


class Group(NamedTuple):
    """What a series counts: ``grouped`` is its group as JSON."""

    measure: str
    definition: str
    grouped: bytes


class Pane(NamedTuple):
    """One pane's place: its group, minute since the epoch, and day of arrival (0: on time)."""

    group: Group
    minute: int
    arrived: int


@dataclass(slots=True)
class Count:
    """What is to be written of a pane; ``count`` None removes it, ``forced`` takes the place of any version."""

    count: int | None
    late: int
    version: int
    forced: bool


@dataclass
class Staged:
    """A batch, read."""

    topics: Topics
    panes: dict[Pane, Count] = field(default_factory=dict)
    alerts: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    changes: list[tuple[Any, ...]] = field(default_factory=list)
    notes: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    tags: dict[str, tuple[Any, ...] | None] = field(default_factory=dict)
    events: dict[bytes, tuple[Any, ...]] = field(default_factory=dict)
    next: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    unread: int = 0
    """Messages that are none of what their topic holds."""

    def __post_init__(self) -> None:
        topics = self.topics
        self._take = {
            topics.window_counts: self._count,
            topics.alerts: self._alert,
            topics.alert_notes: self._note,
            topics.lifecycle_tags: self._tag,
            topics.enriched_findings: self._finding,
            topics.enriched_cloudtrail: self._record,
        }

    def take(self, message: Message) -> None:
        """Read one message."""
        place = (message.topic, message.partition)
        newest = max(self.next.get(place, (0, 0))[1], message.timestamp_ms)
        self.next[place] = (message.offset + 1, newest)
        try:
            self._take[message.topic](message)
        except (orjson.JSONDecodeError, ValidationError, KeyError, TypeError, ValueError, AttributeError):
            self.unread += 1

    @property
    def kinds(self) -> set[str]:
        """What there is news of."""
        found = {"counts": self.panes, "alerts": self.alerts or self.notes, "events": self.events, "tags": self.tags}
        return {kind for kind, rows in found.items() if rows}

    def _count(self, message: Message) -> None:
        said = orjson.loads(message.value if message.value is not None else message.key or b"")
        if "numerator" in said or "end" in said:
            return  # A ratio is worked out of counts that are here.
        pane = Pane(
            Group(said["measure"], said["definition"], orjson.dumps(said["group"])),
            _minute(said["start"]),
            date.fromisoformat(said["arrived"]).toordinal() - _EPOCH if "arrived" in said else 0,
        )
        before = self.panes.get(pane)
        if message.value is None:
            self.panes[pane] = Count(None, 0, 0, forced=True)
        elif before is None or before.count is None or said["version"] >= before.version:
            forced = before is not None and before.forced
            self.panes[pane] = Count(int(said["count"]), int(said["late"]), int(said["version"]), forced)

    def _alert(self, message: Message) -> None:
        body = message.value or b""
        said = orjson.loads(body)
        rule, ends = said["rule"], said.get("ends_at")
        name, status, level = str(said["alert_id"]), str(said["status"]), str(rule["level"])
        group = said.get("group") or {}
        grouped = " · ".join(str(value) for value in group.values() if value is not None)
        started = parse_time(said["starts_at"])
        if started is None:
            raise ValueError(said["starts_at"])
        ended = parse_time(ends) if ends else None
        seen = message.offset
        self.alerts[name] = (
            name, str(rule["id"]), str(rule.get("title")), level, status, started, ended, str(said.get("summary")),
            grouped, [f"{key}={value}" for key, value in group.items()], body, seen,
        )  # fmt: skip
        self.changes.append((name, status, level, message.timestamp_ms, seen))

    def _note(self, message: Message) -> None:
        note = AlertNote.model_validate_json(message.value or b"")
        row = (note.note_id, note.alert_id, note.action, note.text, note.by, note.at, message.offset)
        self.notes.setdefault(note.note_id, row)

    def _tag(self, message: Message) -> None:
        name = (message.key or b"").decode()
        self.tags[name] = None
        if message.value is not None:
            tag = LifecycleTag.decode(message.value)
            self.tags[name] = (name, parse_time(tag.started_at) or 0, message.value)

    def _finding(self, message: Message) -> None:
        self._event(message, "finding", "type", "finding_id")

    def _record(self, message: Message) -> None:
        self._event(message, "record", "event_name", "event_id")

    def _event(self, message: Message, kind: str, name: str, event_id: str) -> None:
        body = message.value or b""
        said = orjson.loads(body)
        addresses = said.get("remote_addresses") or [said.get("source_address")]
        resources = said.get("resource_arns") or [None]
        at = parse_time(said["event_time"])
        if at is None:
            raise ValueError(said["event_time"])
        # A worker that died wrote some a second time.
        identity = hashlib.blake2b(body, digest_size=16).digest()
        self.events[identity] = (
            kind, identity, said.get(event_id), at, said.get("account"), said.get("region"),
            said.get(name), said.get("severity_label"), said.get("threat_purpose"), said.get("threat_name"),
            said.get("resource_type"), said.get("resource_id", resources[0]), said.get("security_groups") or [],
            said.get("principal"), [one for one in addresses if one], said.get("outcome"), body,
        )  # fmt: skip


def _minute(text: str) -> int:
    """The minute of an instant."""
    at = parse_time(text)
    if at is None:
        raise ValueError(text)
    return at // MINUTE

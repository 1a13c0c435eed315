"""The alerts of a replay, and how those of two sets of rules differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Alert = dict[str, Any]
Key = tuple[str, ...]


_ID = slice(len(b'{"alert_id":"'), len(b'{"alert_id":"') + 32)
"""Where an alert's id stands in its JSON: every one of ours begins with it."""


@dataclass(slots=True)
class Judged:
    """All alerts of a replay, each in its newest version, and what they don't tell."""

    values: dict[bytes, bytes] = field(default_factory=dict)
    versions: int = 0
    notes: list[str] = field(default_factory=list)
    """What could not be judged, for people."""
    earlier: int = 0
    """Events that happened before alerts are asked for, and came after that."""

    def take(self, alerts: Iterable[bytes]) -> None:
        """Take in messages as they would be in the topic."""
        values = self.values
        for value in alerts:
            values[value[_ID]] = value
            self.versions += 1

    @property
    def alerts(self) -> dict[str, Alert]:
        """The alerts by id."""
        return {name.decode(): orjson.loads(value) for name, value in self.values.items()}

    def within(self, since: str | None, until: str | None) -> list[Alert]:
        """Those that started in a span of time (RFC 3339, UTC, milliseconds), the oldest first."""
        chosen = [
            alert
            for alert in self.alerts.values()
            if (since is None or alert["starts_at"] >= since) and (until is None or alert["starts_at"] < until)
        ]
        return sorted(chosen, key=lambda alert: (alert["starts_at"], alert["alert_id"]))


@dataclass(frozen=True, slots=True)
class Differences:
    """Alerts that only one of two rule sets raises, and pairs of those that both do, but not alike."""

    added: list[Alert]
    removed: list[Alert]
    changed: list[tuple[Alert, Alert]]
    same: int


def compare(before: Iterable[Alert], after: Iterable[Alert]) -> Differences:
    """What ``after`` raises differently.

    Alerts are the same where their rule, group and event or first window are: ids differ with every revision.
    """
    old, new = _by_key(before), _by_key(after)
    both = old.keys() & new.keys()
    changed = [(old[key], new[key]) for key in sorted(both) if _told(old[key]) != _told(new[key])]
    return Differences(
        added=[new[key] for key in sorted(new.keys() - old.keys())],
        removed=[old[key] for key in sorted(old.keys() - new.keys())],
        changed=changed,
        same=len(both) - len(changed),
    )


def _by_key(alerts: Iterable[Alert]) -> Mapping[Key, Alert]:
    return {_key(alert): alert for alert in alerts}


def _key(alert: Alert) -> Key:
    items = alert["evidence"]["items"]
    if alert["window"] is None and items:
        place = items[0]
        where = tuple(str(place[name]) for name in ("topic", "partition", "offset", "index"))
    else:
        where = (alert["starts_at"],)
    return (alert["starts_at"], alert["rule"]["id"], orjson.dumps(alert["group"]).decode(), *where)


def _told(alert: Alert) -> tuple[Any, ...]:
    dry = alert["labels"].get("dry_run")
    return alert["rule"]["level"], alert["status"], alert["measured"], alert["ends_at"], dry

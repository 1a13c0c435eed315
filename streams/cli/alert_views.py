"""Alerts as people read them: which are chosen, as rows of a table, and one in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from streams.cli.instants import epoch_ms

Alert = Mapping[str, Any]

LEVEL_STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan", "informational": "dim"}
COLUMNS = ("alert", "time", "level", "status", "rule", "group", "summary")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which alerts a person wants to see; None does not choose. ``since_ms`` is compared with when an alert started."""

    rule: str | None = None
    level: str | None = None
    status: str | None = None
    since_ms: int | None = None

    def takes(self, alert: Alert) -> bool:
        """Whether this alert is one of them."""
        rule = alert.get("rule") or {}
        return (
            self.rule in {None, rule.get("id")}
            and self.level in {None, rule.get("level")}
            and self.status in {None, alert.get("status")}
            and (self.since_ms is None or (epoch_ms(alert.get("starts_at")) or 0) >= self.since_ms)
        )


def read_alert(value: bytes | None) -> Alert | None:
    """Read one message of the alerts topic; None where it is no alert."""
    try:
        alert = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return None
    return alert if isinstance(alert, dict) and isinstance(alert.get("alert_id"), str) else None


def newest(values: Iterable[bytes | None]) -> list[Alert]:
    """Keep the last version of each alert, by when they started; its versions share a key, and so come in order."""
    found = {alert["alert_id"]: alert for alert in map(read_alert, values) if alert is not None}
    return sorted(found.values(), key=lambda alert: (str(alert.get("starts_at")), alert["alert_id"]))


def row(alert: Alert) -> tuple[str, ...]:
    """Return an alert's cells, in the order of ``COLUMNS``."""
    rule = alert.get("rule") or {}
    return (
        str(alert["alert_id"])[:12],
        str(alert.get("ends_at") or alert.get("starts_at") or "-"),
        str(rule.get("level", "-")),
        str(alert.get("status", "-")) + (" (historical)" if alert.get("historical") else ""),
        str(rule.get("id", "-")),
        pairs(alert.get("group")) or "-",
        str(alert.get("summary", "")),
    )


def pairs(values: object) -> str:
    """Write an object as `key=value key=value`."""
    if not isinstance(values, Mapping):
        return ""
    return " ".join(f"{key}={value if isinstance(value, str) else _json(value)}" for key, value in values.items())


def full(alert: Alert) -> Iterator[tuple[str, str]]:
    """Give all that an alert says as pairs of a name and a text, most important first; an empty name continues."""
    rule = alert.get("rule") or {}
    evidence = alert.get("evidence") or {}
    yield "alert", str(alert["alert_id"])
    yield "rule", f"{rule.get('id')}: {rule.get('title')} (revision {rule.get('revision')})"
    yield "level", str(rule.get("level"))
    yield "status", f"{alert.get('status')}{', historical' if alert.get('historical') else ''}"
    yield "summary", str(alert.get("summary", ""))
    for name in ("group", "condition", "measured", "window", "outcome", "starts_at", "ends_at"):
        if alert.get(name):
            yield name.replace("_", " "), _text(alert[name])
    yield from _evidence(evidence)
    links, annotations = alert.get("links") or {}, alert.get("annotations") or {}
    yield from ((name, str(link)) for name, link in links.items())
    yield from ((name, str(text)) for name, text in annotations.items() if links.get(name) != text)
    for name in ("tags", "related", "labels"):
        if alert.get(name):
            yield name, _text(alert[name])
    yield "fingerprint", str(alert.get("fingerprint"))
    # It is long, so that whatever stood behind it would be overlooked.
    if evidence.get("first"):
        yield "first event", orjson.dumps(evidence["first"], option=orjson.OPT_INDENT_2).decode()


def _evidence(evidence: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    items = evidence.get("items") or []
    total = evidence.get("total", len(items))
    yield "evidence", f"{total} event{'' if total == 1 else 's'}, {len(items)} listed"
    for item in items:
        role = f" ({item['role']})" if item.get("role") else ""
        place = f"{item.get('topic')} " + " ".join(
            f"{name} {item.get(name)}" for name in ("partition", "offset", "index")
        )
        yield "", f"{place}  {item.get('event_id') or ''}{role}"


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return pairs(value)
    if isinstance(value, list):
        return ", ".join(item if isinstance(item, str) else _json(item) for item in value)
    return str(value)


def _json(value: object) -> str:
    return orjson.dumps(value).decode()

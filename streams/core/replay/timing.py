"""When an event says that it happened, and the same event at another time; in any shape that AWS delivers."""

from __future__ import annotations

from typing import Any

from streams.core.parsing.times import parse_time, to_rfc3339

_OF_EVENTS = ("eventTime", "EventTime")
_OF_FINDINGS = ("updatedAt", "UpdatedAt")


def own_time(document: dict[str, Any]) -> int:
    """An event's time, epoch milliseconds; raises ValueError where it has none."""
    detail = document.get("detail")
    places: list[Any] = [document.get("eventTime"), document.get("time")]
    if isinstance(detail, dict):
        places += [detail.get(name) for name in (*_OF_EVENTS, *_OF_FINDINGS)]
    places += [document.get(name) for name in (*_OF_EVENTS, *_OF_FINDINGS)]
    for value in places:
        at = parse_time(value)
        if at is not None:
            return at
    message = "an event has no time of its own: say `at` which time of the test it happens"
    raise ValueError(message)


def at_time(document: dict[str, Any], at: int) -> dict[str, Any]:
    """The document with its times moved: of an envelope, the finding's last update, a record's event."""
    text = to_rfc3339(at)
    changed = dict(document)
    detail = document.get("detail")
    if isinstance(detail, dict):
        changed["time"] = text
        changed["detail"] = {
            name: text if name in {*_OF_EVENTS, *_OF_FINDINGS} else value for name, value in detail.items()
        }
        return changed
    names = [name for name in (*_OF_EVENTS, *_OF_FINDINGS) if name in document]
    for name in names or ["eventTime"]:
        changed[name] = text
    return changed

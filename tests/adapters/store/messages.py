"""Messages as guardstream writes them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson

from schemas.topics import Topics
from streams.adapters.topic_reader import Message
from streams.core.parsing.times import to_rfc3339

TOPICS = Topics()
MINUTE = 60_000
DAY = 86_400_000
START = 1_700_000_040_000
"""A full minute."""


class Log:
    """Gives messages their offsets; the timestamp is the offset, in minutes after the start."""

    def __init__(self) -> None:
        self._next: Counter[tuple[str, int]] = Counter()

    def message(self, topic: str, key: bytes | None, value: Any, partition: int = 0) -> Message:
        offset = self._next[topic, partition]
        self._next[topic, partition] += 1
        written = value if value is None or isinstance(value, bytes) else orjson.dumps(value)
        return Message(topic, partition, offset, START + offset * MINUTE, key, written)

    def alert(self, number: int, minute: int = 0, **parts: Any) -> Message:
        document = alert(number, minute, **parts)
        return self.message(TOPICS.alerts, document["alert_id"].encode(), document, number % 2)

    def note(self, number: int, of: int, action: str, **parts: Any) -> Message:
        document = {
            "note_id": f"{number:032x}",
            "alert_id": f"{of:032x}",
            "action": action,
            "by": "ann",
            "at": to_rfc3339(START + number * MINUTE),
            **parts,
        }
        return self.message(TOPICS.alert_notes, document["alert_id"].encode(), document)

    def tag(self, name: str, **parts: Any) -> Message:
        return self.message(TOPICS.lifecycle_tags, name.encode(), {"id": name, "name": name.upper(), **parts})

    def finding(self, minute: int, **parts: Any) -> Message:
        document = {"account": "111", "region": "eu-west-1", "event_time": to_rfc3339(START + minute * MINUTE)}
        return self.message(TOPICS.enriched_findings, b"111", document | {"finding": {}} | parts)

    def record(self, minute: int, **parts: Any) -> Message:
        document = {"account": "111", "region": "eu-west-1", "event_time": to_rfc3339(START + minute * MINUTE)}
        return self.message(TOPICS.enriched_cloudtrail, b"111", document | {"record": {}} | parts)

    def pane(self, minute: int, count: int, version: int = 1, **group: str | None) -> Message:
        key = {"measure": "m", "definition": "d", "group": group, "start": to_rfc3339(START + minute * MINUTE)}
        value = key | {"count": count, "late": 0, "version": version}
        return self.message(TOPICS.window_counts, orjson.dumps(key), value)

    def ratio(self, minute: int, numerator: int, version: int = 1, **group: str | None) -> Message:
        start = to_rfc3339(START + minute * MINUTE)
        key = {"measure": "share", "definition": "d", "group": group, "start": start}
        numbers = {"numerator": numerator, "denominator": 4, "value": numerator / 4, "version": version}
        end = {"end": to_rfc3339(START + (minute + 5) * MINUTE)}
        return self.message(TOPICS.window_counts, orjson.dumps(key), key | end | numbers)


def alert(number: int, minute: int = 0, **parts: Any) -> dict[str, Any]:
    """An alert's document; ``level`` and ``rule`` stand for the rule's own."""
    rule = {"id": parts.pop("rule", "r"), "title": "A rule", "level": parts.pop("level", "high"), "revision": "1"}
    return {
        "alert_id": f"{number:032x}",
        "fingerprint": "0" * 32,
        "status": "firing",
        "rule": rule,
        "group": {"account": "111"},
        "starts_at": to_rfc3339(START + minute * MINUTE),
        "ends_at": None,
        "summary": "Something happened",
        "historical": False,
        "labels": {"account": "111", "region": "eu-west-1"},
        "evidence": {"total": 1, "items": [], "first": None},
        **parts,
    }

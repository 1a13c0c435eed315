"""A real store with what a test has put into it, and a dashboard over it."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager
from html import unescape
from itertools import product
from typing import TYPE_CHECKING, Any

import orjson
from fastapi.testclient import TestClient

from schemas.tag import LifecycleTag
from schemas.topics import Topics
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.adapters.store.store import Store
from streams.adapters.topic_reader import Message
from streams.core.board.choose import countables
from streams.core.parsing.times import parse_time, to_rfc3339
from streams.core.query import compile_query
from streams.core.rules.matcher import Matcher
from streams.core.rules.measure_files import load_measures
from streams.web.board.board import Board, Freshness, Writes
from tests.web.board.boards import PANELS, app_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from schemas.alert_note import AlertNote
    from schemas.measure import Measure
    from schemas.panel import Panel

TOPICS = Topics()
NOW = parse_time("2026-11-24T10:00:00Z") or 0
MINUTE = 60_000
HERE = "http://127.0.0.1:6068"
HOSTILE = "<script>alert('x')</script>\"'>&"
SHIPPED_MEASURES = load_measures([read_folder(shipped_folder("measures"))])


class World:
    """A store, and a dashboard over it; what is written to Kafka comes into the store at once."""

    def __init__(
        self, path: Path, *, panels: Sequence[Panel] = PANELS, measures: Sequence[Measure] = SHIPPED_MEASURES
    ) -> None:
        self.store = Store.open(path, TOPICS)
        self.offset = 0
        self.measures = measures
        self.found: list[dict[str, Any]] = []
        """All findings that came."""
        self._counted = 0
        self.counts: Counter[bytes] = Counter()
        self._gathered: list[Message] | None = None
        writes = Writes(self._note, self._tag, lambda name: self.put(TOPICS.lifecycle_tags, name.encode(), None))
        self.board = Board(self.store, panels, countables(measures), lambda: NOW, lambda: Freshness(NOW), writes)
        self.client = TestClient(app_of(self.board), base_url=HERE, follow_redirects=False)

    def put(self, topic: str, key: bytes, value: bytes | None, at_ms: int = NOW) -> None:
        message = Message(topic, 0, self.offset, at_ms, key, value)
        self.offset += 1
        if self._gathered is None:
            self.store.take([message])
        else:
            self._gathered.append(message)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """What is put meanwhile comes in one batch."""
        self._gathered = []
        yield
        messages, self._gathered = self._gathered, None
        self.store.take(messages)

    def count(self) -> None:
        """Write the panes of the findings that came since, as workers would."""
        found, self._counted = self.found[self._counted :], len(self.found)
        touched: dict[bytes, dict[str, Any]] = {}
        matchers = [(measure, Matcher(compile_query(measure.query, {}))) for measure in self.measures]
        for (measure, matcher), one in product(matchers, found):
            if measure.source != "findings" or not matcher.matches(one, one["finding"]):
                continue
            start = to_rfc3339((parse_time(one["event_time"]) or 0) // MINUTE * MINUTE)
            names = [key.name for key in measure.group_by]
            values = [one.get(key.field) for key in measure.group_by]
            for group in product(*(value if isinstance(value, list) else [value] for value in values)):
                named = dict(zip(names, group, strict=True))
                pane = {"measure": measure.name, "definition": "d", "group": named, "start": start}
                key = orjson.dumps(pane)
                self.counts[key] += 1
                touched[key] = pane
        for key, pane in touched.items():
            numbers = {"count": self.counts[key], "late": 0, "version": self.offset}
            self.put(TOPICS.window_counts, key, orjson.dumps(pane | numbers))

    def _note(self, note: AlertNote) -> None:
        self.put(TOPICS.alert_notes, note.alert_id.encode(), note.model_dump_json().encode())

    def _tag(self, tag: LifecycleTag) -> None:
        self.put(TOPICS.lifecycle_tags, tag.id.encode(), tag.encode())

    def alert(self, number: int, **changes: Any) -> str:
        name = f"{number:032x}"
        alert = {
            "alert_id": name, "fingerprint": name, "status": "firing", "starts_at": "2026-11-24T09:30:00.000Z",
            "rule": {"id": "phishing", "title": "Phishing", "level": "high", "revision": "r1"}, "ends_at": None,
            "condition": {"type": "more_than", "threshold": 5, "window": "10m"}, "group": {"account": "111122223333"},
            "measured": {"count": 7}, "summary": "7 in 10m, more than 5", "historical": False, "labels": {}, "tags": [],
            "evidence": {"total": 1, "items": [{"topic": "t", "partition": 0, "offset": 3, "index": 0, "event_id": "f1",
                                                "role": "counted"}], "first": {"id": "f1"}},
            "annotations": {"runbook": "Ask the owner."}, "links": {}, "outcome": None,
        } | changes  # fmt: skip
        self.put(TOPICS.alerts, name.encode(), orjson.dumps(alert))
        return name

    def finding(self, at: str, name: str = "f1", **changes: Any) -> None:
        found = {
            "account": "111122223333", "region": "us-east-1", "type": "Trojan:EC2/PhishingDomainRequest!DNS",
            "threat_name": "PhishingDomainRequest", "threat_purpose": "Trojan", "severity_label": "High",
            "resource_type": "Instance", "resource_id": "i-1", "security_groups": ["web"], "finding_id": name,
            "remote_addresses": ["203.0.113.7"], "event_time": at, "finding": {"id": name, "detail": {"severity": 8}},
        } | changes  # fmt: skip
        self.found.append(found)
        self.put(TOPICS.enriched_findings, b"", orjson.dumps(found))

    def record(self, at: str, **changes: Any) -> None:
        found = {
            "account": "111122223333", "region": "us-east-1", "event_name": "DeleteTrail", "outcome": "denied",
            "principal": "arn:aws:iam::111122223333:user/eve", "source_address": "198.51.100.4", "event_id": "r1",
            "event_time": at, "resource_arns": [], "record": {"eventName": "DeleteTrail"},
        } | changes  # fmt: skip
        self.put(TOPICS.enriched_cloudtrail, b"", orjson.dumps(found))

    def tag(self, tag_id: str, at: str, **changes: Any) -> None:
        parts = {"id": tag_id, "name": tag_id, "started_at": to_rfc3339(parse_time(at) or 0)} | changes
        self._tag(LifecycleTag.model_validate(parts))

    def page(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return unescape(re.sub(r"\s+", " ", answer.text))


def get(world: World, path: str, code: int = 200, /, **params: Any) -> Any:
    """What the API tells."""
    answer = world.client.get(f"/api/v1/{path}", params=params)
    assert answer.status_code == code, answer.text
    return answer.json()

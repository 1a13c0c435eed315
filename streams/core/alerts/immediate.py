"""The alert that one event makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from schemas.alert import MOST_EMBEDDED_BYTES, Status
from streams.core.alerts.identity import alert_id, fingerprint
from streams.core.alerts.text import CLOUDTRAIL_CONSOLE, GUARDDUTY_CONSOLE, summarise
from streams.core.rules.classify import groups_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from streams.core.rules.plan import ImmediateRule


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands in Kafka; ``index`` is its place in the message."""

    topic: str
    partition: int
    offset: int
    index: int


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event as alerts tell of it.

    ``identity`` is the delivery's identity: (account, region, id, updatedAt) of a finding, (recipient account, eventID)
    of a record, else its place. ``raw`` is the event as JSON. ``late`` events are history and page nobody.
    """

    subject: Mapping[str, Any]
    document: Mapping[str, Any]
    raw: bytes
    identity: tuple[Any, ...]
    event_id: str
    words: str
    at_ms: int
    late: bool
    place: Place


class AlertWriter:
    """Writes the alerts of one immediate rule; what does not change is written once."""

    def __init__(self, compiled: ImmediateRule) -> None:
        rule = compiled.rule
        self.compiled = compiled
        self._rule = rule
        self._revision = rule.revision
        self._condition = orjson.Fragment(orjson.dumps(rule.condition.model_dump(mode="json", by_alias=True)))
        annotations = {**({"runbook": rule.runbook} if rule.runbook else {}), **rule.annotations}
        self._annotations = orjson.Fragment(orjson.dumps(annotations))
        self._links = {"runbook": rule.runbook} if rule.runbook.startswith("http") else {}

    def excepted(self, event: Occurrence) -> bool:
        """Whether an exception of the rule covers the event."""
        return any(
            exempt.exception.holds_at(event.at_ms) and exempt.matcher.matches(event.subject, event.document)
            for exempt in self.compiled.exempt
        )

    def write(self, event: Occurrence) -> Iterator[tuple[bytes, bytes]]:
        """The key and value of an alert for each group that the event belongs to."""
        level = self._level(event)
        for group in groups_of(event.subject, self._rule.group_by):
            named = {key.name: value for key, value in zip(self._rule.group_by, group, strict=True)}
            identity = alert_id(self._rule.id, self._revision, group, event.identity)
            yield identity.encode(), orjson.dumps(self._alert(identity, group, named, level, event))

    def _level(self, event: Occurrence) -> str:
        for level, matcher in self.compiled.levels:
            if matcher.matches(event.subject, event.document):
                return level
        return self._rule.level

    def _alert(
        self, identity: str, group: tuple[Any, ...], named: dict[str, str | None], level: str, event: Occurrence
    ) -> dict[str, Any]:
        rule, subject, place = self._rule, event.subject, event.place
        reference = {
            "topic": place.topic,
            "partition": place.partition,
            "offset": place.offset,
            "index": place.index,
            "event_id": event.event_id,
            "role": "trigger",
        }
        embedded = orjson.Fragment(event.raw) if len(event.raw) <= MOST_EMBEDDED_BYTES else None
        return {
            "alert_id": identity,
            # A rule without group-by stands for single events, so each of them is a group of its own.
            "fingerprint": fingerprint(rule.id, group or event.identity),
            "status": Status.FIRING.value,
            "rule": {"id": rule.id, "title": rule.title, "level": level, "revision": self._revision},
            "condition": self._condition,
            "group": named,
            "window": None,
            "starts_at": subject["event_time"],
            "ends_at": None,
            "measured": {"count": 1},
            "summary": summarise(rule.title, event.words, _whom(subject)),
            "evidence": {"total": 1, "items": [reference], "first": embedded},
            "outcome": subject.get("outcome"),
            "historical": event.late,
            "links": {**self._links, **_console(subject, event.event_id)},
            "tags": [],
            "related": [],
            "labels": self._labels(subject, level),
            "annotations": self._annotations,
        }

    def _labels(self, subject: Mapping[str, Any], level: str) -> dict[str, str]:
        labels = {"alertname": self._rule.id, "severity": level}
        for name in ("account", "region"):
            value = subject.get(name)
            if value is not None:
                labels[name] = value
        if subject.get("sample"):
            labels["sample"] = "true"
        labels.update(self._rule.labels)
        return labels


def _whom(subject: Mapping[str, Any]) -> dict[str, str | None]:
    return {"account": subject.get("account_name") or subject.get("account"), "region": subject.get("region")}


def _console(subject: Mapping[str, Any], event_id: str) -> dict[str, str]:
    region = subject.get("region")
    if not region:
        return {}
    template = GUARDDUTY_CONSOLE if subject.get("finding_id") else CLOUDTRAIL_CONSOLE
    return {"console": template.format(region=region, id=event_id)}

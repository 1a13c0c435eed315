"""The alert that one event makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from schemas.alert import MOST_EMBEDDED_BYTES, Status
from streams.core.alerts.identity import alert_id, fingerprint
from streams.core.alerts.text import console_link, summarise
from streams.core.rules.classify import groups_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.core.alerts.occurrence import Occurrence
    from streams.core.rules.plan import ImmediateRule

Group = tuple[Any, ...]


class AlertWriter:
    """Writes the alerts of one immediate rule; what does not change is written once."""

    def __init__(self, compiled: ImmediateRule) -> None:
        rule = compiled.rule
        self.compiled = compiled
        self._rule = rule
        self._revision = rule.revision
        self._fields = [key.field for key in rule.group_by]
        self._names = [key.name for key in rule.group_by]
        self._condition = orjson.Fragment(orjson.dumps(rule.condition.model_dump(mode="json", by_alias=True)))
        annotations = {**({"runbook": rule.runbook} if rule.runbook else {}), **rule.annotations}
        self._annotations = orjson.Fragment(orjson.dumps(annotations))
        self._links = {"runbook": rule.runbook} if rule.runbook.startswith("http") else {}

    def excepted(self, event: Occurrence) -> bool:
        """Whether an exception of the rule covers the event."""
        return any(
            exempt.exception.holds_at(event.reading.at_ms) and exempt.matcher.matches(event.subject, event.document)
            for exempt in self.compiled.exempt
        )

    def write(self, event: Occurrence) -> list[tuple[bytes, bytes]]:
        """The key and value of an alert for each group that the event belongs to."""
        level = self._level(event)
        written = []
        for group in self._groups(event):
            identity = alert_id(self._rule.id, self._revision, group, event.identity())
            written.append((identity.encode(), orjson.dumps(self._alert(identity, group, level, event))))
        return written

    def _groups(self, event: Occurrence) -> Iterable[Group]:
        # Nearly always the keys are parsed fields that hold one text each.
        values = tuple([event.parsed(name) for name in self._fields])
        if all(value.__class__ is str for value in values):
            return (values,)
        return groups_of(event.subject, self._rule.group_by)

    def _level(self, event: Occurrence) -> str:
        for level, matcher in self.compiled.levels:
            if matcher.matches(event.subject, event.document):
                return level
        return self._rule.level

    def _alert(self, identity: str, group: Group, level: str, event: Occurrence) -> dict[str, Any]:
        rule, place, parsed = self._rule, event.place, event.parsed
        account, region, event_id = parsed("account"), parsed("region"), event.event_id()
        whom = {"account": parsed("account_name") or account, "region": region}
        return {
            "alert_id": identity,
            # A rule without group-by stands for single events, so each of them is a group of its own.
            "fingerprint": fingerprint(rule.id, group or event.identity()),
            "status": Status.FIRING.value,
            "rule": {"id": rule.id, "title": rule.title, "level": level, "revision": self._revision},
            "condition": self._condition,
            "group": dict(zip(self._names, group, strict=True)),
            "window": None,
            "starts_at": parsed("event_time"),
            "ends_at": None,
            "measured": {"count": 1},
            "summary": summarise(rule.title, event.words(), whom),
            "evidence": {
                "total": 1,
                "items": [
                    {
                        "topic": place.topic,
                        "partition": place.partition,
                        "offset": place.offset,
                        "index": place.index,
                        "event_id": event_id,
                        "role": "trigger",
                    }
                ],
                "first": orjson.Fragment(event.raw) if len(event.raw) <= MOST_EMBEDDED_BYTES else None,
            },
            "outcome": parsed("outcome"),
            "historical": event.late,
            "links": {**self._links, **console_link(region, event_id, finding=parsed("finding_id") is not None)},
            "tags": [],
            "related": [],
            "labels": self._labels(account, region, level, sample=bool(parsed("sample"))),
            "annotations": self._annotations,
        }

    def _labels(self, account: str | None, region: str | None, level: str, *, sample: bool) -> dict[str, str]:
        labels = {"alertname": self._rule.id, "severity": level}
        if account is not None:
            labels["account"] = account
        if region is not None:
            labels["region"] = region
        if sample:
            labels["sample"] = "true"
        labels.update(self._rule.labels)
        return labels

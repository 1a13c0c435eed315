"""The alert that one event makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from schemas.alert import MOST_EMBEDDED_BYTES, Status
from schemas.rule_test import LEVELS
from streams.core.alerts.identity import alert_id, fingerprint
from streams.core.alerts.text import console_link
from streams.core.query import values_at
from streams.core.rules.classify import groups_of
from streams.core.windows.tally import bounded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.core.alerts.occurrence import Occurrence
    from streams.core.rules.plan import ImmediateRule
    from streams.core.tags.near import Release
    from streams.core.windows.partials import Candidate

Group = tuple[Any, ...]

MOST_LABEL_SETS = 20_000


class AlertWriter:
    """Writes the alerts of one immediate rule; what does not change between them is written once."""

    def __init__(self, compiled: ImmediateRule) -> None:
        rule = compiled.rule
        self.compiled = compiled
        self._rule = rule
        self._revision = rule.revision
        self._fields = [key.field for key in rule.group_by]
        self._names = [key.name for key in rule.group_by]
        self._links = {"runbook": rule.runbook} if rule.runbook.startswith("http") else {}
        self._level_path = tuple(rule.level_from.split(".")) if rule.level_from else None
        levels = set(LEVELS) if rule.level_from else {rule.level, *(level for level, _ in compiled.levels)}
        self._known_labels: dict[tuple[Any, ...], orjson.Fragment] = {}
        self.since_release = rule.condition.since_release
        self._constant = {level: self._constant_part(level) for level in levels}

    def _constant_part(self, level: str) -> bytes:
        rule = self._rule
        part: dict[str, Any] = {
            "status": Status.FIRING.value,
            "rule": {"id": rule.id, "title": rule.title, "level": level, "revision": self._revision},
            "condition": rule.condition.shown(),
            "window": None,
            "ends_at": None,
            "measured": {"count": 1},
            "tags": [],
            "related": [],
            "annotations": {**({"runbook": rule.runbook} if rule.runbook else {}), **rule.annotations},
        }
        return b'",' + orjson.dumps(part)[1:-1] + b","

    def excepted(self, event: Occurrence) -> bool:
        """Whether an exception of the rule covers the event."""
        return any(
            exempt.exception.holds_at(event.reading.at_ms) and exempt.matcher.matches(event.subject, event.document)
            for exempt in self.compiled.exempt
        )

    def awake_at(self, at_ms: int) -> bool:
        """Whether the rule fires at that time of day and week."""
        return self._rule.active is None or self._rule.active.cover(at_ms)

    def candidates(self, event: Occurrence, release: Release | None = None) -> list[Candidate]:
        """The same alerts for stage 2, which knows whether their groups have had theirs."""
        level = self._level(event)
        written = zip(self._groups(event), self.write(event, release), strict=True)
        return [
            (self._rule.id, bounded(group), event.reading.at_ms, level, orjson.Fragment(value))
            for group, (_, value) in written
        ]

    def write(self, event: Occurrence, release: Release | None = None) -> list[tuple[bytes, bytes]]:
        """The key and value of an alert for each group that the event belongs to; it names the ``release``."""
        rule, level, identity = self._rule, self._level(event), event.identity()
        constant, varying, raw = self._constant[level], self._varying_part(level, event), event.raw
        # The event itself is by far the most of an alert, so it is copied once, here.
        first = raw if len(raw) <= MOST_EMBEDDED_BYTES else b"null"
        end = b"}}" if release is None else b'},"release":' + orjson.dumps(release.shown()) + b"}"
        written = []
        for group in self._groups(event):
            name = alert_id(rule.id, self._revision, group, identity).encode()
            # A rule without group-by stands for single events, so each of them is a group of its own.
            mark = fingerprint(rule.id, group or identity).encode()
            whom = orjson.dumps(dict(zip(self._names, group, strict=True)))
            start = (b'{"alert_id":"', name, b'","fingerprint":"', mark, constant, b'"group":', whom)
            written.append((name, b"".join((*start, varying, b',"first":', first, end))))
        return written

    def _groups(self, event: Occurrence) -> Iterable[Group]:
        # Nearly always the keys are parsed fields that hold one text each.
        varying = event.reading.varying
        values = tuple([varying.get(name) for name in self._fields])
        for value in values:
            if value.__class__ is not str:
                # An event without the value that it is grouped by still is an alert.
                return groups_of(event.subject, self._rule.group_by) or ((None,) * len(values),)
        return (values,)

    def _level(self, event: Occurrence) -> str:
        for level, matcher in self.compiled.levels:
            if matcher.matches(event.subject, event.document):
                return level
        if self._level_path is not None:
            found = values_at(event.subject, self._level_path)
            values = found if isinstance(found, list) else [found]
            named = [value.lower() for value in values if isinstance(value, str) and value.lower() in LEVELS]
            return max(named, key=LEVELS.index, default=self._rule.level)
        return self._rule.level

    def _varying_part(self, level: str, event: Occurrence) -> bytes:
        """What differs between events, from a comma on; it ends within the evidence, which lacks the first event."""
        reading, place = event.reading, event.place
        varying, parsed = reading.varying, reading.event_class.parsed
        account, region, event_id = varying["account"], varying["region"], event.event_id()
        links = console_link(region, event_id, finding="finding_id" in varying)
        part = {
            "starts_at": varying["event_time"],
            "summary": f"{self._rule.title}: {event.words()} in {varying.get('account_name') or account}, {region}",
            "outcome": parsed.get("outcome"),
            "historical": event.late,
            "links": {**self._links, **links} if self._links else links,
            "labels": self._labels(account, region, level, sample=parsed.get("sample", False)),
            "evidence": {
                "total": 1,
                "items": (
                    {
                        "topic": place.topic,
                        "partition": place.partition,
                        "offset": place.offset,
                        "index": place.index,
                        "event_id": event_id,
                        "role": "trigger",
                    },
                ),
            },
        }
        return b"," + orjson.dumps(part)[1:-2]

    def _labels(self, account: str | None, region: str | None, level: str, *, sample: bool) -> orjson.Fragment:
        key = (account, region, level, sample)
        known = self._known_labels.get(key)
        if known is None:
            if len(self._known_labels) >= MOST_LABEL_SETS:
                self._known_labels.clear()
            known = self._known_labels[key] = orjson.Fragment(orjson.dumps(self._make_labels(*key)))
        return known

    def _make_labels(self, account: str | None, region: str | None, level: str, sample: bool) -> dict[str, str]:  # noqa: FBT001 - a finding is a sample or not
        labels = {"alertname": self._rule.id, "severity": level}
        if account is not None:
            labels["account"] = account
        if region is not None:
            labels["region"] = region
        if sample:
            labels["sample"] = "true"
        labels.update(self._rule.labels)
        if self._rule.dry_run:
            labels["dry_run"] = "true"
        return labels

"""What must come out, folded plainly from the input topics: one event after another, with nothing but the parsers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from schemas.event import Kind, Refusal
from streams.adapters.rule_sets import load_rule_set
from streams.core.alerts.identity import alert_id
from streams.core.parsing.cloudtrail import parse_cloudtrail
from streams.core.parsing.finding import parse_finding
from streams.core.parsing.problem import Problem
from streams.core.parsing.times import parse_time
from streams.core.parsing.unwrap import unwrap
from tests.faults.support.topics import read_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from schemas.measure import Measure
    from schemas.rule import Rule
    from streams.settings import Settings

Group = tuple[str | None, ...]
Pane = tuple[str, Group, int]
"""(measure's name, values of its keys in their order, minute since the epoch)"""
Place = tuple[str, int, int, int]
"""(topic, partition, offset, index in the message)"""


QUERIES: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "*": lambda _: True,
    "error_code:*": lambda parsed: parsed["error_code"] is not None,
}
"""The queries of shipped measures, judged plainly."""
NAMES = {"userIdentity.type": "principal_type"}
"""Under which name what a measure finds in the record itself is parsed."""


@dataclass(slots=True)
class Expected:
    """Counts by pane, alert ids of immediate rules with the events behind them, dead letters, ids of findings."""

    panes: Counter[Pane] = field(default_factory=Counter)
    alerts: dict[str, tuple[str, list[Place]]] = field(default_factory=dict)
    """Alert id -> its rule, and the places of all events that make it."""
    dead: dict[Place, tuple[bytes | None, bytes | None]] = field(default_factory=dict)
    findings: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)


class Fold:
    """Folds both input topics."""

    def __init__(self, settings: Settings) -> None:
        rule_set = load_rule_set(settings)
        self._settings = settings
        self._measures: Sequence[Measure] = rule_set.measures
        self._rules: Mapping[str, Rule] = {rule.id: rule for rule in rule_set.rules}
        self.expected = Expected()

    def run(self) -> Expected:
        for topic in self._settings.topics().inputs():
            for message in read_all(self._settings, topic):
                self._take(message)
        return self.expected

    def _take(self, message: Any) -> None:
        place = (message.topic(), message.partition(), message.offset())
        for found in unwrap(message.value()):
            at = (*place, found.index)
            if isinstance(found, Refusal):
                self._refused(at, message)
                continue
            if found.kind not in (Kind.FINDING, Kind.CLOUDTRAIL):
                self.expected.events[found.kind.value] += 1
                continue
            is_finding = found.kind is Kind.FINDING
            parsed = parse_finding(found.document) if is_finding else parse_cloudtrail(found.document)
            if isinstance(parsed, Problem):
                self._refused(at, message)
                continue
            self.expected.events[found.kind.value] += 1
            if is_finding:
                self.expected.findings[finding_key(found.document)] += 1
                self._finding_alerts(parsed, at)
            else:
                self._record_alerts(parsed, at)
            self._count("findings" if is_finding else "cloudtrail", parsed)

    def _refused(self, at: Place, message: Any) -> None:
        self.expected.events["refused"] += 1
        self.expected.dead[at] = (message.key(), message.value())

    def _count(self, source: str, parsed: Mapping[str, Any]) -> None:
        if parsed.get("sample") or parsed.get("archived"):
            return
        at = parse_time(parsed["event_time"])
        assert at is not None
        for measure in self._measures:
            if measure.source != source:
                continue
            if not QUERIES[measure.query](parsed):
                continue
            choices = [_values(parsed[NAMES.get(key.field, key.field)]) for key in measure.group_by]
            for group in product(*choices):
                self.expected.panes[measure.name, group, at // 60_000] += 1

    def _finding_alerts(self, parsed: Mapping[str, Any], at: Place) -> None:
        if parsed["archived"]:
            return
        identity = _finding_identity(parsed, at)
        group = (parsed["account"], parsed["region"], parsed["finding_id"])
        if (parsed["threat_name"] or "").lower() == "phishingdomainrequest":
            self._alert("phishing-attempt-identified", group, identity, at)
        if (parsed["resource_role"] or "").lower() == "actor":
            self._alert("actor-identified", group, identity, at)

    def _record_alerts(self, parsed: Mapping[str, Any], at: Place) -> None:
        rule = self._rules["guardduty-collection-disabled"]
        alters = {name.lower() for name in rule.lists["alters-guardduty"]}
        if parsed["event_source"] != "guardduty.amazonaws.com" or parsed["event_name"].lower() not in alters:
            return
        identity = at if parsed["event_id"] is None else (parsed["account"], parsed["event_id"])
        group = (parsed["account"], parsed["region"], parsed["event_name"], parsed["principal"])
        self._alert(rule.id, group, identity, at)

    def _alert(self, rule: str, group: Group, identity: tuple[Any, ...], at: Place) -> None:
        made = alert_id(rule, self._rules[rule].revision, group, identity)
        self.expected.alerts.setdefault(made, (rule, []))[1].append(at)


def finding_key(document: Mapping[str, Any]) -> str:
    """What tells one delivered finding from another: the envelope's id, the finding's, and when it was updated."""
    detail = document["detail"]
    return f"{document.get('id')} {detail.get('id')} {detail.get('updatedAt')}"


def _finding_identity(parsed: Mapping[str, Any], at: Place) -> tuple[Any, ...]:
    if parsed["finding_id"] is None:
        return at
    return parsed["account"], parsed["region"], parsed["finding_id"], parsed["updated_at"]


def _values(value: str | list[str] | None) -> list[str | None]:
    return list(dict.fromkeys(value)) if isinstance(value, list) else [value]

"""The life of a windowed alert: it fires once, stays, and is resolved when its condition no longer holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.alert import Status
from streams.core.alerts.identity import alert_id, fingerprint
from streams.core.alerts.text import summarise
from streams.core.parsing.times import to_rfc3339
from streams.core.windows.clock import MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.core.conditions.verdict import Verdict
    from streams.core.conditions.windowed import WindowedRule
    from streams.core.windows.partials import Group
    from streams.core.windows.rows import Located

MOST_REFERENCES = 50


def fire(
    windowed: WindowedRule, group: Group, end: int, verdict: Verdict, located: Sequence[Located]
) -> dict[str, Any]:
    """The alert of an episode whose first window ends before minute ``end``."""
    rule = windowed.rule
    named = dict(zip((key.name for key in rule.group_by), group, strict=True))
    window = rule.condition.window  # type: ignore[union-attr]
    first = to_rfc3339((end - window) * MINUTE)
    last = to_rfc3339(end * MINUTE)
    return {
        "alert_id": alert_id(rule.id, rule.revision, group, ("window", end)),
        "fingerprint": fingerprint(rule.id, group),
        "status": Status.FIRING,
        "rule": {"id": rule.id, "title": rule.title, "level": rule.level, "revision": rule.revision},
        "condition": rule.condition.model_dump(mode="json", by_alias=True),
        "group": named,
        "window": {"start": first, "end": last},
        "starts_at": last,
        "ends_at": None,
        "measured": dict(verdict.measured),
        "summary": summarise(rule.title, verdict.words, named),
        "evidence": {"total": _total(verdict), "items": [_reference(place) for place in located], "first": None},
        "outcome": None,
        "historical": False,
        "links": {"runbook": rule.runbook} if rule.runbook.startswith("http") else {},
        "tags": [],
        "related": [],
        "labels": {"alertname": rule.id, "severity": rule.level, **rule.labels},
        "annotations": {**({"runbook": rule.runbook} if rule.runbook else {}), **rule.annotations},
    }


def resolve(alert: dict[str, Any], windowed: WindowedRule, end: int, verdict: Verdict) -> dict[str, Any]:
    """The same alert, resolved by the window that ends before minute ``end``."""
    rule = windowed.rule
    return {
        **alert,
        "status": Status.RESOLVED,
        "ends_at": to_rfc3339(end * MINUTE),
        "measured": dict(verdict.measured),
        "summary": summarise(f"Resolved: {rule.title}", verdict.words, alert["group"]),
    }


def _total(verdict: Verdict) -> int:
    return int(verdict.measured.get("numerator", verdict.measured.get("count", 0)))


def _reference(located: Located) -> dict[str, Any]:
    _, topic, partition, offset, index, event_id = located
    return {
        "topic": topic,
        "partition": partition,
        "offset": offset,
        "index": index,
        "event_id": event_id,
        "role": "counted",
    }

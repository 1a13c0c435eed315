"""Alerts of windowed rules: how one fires, rises, is resolved, amended, or says that nobody can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.alert import Status
from streams.core.alerts.identity import alert_id, fingerprint
from streams.core.alerts.text import summarise
from streams.core.parsing.times import to_rfc3339
from streams.core.windows.clock import MINUTE
from streams.core.windows.overflow import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.rule import Level, LevelWhen, Rule
    from streams.core.conditions.verdict import Verdict
    from streams.core.conditions.windowed import WindowedRule
    from streams.core.windows.partials import Group
    from streams.core.windows.row import Located

Alert = dict[str, Any]

MOST_REFERENCES = 50


def fire(windowed: WindowedRule, group: Group, end: int, verdict: Verdict, located: Sequence[Located]) -> Alert:
    """The alert of an episode whose first window ends before minute ``end``."""
    return _begin(windowed, group, end, verdict, located, Status.FIRING)


def doubt(windowed: WindowedRule, group: Group, end: int, verdict: Verdict) -> Alert:
    """The alert that says of a window that nobody can tell; it fires, or is resolved, once somebody can."""
    return _begin(windowed, group, end, verdict, (), Status.INCONCLUSIVE)


def belated(windowed: WindowedRule, group: Group, end: int, verdict: Verdict, located: Sequence[Located]) -> Alert:
    """The alert of a closed window that would have fired, had all its events come in time."""
    return _begin(windowed, group, end, verdict, located, Status.AMENDED)


def _begin(  # noqa: PLR0913, PLR0917 - all that an alert says
    windowed: WindowedRule, group: Group, end: int, verdict: Verdict, located: Sequence[Located], status: Status
) -> Alert:
    rule = windowed.rule
    named = shown([key.name for key in rule.group_by], group)
    first, last = to_rfc3339((end - windowed.window) * MINUTE), to_rfc3339(end * MINUTE)
    level = level_of(rule, verdict)
    return {
        "alert_id": alert_id(rule.id, rule.revision, group, ("window", end)),
        "fingerprint": fingerprint(rule.id, group),
        "status": status,
        "rule": {"id": rule.id, "title": rule.title, "level": level, "revision": rule.revision},
        "condition": rule.condition.shown(),
        "group": named,
        "window": {"start": first, "end": last},
        **({"release": windowed.release.shown()} if windowed.release else {}),
        "starts_at": last,
        "ends_at": None,
        "measured": dict(verdict.measured),
        "summary": summarise(_titled(rule, status), verdict.words, named),
        "evidence": {"total": _total(verdict), "items": [_reference(place) for place in located], "first": None},
        "outcome": None,
        "historical": False,
        "links": {"runbook": rule.runbook} if rule.runbook.startswith("http") else {},
        "tags": [],
        "related": [],
        "labels": _labels(rule, level),
        "annotations": {**({"runbook": rule.runbook} if rule.runbook else {}), **rule.annotations},
    }


def change(alert: Alert, windowed: WindowedRule, status: Status, verdict: Verdict, end: int | None = None) -> Alert:
    """The same alert with another status or level; ``end``, a minute, is when a resolved one was over."""
    rule = windowed.rule
    level = level_of(rule, verdict) if status is Status.FIRING else alert["rule"]["level"]
    changed = {
        **alert,
        "status": status,
        "rule": {**alert["rule"], "level": level},
        "measured": dict(verdict.measured),
        "summary": summarise(_titled(rule, status), verdict.words, alert["group"]),
        "labels": {**alert["labels"], "severity": level},
    }
    if end is not None:
        changed["ends_at"] = to_rfc3339(end * MINUTE)
    return changed


def withdraw(alert: Alert, end: int, why: str) -> Alert:
    """The same alert, resolved at minute ``end`` since its rule is no longer what it was."""
    title = alert["rule"]["title"]
    return {
        **alert,
        "status": Status.RESOLVED,
        "ends_at": to_rfc3339(end * MINUTE),
        "summary": summarise(f"Resolved: {title}", why, alert["group"]),
    }


def level_of(rule: Rule, verdict: Verdict) -> Level:
    """The first of the rule's levels that what was measured reaches."""
    return next((entry.level for entry in rule.levels if reaches(entry, verdict)), rule.level)


def reaches(entry: LevelWhen, verdict: Verdict) -> bool:
    """Whether what was measured is above or below the number that a level of the rule names."""
    value = verdict.value
    return value is not None and (
        (entry.above is not None and value > entry.above) or (entry.below is not None and value < entry.below)
    )


def _titled(rule: Rule, status: Status) -> str:
    before = {Status.RESOLVED: "Resolved: ", Status.AMENDED: "Amended: ", Status.INCONCLUSIVE: "Can't tell: "}
    return before.get(status, "") + rule.title


def _labels(rule: Rule, level: Level) -> dict[str, str]:
    dry = {"dry_run": "true"} if rule.dry_run else {}
    return {"alertname": rule.id, "severity": level, **rule.labels, **dry}


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

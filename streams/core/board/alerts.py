"""An alert as its page tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from schemas import rule_test
from streams.core.board.state import KEYS, NO_VALUE
from streams.core.parsing.times import parse_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


LEVELS = tuple(reversed(rule_test.LEVELS))
"""The gravest first."""
_NOT_SHOWN = frozenset({"type"})
_RANGES = frozenset({"usual", "interval"})
"""Pairs of numbers, from one to the other."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that an alert says: its name, a text, and the filter of a page that the text is a value of."""

    name: str
    text: str
    narrows: Mapping[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert in parts."""

    alert_id: str
    title: str
    level: str
    status: str
    summary: str
    rule: str
    revision: str
    starts_ms: int
    ends_ms: int | None
    group: tuple[Told, ...]
    measured: tuple[Told, ...]
    against: tuple[Told, ...]
    evidence: tuple[Mapping[str, Any], ...]
    evidence_total: int
    first: str | None
    """The first event, as JSON on several lines."""
    runbook: str | None
    links: tuple[Told, ...]
    others: tuple[Told, ...]
    """Labels, annotations and what else it says."""
    historical: bool
    tags: tuple[str, ...]
    release: Told | None
    """The release since which it counts: its name, and its id as the text."""


def alert_view(alert: Mapping[str, Any]) -> AlertView:
    """An alert of the topic, for its page; what is missing in a foreign one is left out."""
    rule, evidence = _object(alert.get("rule")), _object(alert.get("evidence"))
    annotations, links = _object(alert.get("annotations")), _object(alert.get("links"))
    items = evidence.get("items") or []
    first = evidence.get("first")
    return AlertView(
        alert_id=str(alert.get("alert_id")),
        title=str(rule.get("title") or rule.get("id")),
        level=str(rule.get("level")),
        status=str(alert.get("status")),
        summary=str(alert.get("summary") or ""),
        rule=str(rule.get("id")),
        revision=str(rule.get("revision")),
        starts_ms=parse_time(alert.get("starts_at")) or 0,
        ends_ms=parse_time(alert["ends_at"]) if alert.get("ends_at") else None,
        group=tuple(_group(_object(alert.get("group")))),
        measured=tuple(_named(_object(alert.get("measured")))),
        against=tuple(_named(_object(alert.get("condition")))),
        evidence=tuple(one for one in items if isinstance(one, dict)),
        evidence_total=int(evidence.get("total") or len(items)),
        first=orjson.dumps(first, option=orjson.OPT_INDENT_2).decode() if first else None,
        runbook=_text(annotations.get("runbook") or links.get("runbook")),
        links=tuple(Told(name, str(link)) for name, link in links.items() if str(link).startswith(("https://", "http://"))),
        others=tuple(_others(alert, annotations)),
        historical=bool(alert.get("historical")),
        tags=tuple(map(str, alert.get("tags") or ())),
        release=_release(_object(alert.get("release"))),
    )  # fmt: skip


def _release(release: Mapping[str, Any]) -> Told | None:
    return Told(str(release.get("name") or release["id"]), str(release["id"])) if release.get("id") else None


def _group(group: Mapping[str, Any]) -> Iterable[Told]:
    for key, value in group.items():
        narrows = {key: _text(value)} if key in KEYS else None
        yield Told(key.replace("_", " "), NO_VALUE if value is None else str(value), narrows)


def _named(values: Mapping[str, Any]) -> Iterable[Told]:
    for name, value in values.items():
        if value is not None and name not in _NOT_SHOWN:
            both = [_said(one) for one in value] if name in _RANGES and isinstance(value, list) else []
            text = " to ".join(both) if len(both) == 2 else _said(value)  # noqa: PLR2004 - from and to
            yield Told(name.replace("_", " ").replace("-", " "), text)


def _others(alert: Mapping[str, Any], annotations: Mapping[str, Any]) -> Iterable[Told]:
    if alert.get("outcome"):
        yield Told("outcome", str(alert["outcome"]))
    for name, value in [*_object(alert.get("labels")).items(), *annotations.items()]:
        if name != "runbook":
            yield Told(name, str(value))


def _said(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.4g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return ", ".join(map(_said, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_said(one)}" for name, one in value.items())
    return orjson.dumps(value).decode()


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)

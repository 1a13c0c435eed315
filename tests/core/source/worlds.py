"""Rules and messages to read, what `process` makes of them, and the same worked out slowly by another way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from schemas.event import Event, Kind
from schemas.measure import Measure
from schemas.rule import Rule
from streams.core.enrich.accounts import AccountInfo
from streams.core.parsing.cloudtrail import parse_cloudtrail
from streams.core.parsing.finding import parse_finding
from streams.core.parsing.problem import Problem
from streams.core.parsing.times import parse_time
from streams.core.parsing.unwrap import unwrap
from streams.core.query import compile_query, values_at
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from streams.core.source.findings import account_fields
from streams.core.source.process import SourceContext, process
from streams.core.windows.clock import MINUTE, RecordClock
from streams.core.windows.partials import Partial
from streams.core.windows.tally import Tally
from streams.transport.batch import Batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from streams.core.rules.plan import Plan
    from streams.core.source.effects import Effects

DELAY = 10 * MINUTE
RETENTION = 48 * 60 * MINUTE
NOW = 1_714_558_830_000
"""2024-05-01T10:20:30Z, near the times of the samples."""
ACCOUNTS = {"444455556666": AccountInfo(name="shop", owner="team-shop", environment="prod")}


def rule(name: str, query: str, **changes: Any) -> Rule:
    return Rule.model_validate(
        {
            "id": name,
            "title": name,
            "level": "low",
            "source": "findings",
            "query": query,
            "condition": {"type": "immediate"},
            **changes,
        }
    )


def measure(name: str, source: Any = "findings", **changes: Any) -> Measure:
    return Measure.model_validate({"name": name, "source": source, **changes})


RULES = (
    rule("by-role", "detail.service.resourceRole:actor", group_by=["account"]),
    rule("by-type", "threat_purpose:backdoor", levels=[{"level": "high", "when": "severity:>=8", "because": "strong"}]),
    rule("by-region", "region:eu-west-1 AND severity_label:high", group_by=["region", "type"]),
    rule("by-groups", "security_groups:web", group_by=["security_groups"], samples=False),
    rule("free-text", "asked", archived=True),
    rule("spared", "severity:>1", exceptions=[{"query": "region:eu-west-1", "reason": "known"}]),
    rule("odd-role", "detail.service.resourceRole:true OR detail.severity:8", samples=True),
    rule(
        "many",
        "severity:>0",
        condition={"type": "more_than", "threshold": 3, "window": "5m"},
        group_by=["account"],
        exceptions=[{"query": "threat_name:ping", "reason": "known"}],
    ),
    rule("none", "*", condition={"type": "less_than", "threshold": 1, "window": "5m"}),
    rule("switched-off", "event_name:DeleteDetector", source="cloudtrail", group_by=["account"]),
    rule("by-whom", "principal:deploy AND outcome:denied", source="cloudtrail"),
    rule("odd-code", "errorCode:true", source="cloudtrail"),
    rule(
        "errors",
        "outcome:(error OR denied)",
        source="cloudtrail",
        condition={"type": "more_than", "threshold": 3, "window": "5m"},
        group_by=["account", "principal"],
    ),
)
MEASURES = (
    measure("findings"),
    measure("all-findings", samples=True, archived=True, **{"group-by": ["severity_label", "type"]}),
    measure("by-severity", **{"group-by": ["severity"]}),
    measure("by-group", **{"group-by": [{"group": "security_groups"}, "severity_label"]}, samples=True),
    measure("by-region-and-account", **{"group-by": ["region", "account"]}, samples=True),
    measure("by-owner", **{"group-by": ["account_owner"]}, samples=True),
    measure("in-iceland", query="remote_countries:iceland", **{"group-by": ["remote_addresses"]}, samples=True),
    measure("by-role", samples=True, **{"group-by": [{"role": "detail.service.resourceRole"}]}),
    measure("calls", "cloudtrail", **{"group-by": ["account", "event_source"]}),
    measure("by-outcome", "cloudtrail", **{"group-by": ["outcome", "error_code"]}),
    measure("by-identity", "cloudtrail", **{"group-by": [{"kind": "userIdentity.type"}]}),
)
PRINCIPALS = measure("by-principal", "cloudtrail", **{"group-by": ["principal"]})


class Record(NamedTuple):
    """What aiokafka gives, as far as the core looks."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


def batch_of(values: Sequence[bytes | None], *, start: int = 0, now: int = NOW, step: int = 0) -> Batch:
    records = [Record("in", 3, start + n, now + n * step, b"key", value) for n, value in enumerate(values)]
    return Batch("in", 3, start, start + len(records), records)


def context(plan: Plan | None = None, *, enrich_records: str = "all") -> SourceContext:
    return SourceContext(
        Timeline(plan or make_plan(RULES, MEASURES), {}),
        accounts=ACCOUNTS,
        delay=DELAY,
        retention=RETENTION,
        enrich_records=enrich_records,
    )


Pane = tuple[str, tuple[Any, ...], int, bool]
"""(measure id, group, minute, late)"""


@dataclass
class Outcome:
    """What a batch brought, in a form that can be compared."""

    enriched: list[tuple[bytes | None, dict[str, Any]]] = field(default_factory=list)
    alerts: list[dict[str, Any]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    counts: Counter[Pane] = field(default_factory=Counter)
    late: int = 0


def header(start: int, end: int, clock: int) -> Partial:
    return Partial("in", 3, 1, start, end, clock, clock)


def panes(partials: Iterable[Partial]) -> Counter[Pane]:
    found: Counter[Pane] = Counter()
    for partial in partials:
        for name, groups in partial.counts.items():
            for group, counts in groups.items():
                for minute, count in counts.on_time:
                    found[name, group, minute, False] += count
                for minute, count, _ in counts.late:
                    found[name, group, minute, True] += count
    return found


def outcome(effects: Effects, tally: Tally) -> Outcome:
    enriched = [*effects.enriched_findings, *effects.enriched_cloudtrail]
    return Outcome(
        [(key, orjson.loads(value)) for key, value in enriched],
        [orjson.loads(value) for _, value in effects.alerts],
        [
            (headers["reason"].decode(), headers["index"].decode())
            for letter in effects.dead_letters
            for headers in [dict(letter.headers)]
        ],
        effects.kinds,
        panes(tally.partials(header(0, 1, NOW), 4, RETENTION).values()),
        effects.late,
    )


def read(values: Sequence[bytes | None], where: SourceContext | None = None, *, now: int = NOW) -> Outcome:
    tally = Tally()
    return outcome(process(batch_of(values, now=now), RecordClock(), tally, where or context()), tally)


def slowly(values: Sequence[bytes | None], plan: Plan, *, now: int = NOW) -> Outcome:
    """Work the same out from the definitions alone, an event and a rule at a time."""
    made = Outcome()
    for value in values:
        for found in unwrap(value):
            if not isinstance(found, Event):
                made.refused.append((found.reason.value, str(found.index)))
                made.kinds["refused"] += 1
            elif found.kind in {Kind.FINDING, Kind.CLOUDTRAIL}:
                _read_slowly(found, plan, made, now)
            else:
                made.kinds[found.kind.value] += 1
    # Findings and records have topics of their own.
    made.enriched.sort(key=lambda message: "finding" not in message[1])
    return made


def _read_slowly(event: Event, plan: Plan, made: Outcome, now: int) -> None:
    finding = event.kind is Kind.FINDING
    parsed = parse_finding(event.document) if finding else parse_cloudtrail(event.document)
    if isinstance(parsed, Problem):
        made.refused.append((parsed.reason.value, str(event.index)))
        made.kinds["refused"] += 1
        return
    parsed |= account_fields(ACCOUNTS, parsed["account"])
    made.kinds[event.kind.value] += 1
    key = parsed["account"].encode() if parsed["account"] else None
    made.enriched.append((key, {**parsed, "finding" if finding else "record": event.document}))
    subject = {**event.document, **parsed}
    at_ms = parse_time(parsed["event_time"]) or 0
    late = at_ms // MINUTE < (now - DELAY) // MINUTE
    made.late += late
    _count_slowly(event, subject, plan, made, (at_ms, late, now))
    for immediate in plan.immediate_of("findings" if finding else "cloudtrail"):
        if _taken(immediate.rule, immediate.rule.include_samples, subject, event.document, at_ms):
            for group in groups(subject, immediate.rule.group_by):
                level = next(
                    (
                        one.level
                        for one in immediate.rule.levels
                        if one.when and compile_query(one.when).matches(subject)
                    ),
                    immediate.rule.level,
                )
                names = (one.name for one in immediate.rule.group_by)
                told = {
                    "rule": immediate.rule.id,
                    "level": level,
                    "group": dict(zip(names, group, strict=True)),
                    "outcome": parsed.get("outcome"),
                    "historical": late,
                    "starts_at": parsed["event_time"],
                }
                made.alerts.append(told)


def _count_slowly(
    event: Event, subject: Mapping[str, Any], plan: Plan, made: Outcome, when: tuple[int, bool, int]
) -> None:
    at_ms, late, now = when
    for counted in plan.counted_of("findings" if event.kind is Kind.FINDING else "cloudtrail"):
        one = counted.measure
        exempt = any(compile_query(entry.exception.query).matches(subject) for entry in counted.exempt)
        if exempt or not _taken(one, one.samples, subject, event.document, at_ms):
            continue
        arrival = one.counted_on == "arrival"
        for group in groups(subject, one.group_by):
            made.counts[counted.id, group, (now if arrival else at_ms) // MINUTE, late and not arrival] += 1


def _taken(owner: Rule | Measure, samples: bool, subject: Mapping[str, Any], document: Any, at_ms: int) -> bool:  # noqa: FBT001 - a flag of the rule or measure
    if (subject.get("sample") and not samples) or (subject.get("archived") and not owner.archived):
        return False
    query = compile_query(owner.query)
    exceptions = owner.exceptions if isinstance(owner, Rule) else ()
    if any(entry.holds_at(at_ms) and compile_query(entry.query).matches(subject) for entry in exceptions):
        return False
    return query.matches(document if ("*",) in query.paths else subject)


def groups(subject: Mapping[str, Any], keys: Any) -> list[tuple[str | None, ...]]:
    choices: list[list[str | None]] = []
    for key in keys:
        value = values_at(subject, key.path)
        if isinstance(value, list):
            choices.append(list(dict.fromkeys(text(one) for one in value)))
        elif subject.get(key.field) == []:
            choices.append([])
        else:
            choices.append([text(value)])
    return list(product(*choices))


def text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value == int(value) and abs(value) < 2**53 else str(value)


def told(alert: Mapping[str, Any]) -> dict[str, Any]:
    """What the slow way tells of an alert."""
    kept = {name: alert[name] for name in ("group", "outcome", "historical", "starts_at")}
    return {"rule": alert["rule"]["id"], "level": alert["rule"]["level"], **kept}

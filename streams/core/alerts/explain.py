"""What a rule makes of one event, step by step, so that people trust an alert or refute it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.condition import Immediate, Ratio
from schemas.event import Kind
from schemas.rule_test import LEVELS
from streams.core.parsing.cloudtrail import parse_cloudtrail
from streams.core.parsing.finding import parse_finding
from streams.core.parsing.problem import Problem
from streams.core.parsing.times import parse_time
from streams.core.query import compile_query, values_at
from streams.core.query.trace import Clause, trace
from streams.core.rules.classify import groups_of, takes
from streams.core.rules.trial import KINDS
from streams.core.source.findings import account_fields
from streams.core.windows.tally import bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.event import Event
    from schemas.rule import Level, Rule
    from streams.core.enrich.accounts import AccountInfo

    Judge = Callable[[str], Clause]

Group = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class ExceptionVerdict:
    """One exception of the rule: whether it held at the event's time, and whether its query picks the event."""

    query: Clause
    reason: str
    until: str | None
    held: bool

    @property
    def covers(self) -> bool:
        """Whether it keeps the event from the rule."""
        return self.held and self.query.holds


@dataclass(frozen=True, slots=True)
class LevelVerdict:
    """The level of an event, and why; ``tried`` are the clauses that were asked before, the last may have decided."""

    level: Level
    why: str
    tried: tuple[tuple[Level, Clause], ...] = ()


@dataclass(frozen=True, slots=True)
class EventVerdict:
    """What a rule makes of an event; ``taken``: it alerts, or is counted where the rule looks at windows.

    ``hidden`` says why the rule does not look at such events at all, ``awake`` whether it is active at the event's
    time, ``of`` is the query of a ratio's whole, ``groups`` are those that the event belongs to.
    """

    at_ms: int
    event_id: str
    hidden: str | None
    query: Clause
    of: Clause | None
    exceptions: tuple[ExceptionVerdict, ...]
    awake: bool
    level: LevelVerdict | None
    groups: tuple[Group, ...]

    @property
    def taken(self) -> bool:
        """Whether all of it holds."""
        excepted = any(exception.covers for exception in self.exceptions)
        return self.hidden is None and self.query.holds and not excepted and self.awake


def explain_event(rule: Rule, event: Event, accounts: Mapping[str, AccountInfo]) -> EventVerdict | Problem:
    """Judge one event as the worker does, and keep each step; Problem where it can't be read."""
    finding = event.kind is Kind.FINDING
    parsed = parse_finding(event.document) if finding else parse_cloudtrail(event.document)
    if isinstance(parsed, Problem):
        return parsed
    if accounts:
        parsed |= account_fields(accounts, parsed["account"])
    subject = {**event.document, **parsed}
    lists = {name: frozenset(values) for name, values in rule.lists.items()}

    def judge(text: str) -> Clause:
        return trace(compile_query(text, lists), subject, event.document)

    at_ms = parse_time(parsed["event_time"]) or 0
    immediate = isinstance(rule.condition, Immediate)
    groups = [bounded(group) for group in groups_of(subject, rule.group_by)]
    return EventVerdict(
        at_ms=at_ms,
        event_id=parsed.get("finding_id") or parsed.get("event_id") or "",
        hidden=_hidden(rule, event.kind, parsed),
        query=judge(rule.query),
        of=judge(rule.condition.of) if isinstance(rule.condition, Ratio) else None,
        exceptions=tuple(
            ExceptionVerdict(
                judge(entry.query), entry.reason, str(entry.until) if entry.until else None, entry.holds_at(at_ms)
            )
            for entry in rule.exceptions
        ),
        # The hours of a rule with a window are those of the window's end.
        awake=not immediate or rule.active is None or rule.active.cover(at_ms),
        level=_level(rule, subject, judge) if immediate else None,
        groups=tuple(groups) or (((None,) * len(rule.group_by),) if immediate else ()),
    )


def _hidden(rule: Rule, kind: Kind, parsed: Mapping[str, Any]) -> str | None:
    if kind is not KINDS[rule.source]:
        return f"the rule looks at {rule.source}, and this is a {kind.value}"
    if takes(rule.archived, rule.include_samples, parsed):
        return None
    return "the rule leaves out archived findings" if parsed.get("archived") else "the rule leaves out sample findings"


def _level(rule: Rule, subject: Mapping[str, Any], judge: Judge) -> LevelVerdict:
    tried: list[tuple[Level, Clause]] = []
    for entry in rule.levels:
        if entry.when is None:
            continue
        tried.append((entry.level, judge(entry.when)))
        if tried[-1][1].holds:
            return LevelVerdict(entry.level, entry.because or f"by {entry.when}", tuple(tried))
    if rule.level_from is not None:
        found = values_at(subject, tuple(rule.level_from.split(".")))
        named = [str(value).lower() for value in (found if isinstance(found, list) else [found])]
        levels = [level for level in LEVELS if level in named]
        if levels:
            return LevelVerdict(levels[-1], f"from {rule.level_from}", tuple(tried))
    return LevelVerdict(rule.level, "the rule's own", tuple(tried))

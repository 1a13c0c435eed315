"""Try a rule on one delivered event, and run the tests in a rule's file that have an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from schemas.event import Event, Kind
from schemas.rule import Immediate, Level, Rule, RuleException, RuleTest
from streams.core.parsing.cloudtrail import parse_cloudtrail
from streams.core.parsing.finding import parse_finding
from streams.core.parsing.problem import Problem
from streams.core.parsing.times import parse_time
from streams.core.parsing.unwrap import unwrap
from streams.core.rules.queries import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.measure import Source

KINDS: Final[Mapping[Source, Kind]] = {"findings": Kind.FINDING, "cloudtrail": Kind.CLOUDTRAIL}


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule makes of an event: taken or not, at which level, or which exception keeps it out."""

    taken: bool
    level: Level | None = None
    because: str | None = None
    exception: RuleException | None = None


def try_rule(rule: Rule, event: Event) -> Trial | Problem:
    """Judge one event of the rule's source as the worker does; Problem if it would become a dead letter.

    For an immediate rule "taken" is an alert, for others the event counts.
    """
    parsed = parse_finding(event.document) if event.kind is Kind.FINDING else parse_cloudtrail(event.document)
    if isinstance(parsed, Problem):
        return parsed
    hidden = (parsed.get("sample") and not rule.include_samples) or (parsed.get("archived") and not rule.archived)
    subject = {**event.document, **parsed}
    lists = {name: frozenset(values) for name, values in rule.lists.items()}
    if event.kind is not KINDS[rule.source] or hidden or not compiled(rule.query, lists).matches(subject):
        return Trial(taken=False)
    at_ms = parse_time(parsed["event_time"])
    for exception in rule.exceptions:
        if (at_ms is None or exception.holds_at(at_ms)) and compiled(exception.query, lists).matches(subject):
            return Trial(taken=False, exception=exception)
    for level in rule.levels:
        if level.when and compiled(level.when, lists).matches(subject):
            return Trial(taken=True, level=level.level, because=level.because)
    return Trial(taken=True, level=rule.level)


def run_event_test(rule: Rule, test: RuleTest) -> str | None:
    """Run a test that has an event; the result says what went otherwise than expected, or is None."""
    delivered = unwrap(orjson.dumps(test.event))
    events = [one for one in delivered if isinstance(one, Event) and one.kind is KINDS[rule.source]]
    if len(events) != 1:
        found = ", ".join(one.kind.value if isinstance(one, Event) else one.detail for one in delivered)
        return f"the event is not one of the source {rule.source}, but {found}"
    trial = try_rule(rule.model_copy(update={"lists": rule.lists | test.lists}), events[0])
    if isinstance(trial, Problem):
        return f"the event can't be read: {trial.detail}"
    taken, left = ("fires", "silent") if isinstance(rule.condition, Immediate) else ("counted", "ignored")
    outcome = taken if trial.taken else left
    if outcome != test.expect:
        return f"expected {test.expect}, but was {outcome}"
    if test.level is not None and trial.level != test.level:
        return f"expected level {test.level}, but was {trial.level}"
    return None

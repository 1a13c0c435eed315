"""Why an event is not taken by a rule, or why it is: for whoever reads a failed test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from schemas.event import Event, Kind
from streams.core.parsing.cloudtrail import parse_cloudtrail
from streams.core.parsing.finding import parse_finding
from streams.core.parsing.problem import Problem
from streams.core.parsing.unwrap import unwrap
from streams.core.plural import counted
from streams.core.query import WHOLE, Query, explain, values_at
from streams.core.query.tree import Clauses, Leaf
from streams.core.replay.arrivals import arrivals_of
from streams.core.rules.queries import compiled
from streams.core.rules.trial import Trial, try_rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schemas.rule import Rule, RuleTest
    from streams.core.query.tree import Node

_LONGEST = 100


def why(rule: Rule, test: RuleTest) -> list[str]:
    """What a test's single event has to do with the rule, a line each; nothing where it can't be read."""
    return _why(rule, test, orjson.dumps(test.event))


def what_was_taken(rule: Rule, test: RuleTest, files: Mapping[str, bytes]) -> list[str]:
    """How many of a test's events the rule took, and if none, why not the first; nothing where they can't be read."""
    try:
        values = [arrival.value for arrival in arrivals_of(test, rule.source, files)]
    except ValueError:
        return []
    listed = rule.model_copy(update={"lists": rule.lists | test.lists})
    trials = [try_rule(listed, event) for value in values for event in unwrap(value) if isinstance(event, Event)]
    taken = sum(isinstance(trial, Trial) and trial.taken for trial in trials)
    told = f"the rule took {taken} of {counted(len(values), 'event')}"
    return [told] if taken or not values else [f"{told}; of the first:", *_why(rule, test, values[0])]


def _why(rule: Rule, test: RuleTest, value: bytes) -> list[str]:
    events = [one for one in unwrap(value) if isinstance(one, Event)]
    if len(events) != 1:
        return []
    document = events[0].document
    parsed = parse_finding(document) if events[0].kind is Kind.FINDING else parse_cloudtrail(document)
    if isinstance(parsed, Problem):
        return []
    subject = {**document, **parsed}
    lists = {name: frozenset(values) for name, values in (rule.lists | test.lists).items()}
    return [*_hidden(rule, parsed), *_clauses(rule, subject, lists), *_exceptions(rule, subject, lists)]


def _hidden(rule: Rule, parsed: Mapping[str, Any]) -> Iterator[str]:
    if parsed.get("sample") and not rule.include_samples:
        yield "it is a sample finding, which this rule leaves out"
    if parsed.get("archived") and not rule.archived:
        yield "it is an archived finding, which this rule leaves out"


def _clauses(rule: Rule, subject: Mapping[str, Any], lists: Mapping[str, frozenset[str]]) -> list[str]:
    query = compiled(rule.query, lists)
    if query.matches(subject):
        return ["the query matches the event"]
    return [f"the query asks that {line}" for line in _unmet(query.node, subject)]


def _exceptions(rule: Rule, subject: Mapping[str, Any], lists: Mapping[str, frozenset[str]]) -> Iterator[str]:
    for exception in rule.exceptions:
        if compiled(exception.query, lists).matches(subject):
            until = f", until {exception.until}" if exception.until else ""
            yield f"an exception covers it: {exception.query} ({exception.reason}{until})"


def _unmet(node: Node, subject: Mapping[str, Any]) -> Iterator[str]:
    """The smallest parts of a query that don't match, and so keep all of it from matching."""
    if isinstance(node, Clauses):
        for clause in node.must:
            if not _matches(clause, subject):
                yield from _unmet(clause, subject)
        for clause in node.must_not:
            if _matches(clause, subject):
                yield f"not: {_one_line(clause)}"
        if not node.must and node.should and not any(_matches(clause, subject) for clause in node.should):
            yield f"one of these holds: {'; '.join(_one_line(clause) for clause in node.should)}"
    elif isinstance(node, Leaf) and node.path != WHOLE:
        yield f"{_one_line(node)}, but it is {_shown(values_at(subject, node.path))}"
    else:
        yield _one_line(node)


def _matches(node: Node, subject: Mapping[str, Any]) -> bool:
    return Query("", node).matches(subject)


def _one_line(node: Node) -> str:
    tree, _, _ = explain(Query("", node)).partition("\n\n")
    return " ".join(line.strip() for line in tree.splitlines())


def _shown(value: Any) -> str:
    if value is None:
        return "absent"
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

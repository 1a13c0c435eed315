"""Everything about one rule, for whoever is woken by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.core.plural import counted
from streams.core.query import explain
from streams.core.rules.describe import describe
from streams.core.rules.describe_rule import (
    describe_exception,
    describe_expected,
    describe_groups,
    describe_hours,
    describe_levels,
    describe_list,
    tag_link,
)
from streams.core.rules.queries import compile_rule

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from schemas.rule import Rule
    from streams.core.query import Query
    from streams.core.rules.origin import Change, Origin

Part = tuple[str, list[str]]


def explain_rule(rule: Rule, origin: Origin, today: dt.date) -> list[Part]:
    """The parts of an explanation, each a heading and its lines; parts that have none are left out.

    ``today`` (UTC) says which exceptions are over.
    """
    parts = [*_at_night(rule), *_firing(rule, today), *_queries(rule), *_whence(rule, origin)]
    return [(heading, lines) for heading, lines in parts if lines]


def _at_night(rule: Rule) -> Iterator[Part]:
    """What is read first, half asleep."""
    yield "", [rule.title, *_wrapped(rule.description)]
    yield "runbook", rule.runbook.strip().splitlines()
    yield "false positives", list(rule.falsepositives)


def _firing(rule: Rule, today: dt.date) -> Iterator[Part]:
    yield "fires", [f"{describe(rule.condition)}, on {rule.source}", *_state(rule)]
    yield "level", describe_levels(rule)
    yield "for each", [describe_groups(rule)] if rule.group_by else []
    yield "expects", describe_expected(rule)
    yield "active", [describe_hours(rule.active)] if rule.active else []
    yield "exceptions", [describe_exception(entry, today) for entry in rule.exceptions]


def _state(rule: Rule) -> list[str]:
    lines = [] if rule.enabled else ["it is disabled: nothing fires until an override says `enabled: true`"]
    lines += ["it is only tried (dry-run): its alerts go to a topic of their own"] if rule.dry_run else []
    if rule.source == "findings":
        lines += ["sample findings take part"] if rule.include_samples else ["sample findings are left out"]
        lines += ["archived findings take part"] if rule.archived else []
    return lines


def _queries(rule: Rule) -> Iterator[Part]:
    compiled = compile_rule(rule)
    yield "query", [rule.query, "", *explain(compiled["query",]).splitlines()]
    of = compiled.get(("condition", "of"))
    yield "share of", [of.text, "", *explain(of).splitlines()] if of is not None else []
    yield "indexed by", [_indexed(compiled["query",])]
    yield "lists", [f"{name}: {describe_list(values)}" for name, values in rule.lists.items()]


def _indexed(query: Query) -> str:
    """By which fields the engine passes over events without judging them."""
    if not query.required:
        return "nothing: the query is judged for every event of the source"
    return ", ".join(f"{'.'.join(path)} ({len(values)})" for path, values in sorted(query.required.items()))


def _whence(rule: Rule, origin: Origin) -> Iterator[Part]:
    where = origin.entry.where()
    yield "from", [f"{where.file}:{where.line}", *(_changed(change) for change in origin.overrides)]
    tests = len(rule.tests) + sum(len(change.tests) for change in origin.overrides)
    yield "revision", [f"{rule.revision}, status {rule.status}, {counted(tests, 'test')}"]
    written = [f"written {rule.date}"] if rule.date else []
    written += [f"changed {rule.modified}"] if rule.modified else []
    yield "author", [", ".join([*([rule.author] if rule.author else []), *written])] if rule.author or written else []
    yield "tags", [f"{tag} {tag_link(tag) or ''}".rstrip() for tag in rule.tags]
    yield "ATT&CK", [f"tags are of {rule.attack_version}"] if rule.attack_version else []
    yield "labels", [f"{name}={value}" for name, value in rule.labels.items()]
    yield "references", list(rule.references)


def _changed(change: Change) -> str:
    where = change.entry.where()
    return f"overridden in {where.file}:{where.line}: {', '.join(change.keys)}"


def _wrapped(text: str) -> list[str]:
    return ["", *text.strip().splitlines()] if text.strip() else []

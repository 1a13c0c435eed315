"""Everything that is doubtful about a set of rules, each at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from streams.core.rules.doubt import Doubt, Finding, in_file_order
from streams.core.rules.lint import field_doubts, idle_doubts
from streams.core.rules.lint_care import care_doubts
from streams.core.rules.lint_condition import condition_doubts
from streams.core.rules.lint_query import query_doubts
from streams.core.rules.load import ASLEEP
from streams.core.rules.meaning import meaning
from streams.core.rules.queries import compile_rule

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from schemas.measure import Source
    from schemas.rule import Rule
    from streams.core.rules.load import RuleSet


def find_doubts(rule_set: RuleSet, today: dt.date, delays: Mapping[Source, int]) -> list[Finding]:
    """All findings in the order of files, lines and columns.

    ``today`` (UTC) says which exceptions are over, ``delays`` how long events may take to arrive, in minutes by source.
    """
    found = [doubt for doubt in rule_set.doubts if doubt.code == ASLEEP]
    for rule, doubt in (*_of_one_rule(rule_set, today, delays), *_of_pairs(rule_set)):
        where = rule_set.origins[rule.id].where(doubt.loc)
        found.append(Finding(where, rule.id, doubt.code, doubt.severity, doubt.message))
    return in_file_order(found)


def _of_one_rule(rule_set: RuleSet, today: dt.date, delays: Mapping[Source, int]) -> Iterator[tuple[Rule, Doubt]]:
    for rule in rule_set.all_rules:
        doubts = [*field_doubts(rule), *query_doubts(rule), *condition_doubts(rule, delays), *care_doubts(rule, today)]
        if rule.enabled:
            doubts += idle_doubts(rule)
        yield from ((rule, doubt) for doubt in doubts)


def _of_pairs(rule_set: RuleSet) -> Iterator[tuple[Rule, Doubt]]:
    """Rules that are enabled and look at exactly the same events: twice the same alert, or two thresholds."""
    seen: dict[object, Rule] = {}
    for rule in rule_set.rules:
        query = meaning(compile_rule(rule)["query",].node)
        groups = tuple(key.field for key in rule.group_by)
        exceptions = tuple((entry.query, entry.until) for entry in rule.exceptions)
        looks_at = (rule.source, query, exceptions)
        fires = (groups, rule.include_samples, rule.archived, orjson.dumps(rule.condition.shown()))
        alike, looking = seen.get((looks_at, fires)), seen.get(looks_at)
        if alike is not None:
            message = f"has the same query, condition and groups as {alike.id}: each event makes two alerts; keep one"
            yield rule, Doubt("same-rule", ("query",), message)
        elif looking is not None:
            message = f"has the same query as {looking.id}, with another condition or other groups"
            yield rule, Doubt("same-query", ("query",), message, "note")
        seen.setdefault((looks_at, fires), rule)
        seen.setdefault(looks_at, rule)

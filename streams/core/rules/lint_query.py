"""Doubts about what a rule's queries mean: that they match nothing, or not what their author thinks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.core.query import warnings
from streams.core.query.text import Text
from streams.core.query.tree import Clauses, Leaf
from streams.core.rules.contradiction import contradiction
from streams.core.rules.doubt import Doubt
from streams.core.rules.meaning import EVERYTHING, meaning
from streams.core.rules.queries import compile_rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schemas.rule import Rule
    from streams.core.query import Query
    from streams.core.query.tree import Node
    from streams.core.rules.yaml_nodes import Loc

_HIDDEN = {
    ("archived",): "archived", ("detail", "service", "archived"): "archived",
    ("sample",): "samples", ("detail", "service", "additionalInfo", "sample"): "samples",
}  # fmt: skip


def query_doubts(rule: Rule) -> Iterator[Doubt]:
    """Doubts about each query, and about what some of them mean beside others."""
    compiled = compile_rule(rule)
    for loc, query in compiled.items():
        if (reason := contradiction(query.node)) is not None:
            yield Doubt("never-matches", loc, f"no event can match this: {reason}")
        for advice in _advice(query):
            yield Doubt("doubtful-query", loc, advice)
    yield from _hidden(rule, compiled["query",].node)
    yield from _exceptions(rule, compiled)
    yield from _levels(rule, compiled)
    yield from _ratio(rule, compiled)


def _advice(query: Query) -> list[str]:
    """What the query's own warnings say, but that a list is empty: that is told with what to write."""
    found = warnings(query)
    return found if all(query.required.values()) else found[:-1]


def _hidden(rule: Rule, node: Node) -> Iterator[Doubt]:
    """Queries for findings that the rule does not get to see."""
    clauses = node.must if isinstance(node, Clauses) else (node,)
    for clause in clauses:
        if not (isinstance(clause, Leaf) and isinstance(clause.match, Text) and clause.match.text.lower() == "true"):
            continue
        key = _HIDDEN.get(clause.path)
        if (key == "archived" and not rule.archived) or (key == "samples" and not rule.include_samples):
            what = "archived" if key == "archived" else "sample"
            message = f"can't match: it asks for {what} findings, which are left out without `{key}: true`"
            yield Doubt("never-matches", ("query",), message)


def _exceptions(rule: Rule, compiled: Mapping[Loc, Query]) -> Iterator[Doubt]:
    whole = meaning(compiled["query",].node)
    seen: dict[object, int] = {}
    for place, entry in enumerate(rule.exceptions):
        loc: Loc = ("exceptions", place, "query")
        means = meaning(compiled[loc].node)
        if means in {whole, EVERYTHING}:
            until = f" until {entry.until}" if entry.until else ""
            yield Doubt("exception-covers-all", loc, f"this exception leaves nothing for the rule to find{until}")
        elif means in seen:
            yield Doubt("repeated-exception", loc, f"exception {seen[means] + 1} says the same: keep one", "note")
        seen.setdefault(means, place)


def _levels(rule: Rule, compiled: Mapping[Loc, Query]) -> Iterator[Doubt]:
    seen: dict[object, int] = {}
    for place, entry in enumerate(rule.levels):
        if entry.when is None:
            continue
        means = meaning(compiled["levels", place, "when"].node)
        before = seen.get(means, seen.get(EVERYTHING))
        if before is not None:
            message = f"level {before + 1} of the list, which comes before, takes all that this one picks"
            yield Doubt("level-unreachable", ("levels", place), message)
        seen.setdefault(means, place)


def _ratio(rule: Rule, compiled: Mapping[Loc, Query]) -> Iterator[Doubt]:
    of = compiled.get(("condition", "of"))
    if of is not None and meaning(of.node) == meaning(compiled["query",].node) and rule.condition.type == "ratio":
        if getattr(rule.condition, "of_group", "same") == "all" and rule.group_by:
            return
        yield Doubt("ratio-of-itself", ("condition", "of"), "the share is always 1: `of` counts the same as the query")

"""Compile the queries of a rule or measure, and tell which of them can't be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.errors import GuardstreamError
from streams.core.query import Query, QueryError, compile_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.measure import Lists
    from schemas.rule import Rule
    from streams.core.rules.entries import Entry
    from streams.core.rules.yaml_nodes import Loc


def compile_rule(rule: Rule) -> dict[Loc, Query]:
    """Each query of a loaded rule, compiled, by its place in the rule."""
    lists = {name: frozenset(values) for name, values in rule.lists.items()}
    return {loc: compile_query(text, lists) for loc, text in rule.queries.items()}


def query_errors(entry: Entry, lists: Lists | None = None) -> list[GuardstreamError]:
    """What is wrong with the queries of an entry, at the very character where the file writes a query in one line.

    Looks at what is written, so that a rule with other mistakes has its queries checked too. ``lists`` are those of the
    rule that an override is for.
    """
    known = {
        name: frozenset(values) for name, values in (_written_lists(entry.data) if lists is None else lists).items()
    }
    errors: list[GuardstreamError] = []
    for loc, text in _written_queries(entry.data).items():
        try:
            compile_query(text, known)
        except QueryError as error:
            errors.append(GuardstreamError(error.message, entry.where(loc, position=error.position)))
    return errors


def _written_lists(data: Mapping[str, Any]) -> dict[str, list[str]]:
    lists = data.get("lists")
    if not isinstance(lists, dict):
        return {}
    return {name: [str(value) for value in values] for name, values in lists.items() if isinstance(values, list)}


def _written_queries(data: Mapping[str, Any]) -> dict[Loc, str]:
    found: dict[Loc, Any] = {("query",): data.get("query")}
    if isinstance(condition := data.get("condition"), dict):
        found["condition", "of"] = condition.get("of")
    for key, of in (("levels", "when"), ("exceptions", "query")):
        written = data.get(key)
        for place, one in enumerate(written if isinstance(written, list) else []):
            found[key, place, of] = one.get(of) if isinstance(one, dict) else None
    return {loc: text for loc, text in found.items() if isinstance(text, str)}

"""Compile the queries of a rule or measure, and tell which of them can't be."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from schemas.errors import GuardstreamError
from schemas.measure import LIST_REFERENCE
from streams.core.query import Query, QueryError, compile_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.measure import Lists
    from schemas.rule import Rule
    from streams.core.rules.entries import Entry
    from streams.core.rules.yaml_nodes import Loc

MOST_COMPILED = 2_000


def compiled(text: str, lists: Mapping[str, frozenset[str]]) -> Query:
    """The query, read once however often it is asked for: checking, linting and each test of a rule want the same.

    Raises QueryError.
    """
    names = set(LIST_REFERENCE.findall(text))
    if not names <= lists.keys():
        # The error names the lists that are there.
        return compile_query(text, lists)
    return _compiled(text, tuple((name, lists[name]) for name in sorted(names)))


@lru_cache(maxsize=MOST_COMPILED)
def _compiled(text: str, lists: tuple[tuple[str, frozenset[str]], ...]) -> Query:
    return compile_query(text, dict(lists))


def compile_rule(rule: Rule) -> dict[Loc, Query]:
    """Each query of a loaded rule, compiled, by its place in the rule."""
    lists = {name: frozenset(values) for name, values in rule.lists.items()}
    return {loc: compiled(text, lists) for loc, text in rule.queries.items()}


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
            compiled(text, known)
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

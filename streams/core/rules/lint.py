"""Warn of rules that load but can't do what they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.condition import SEEN
from schemas.measure import LIST_REFERENCE
from schemas.rule import LessThan, Rule
from streams.core.query import advice
from streams.core.rules.doubt import Doubt
from streams.core.rules.fields import unknown_field, unknown_paths
from streams.core.rules.queries import compile_rule

if TYPE_CHECKING:
    from collections.abc import Iterator


def lint_rule(rule: Rule) -> list[Doubt]:
    """What keeps a rule whose queries compile from its work, each with what to write."""
    queries = compile_rule(rule).items()
    read = [Doubt("doubtful-query", loc, told) for loc, query in queries for told in advice(query)]
    return [*idle_doubts(rule), *field_doubts(rule), *read]


def idle_doubts(rule: Rule) -> Iterator[Doubt]:
    """What makes a rule that is enabled idle: lists that are empty, groups that nobody named."""
    yield from _silent_series(rule)
    if any(not values for values in compile_rule(rule)["query",].required.values()):
        yield _empty_lists(rule)


def field_doubts(rule: Rule) -> Iterator[Doubt]:
    """Lists that nothing uses, and fields that events of the source don't have."""
    used = _list_names(rule)
    for name in rule.lists:
        if name.lower() not in used:
            yield Doubt("unused-list", ("lists", name), f"list {name} is used by no query")
    found = {
        path: loc for loc, query in reversed(compile_rule(rule).items()) for path in unknown_paths(rule.source, query)
    }
    for path in sorted(found):
        yield Doubt("unknown-field", found[path], unknown_field(rule.source, path))


def _silent_series(rule: Rule) -> Iterator[Doubt]:
    condition = rule.condition
    if not isinstance(condition, LessThan) or not rule.group_by or condition.expect == SEEN or rule.expected_groups:
        return
    key = rule.group_by[0].name
    empty = [name for name, values in rule.lists.items() if not values and name.lower() in _expected_lists(rule)]
    change = f"lists: {{{empty[0]}: [NAME]}}" if empty else f"expect: {{{key}: [NAME]}}"
    yaml = f"{{override: {rule.id}, enabled: true, {change}}}"
    message = f"can't fire, since it expects no {key}: name those that must be there by `- {yaml}` in a later folder"
    yield Doubt("expects-nothing", ("condition",), message)


def _empty_lists(rule: Rule) -> Doubt:
    empty = [name for name, values in rule.lists.items() if not values and name.lower() in _list_names(rule)]
    if not empty:
        return Doubt("never-matches", ("query",), "can't match: its query asks for a value that nothing has")
    lists = ", ".join(f"{name}: [NAME]" for name in empty)
    yaml = f"{{override: {rule.id}, lists: {{{lists}}}}}"
    message = (
        f"can't match, since its list {' and '.join(empty)} is empty: write `- {yaml}` "
        "in a .yml file of a folder of your own, and add that folder to GUARDSTREAM_RULES"
    )
    return Doubt("empty-list", ("lists", empty[0]), message)


def _list_names(rule: Rule) -> set[str]:
    queried = {name.lower() for query in rule.queries.values() for name in LIST_REFERENCE.findall(query)}
    return queried | _expected_lists(rule)


def _expected_lists(rule: Rule) -> set[str]:
    condition = rule.condition
    if not isinstance(condition, LessThan) or isinstance(condition.expect, str):
        return set()
    return {text[1:].lower() for values in condition.expect.values() for text in values if text.startswith("@")}

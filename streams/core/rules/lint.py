"""Warn of rules that load but can't do what they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.measure import LIST_REFERENCE
from schemas.rule import LessThan, Rule
from streams.core.query import advice
from streams.core.rules.fields import is_known, unknown_field
from streams.core.rules.queries import compile_rule

if TYPE_CHECKING:
    from streams.core.query import Query

_WHOLE_EVENT = "*"


def lint_rule(rule: Rule) -> list[str]:
    """Warnings of a rule whose queries compile, a readable sentence each, with what to write."""
    compiled = compile_rule(rule)
    warnings = _silent_series(rule)
    if any(not values for values in compiled[("query",)].required.values()):
        warnings.append(_empty_lists(rule))
    warnings += [f"list {name} is used by no query" for name in rule.lists if name.lower() not in _list_names(rule)]
    warnings += [f"its query: {doubt}" for query in compiled.values() for doubt in advice(query)]
    unknown = sorted({path for query in compiled.values() for path in _unknown_paths(rule, query)})
    warnings += [unknown_field(rule.source, path) for path in unknown]
    return warnings


def _silent_series(rule: Rule) -> list[str]:
    if not isinstance(rule.condition, LessThan) or not rule.group_by or rule.expected_groups:
        return []
    key = rule.group_by[0].name
    yaml = f"{{override: {rule.id}, enabled: true, expect: {{{key}: [NAME]}}}}"
    return [f"can't fire, since it expects no {key}: name those that must be there by `- {yaml}` in a later folder"]


def _empty_lists(rule: Rule) -> str:
    empty = [name for name, values in rule.lists.items() if not values and name.lower() in _list_names(rule)]
    if not empty:
        return "can't match: its query asks for a value that nothing has"
    lists = ", ".join(f"{name}: [NAME]" for name in empty)
    yaml = f"{{override: {rule.id}, lists: {{{lists}}}}}"
    return (
        f"can't match, since its list {' and '.join(empty)} is empty: write `- {yaml}` "
        "in a .yml file of a folder of your own, and add that folder to GUARDSTREAM_RULES"
    )


def _list_names(rule: Rule) -> set[str]:
    return {name.lower() for query in rule.queries.values() for name in LIST_REFERENCE.findall(query)}


def _unknown_paths(rule: Rule, query: Query) -> list[tuple[str, ...]]:
    return [path for path in query.paths if path[0] != _WHOLE_EVENT and not is_known(rule.source, path)]

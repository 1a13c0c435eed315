"""Rules as a page for people: what there is, at which level, and which lists wait for an organisation's own values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from schemas.measure import LIST_REFERENCE
from schemas.rule import Level
from streams.core.rules.describe import describe
from streams.core.rules.queries import compile_rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.rule import Rule

LEVELS = get_args(Level)
_TECHNIQUE = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)", re.ASCII)


def rules_table(rules: Iterable[Rule], *, folder: str = "") -> str:
    """Markdown: a row a rule, ordered by id; ``folder`` is where links to the rules' files lead, such as ``rules/``."""
    head = ["| rule | level | what | fires | ATT&CK |", "| --- | --- | --- | --- | --- |"]
    rows = [
        _row([_link(rule, folder), levels(rule), rule.title, fires(rule), techniques(rule)]) for rule in _sorted(rules)
    ]
    return "\n".join([*head, *rows]) + "\n"


def lists_table(rules: Iterable[Rule], *, folder: str = "") -> str:
    """Markdown: the rules with empty lists, which an override fills, and what they do until then."""
    head = ["| rule | lists to fill | until then |", "| --- | --- | --- |"]
    rows = [
        _row([_link(rule, folder), ", ".join(names), until_filled(rule)])
        for rule in _sorted(rules)
        if (names := [f"`{name}`" for name, values in rule.lists.items() if not values])
    ]
    return "\n".join([*head, *rows]) + "\n"


def levels(rule: Rule) -> str:
    """The rule's level, and the lowest and highest that single events can get where they differ."""
    possible = sorted({rule.level, *(entry.level for entry in rule.levels)}, key=LEVELS.index)
    return rule.level if len(possible) == 1 else f"{rule.level} ({possible[0]} to {possible[-1]})"


def fires(rule: Rule) -> str:
    """When the rule fires, in words, and whether it is off."""
    return describe(rule.condition) + ("" if rule.enabled else "; off until enabled")


def techniques(rule: Rule) -> str:
    """The ATT&CK techniques of the rule's tags, as links."""
    found = [match.group(1).upper() for tag in rule.tags if (match := _TECHNIQUE.fullmatch(tag))]
    return ", ".join(f"[{name}](https://attack.mitre.org/techniques/{name.replace('.', '/')}/)" for name in found)


def until_filled(rule: Rule) -> str:
    """What a rule with empty lists does."""
    if not rule.enabled:
        return "is off"
    if any(not values for values in compile_rule(rule)[("query",)].required.values()):
        return "can't match"
    used = {name.lower() for name in LIST_REFERENCE.findall(rule.query)}
    in_query = any(not values and name.lower() in used for name, values in rule.lists.items())
    return (
        "works; what the list names makes it fire on more, or on less" if in_query else "works; levels don't know them"
    )


def _sorted(rules: Iterable[Rule]) -> list[Rule]:
    return sorted(rules, key=lambda rule: rule.id)


def _link(rule: Rule, folder: str) -> str:
    return f"[{rule.id}]({folder}{rule.id}.yml)"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

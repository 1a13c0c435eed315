"""From an applied set of rules to what holds: its changes put on its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from schemas.errors import Errors, GuardstreamError, Where
from streams.core.rules.entries import RuleFile, read_entries
from streams.core.rules.override import override_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemas.applied import AppliedRules, Change
    from schemas.rule import Rule


def in_order(applied: Iterable[AppliedRules]) -> list[AppliedRules]:
    """The sets that hold one after the other; each takes the place of those that were to hold from its instant on."""
    ordered: list[AppliedRules] = []
    for one in applied:
        while ordered and one.effective_from <= ordered[-1].effective_from:
            ordered.pop()
        ordered.append(one)
    return ordered


def without_orphans(rules: Iterable[Rule], changes: Iterable[Change]) -> tuple[list[Change], list[Change]]:
    """The changes of rules that are there, and those whose rule is gone; both in order."""
    known = {rule.id for rule in rules}
    kept: list[Change] = []
    orphans: list[Change] = []
    for change in changes:
        (kept if change.override.override in known else orphans).append(change)
    return kept, orphans


def rules_in_force(applied: AppliedRules) -> tuple[Rule, ...]:
    """The enabled rules of a set, with its changes; raises Errors for changes that fit no rule."""
    return tuple(rule for rule in changed_rules(applied.rules, applied.changes) if rule.enabled)


def changed_rules(rules: Sequence[Rule], changes: Sequence[Change]) -> tuple[Rule, ...]:
    """All rules, disabled ones too, with the changes put on them in order; raises Errors for those that fit none."""
    by_id = {rule.id: rule for rule in rules}
    errors: list[GuardstreamError] = []
    for place, change in enumerate(changes):
        rule = by_id.get(change.override.override)
        if rule is None:
            errors.append(GuardstreamError(f"change {place + 1}: there is no rule {change.override.override}"))
            continue
        written = change.override.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        text = orjson.dumps(written).decode()
        [entry], _ = read_entries(RuleFile(f"change {place + 1}", text))
        changed = override_rule(rule, change.override, entry)
        if isinstance(changed, list):
            # It was written in no file, so only which change it is helps to find it.
            errors += [GuardstreamError(one.message, Where(one.where.file, rule=rule.id)) for one in changed]
        else:
            by_id[rule.id] = changed
    if errors:
        raise Errors(errors)
    return tuple(by_id.values())

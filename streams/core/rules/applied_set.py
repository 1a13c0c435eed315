"""The rules that were applied, as commands show those of folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.core.rules.applied import changed_rules
from streams.core.rules.entries import Entry
from streams.core.rules.load import RuleSet
from streams.core.rules.origin import Origin
from streams.core.rules.undo import keys_of
from streams.core.rules.yaml_nodes import Place, YamlDocument

if TYPE_CHECKING:
    from schemas.applied import AppliedRules, Change
    from schemas.rule import Rule


def as_rule_set(applied: AppliedRules, folders: RuleSet, name: str) -> RuleSet:
    """The rules of a set with its changes, and their tests and places by the ``folders``.

    Those that no folder has are said to stand in ``name``.
    """
    rules = [_with_tests(rule, folders) for rule in changed_rules(applied.rules, applied.changes)]
    return RuleSet(
        rules=tuple(rule for rule in rules if rule.enabled),
        disabled=tuple(rule for rule in rules if not rule.enabled),
        measures=applied.measures,
        doubts=(),
        origins={rule.id: folders.origins.get(rule.id) or _nowhere(rule, name) for rule in rules},
    )


def _with_tests(rule: Rule, folders: RuleSet) -> Rule:
    origin = folders.origins.get(rule.id)
    return rule.model_copy(update={"tests": origin.defined.tests}) if origin else rule


def _nowhere(rule: Rule, name: str) -> Origin:
    document = YamlDocument(values={(): Place(1, 1)})
    return Origin(Entry(name, {"id": rule.id}, document, ()), rule)


def undone_by(change: Change, rule: Rule) -> list[str]:
    """The commands that take back a change of a rule, which is given with all changes."""
    queries = [entry.query for entry in rule.exceptions]
    return [
        *(
            f"guardstream rules except {rule.id} --remove {len(queries) - queries[::-1].index(entry.query)}"
            for entry in change.override.exceptions
        ),
        *(f"guardstream rules override {rule.id} --clear {key}" for key in keys_of(change) if key != "exceptions"),
    ]

"""What changes from one set of rules to another, for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.rule import Rule

_NOT_COMPARED = frozenset({"tests"})


@dataclass(frozen=True, slots=True)
class Difference:
    """Rules by id: new ones, those that are gone, and of those that changed the keys that did."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unchanged: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def difference(before: Iterable[Rule], after: Iterable[Rule]) -> Difference:
    """Compare the rules in force; a disabled rule is not there."""
    old = {rule.id: rule for rule in before if rule.enabled}
    new = {rule.id: rule for rule in after if rule.enabled}
    keys = {rule_id: _changed_keys(old[rule_id], new[rule_id]) for rule_id in sorted(old.keys() & new.keys())}
    changed = {rule_id: names for rule_id, names in keys.items() if names}
    return Difference(
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        changed=changed,
        unchanged=len(old.keys() & new.keys()) - len(changed),
    )


def _changed_keys(old: Rule, new: Rule) -> tuple[str, ...]:
    before, after = (rule.model_dump(mode="json", by_alias=True, exclude=set(_NOT_COMPARED)) for rule in (old, new))
    return tuple(key for key in after if before[key] != after[key])

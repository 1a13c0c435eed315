"""What rules remember about groups between windows: the open alert, since when a condition holds, what was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schemas.rule import Rule
    from streams.core.windows.partials import Group

Memory = dict[str, Any]
"""As JSON can hold it; a memory is replaced, never changed. Its keys are those of whoever writes it."""
MemoryKey = tuple[str, "Group"]
"""(name of the rule's memory, group)"""


def memory_of(rule: Rule) -> str:
    """The name under which a rule remembers: each kind of condition remembers something else."""
    return f"{rule.id}/{rule.condition.type}"


class Memories:
    """All memories of one partition of groups, by rule and group; they know what changed since the last flush."""

    def __init__(self) -> None:
        self._rules: dict[str, dict[Group, Memory]] = {}
        self.changed: dict[MemoryKey, Memory | None] = {}
        """What a memory was before it changed for the first time since the last flush."""

    def of(self, rule: str) -> Mapping[Group, Memory]:
        """A rule's memories by group; don't change them while you walk through."""
        return self._rules.get(rule, {})

    def rules(self) -> list[str]:
        """Rules that remember something."""
        return list(self._rules)

    def get(self, rule: str, group: Group) -> Memory | None:
        """One memory."""
        return self._rules.get(rule, {}).get(group)

    def set(self, rule: str, group: Group, memory: Memory | None) -> None:
        """Take a memory's place; None and an empty one forget it."""
        groups = self._rules.setdefault(rule, {})
        before = groups.get(group)
        if before == (memory or None):
            if not groups:
                del self._rules[rule]
            return
        self.changed.setdefault((rule, group), before)
        if memory:
            groups[group] = memory
        else:
            del groups[group]
            if not groups:
                del self._rules[rule]

    def place(self, rule: str, group: Group, memory: Memory) -> None:
        """Put back what was restored."""
        self._rules.setdefault(rule, {})[group] = memory

    def take_changed(self) -> dict[MemoryKey, Memory | None]:
        """What has changed since this was asked last, and what it was then."""
        changed, self.changed = self.changed, {}
        return changed

    def __iter__(self) -> Iterator[tuple[MemoryKey, Memory]]:
        for rule, groups in self._rules.items():
            for group, memory in groups.items():
                yield (rule, group), memory

    def __len__(self) -> int:
        return sum(map(len, self._rules.values()))

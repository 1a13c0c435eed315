"""Where a rule comes from: the entry that defines it, and those that override it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.core.rules.validate import present

if TYPE_CHECKING:
    from schemas.errors import Where
    from schemas.rule import Rule, RuleOverride, RuleTest
    from streams.core.rules.entries import Entry
    from streams.core.rules.yaml_nodes import Loc


@dataclass(frozen=True, slots=True)
class Change:
    """An override: its entry, what it says, and the tests in it."""

    entry: Entry
    override: RuleOverride

    @property
    def keys(self) -> list[str]:
        """What it changes, as written."""
        return [key for key in self.entry.data if key not in {"override", "tests"}]

    @property
    def tests(self) -> tuple[RuleTest, ...]:
        """Its tests, of the rule as it is with all overrides."""
        return self.override.tests


@dataclass(frozen=True, slots=True)
class Origin:
    """The entry of a rule, the rule as that defines it, and the overrides of it in the order of their folders."""

    entry: Entry
    defined: Rule
    overrides: tuple[Change, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of them, the definition first."""
        return (self.entry, *(change.entry for change in self.overrides))

    def where(self, loc: Loc = ()) -> Where:
        """The place of a part of the rule as it is now, or of the nearest thing around it."""
        entry, inside = self._source(loc)
        return entry.where(present(entry.data, inside))

    def _source(self, loc: Loc) -> tuple[Entry, Loc]:
        """The entry that says what stands at a location of the rule, and the location in that entry."""
        if not loc or loc[0] == "tests":
            return self.entry, loc
        if loc[0] == "exceptions" and len(loc) > 1 and isinstance(place := loc[1], int):
            for entry in self.entries:
                own = entry.data.get("exceptions") or ()
                if place < len(own):
                    return entry, ("exceptions", place, *loc[2:])
                place -= len(own)
        # What a rule nests in its condition, an override has at its top.
        flat = loc[1:] if loc[0] == "condition" else loc
        for change in reversed(self.overrides):
            if flat and len(present(change.entry.data, flat)) == len(flat):
                return change.entry, flat
        return self.entry, loc

"""Load rules and measures from the texts of their files: everything that is wrong is reported at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from schemas.errors import Errors, GuardstreamError
from schemas.rule import Rule, RuleOverride
from streams.core.rules.cases import one_window_errors
from streams.core.rules.doubt import Finding, in_file_order
from streams.core.rules.entries import Entry, RuleFile, in_order, read_entries, without_repeats
from streams.core.rules.likeness import near
from streams.core.rules.lint import lint_rule
from streams.core.rules.measure_files import load_measures, read_measures
from streams.core.rules.named_fields import field_errors
from streams.core.rules.origin import Change, Origin
from streams.core.rules.override import override_rule
from streams.core.rules.queries import query_errors
from streams.core.rules.validate import validate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schemas.measure import Measure

__all__ = ["RuleFile", "RuleSet", "load_measures", "load_rules"]

Folder = Sequence[RuleFile]
_MOST_NAMED = 5
ASLEEP = "overridden-but-disabled"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What the engine runs: enabled and disabled rules by id, measures by name, and what keeps rules from their work.

    ``origins`` says of each rule, by id, where it comes from.
    """

    rules: tuple[Rule, ...]
    disabled: tuple[Rule, ...]
    measures: tuple[Measure, ...]
    doubts: tuple[Finding, ...]
    origins: Mapping[str, Origin] = field(default_factory=dict)

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """Enabled and disabled rules, by id."""
        return tuple(sorted((*self.rules, *self.disabled), key=lambda rule: rule.id))

    @property
    def warnings(self) -> tuple[str, ...]:
        """The doubts, a readable line each."""
        return tuple(f"{doubt.rule}: {doubt.message}" for doubt in self.doubts)


def load_rules(folders: Sequence[Folder], measures: Sequence[Folder] = ()) -> RuleSet:
    """The rules of all folders, later folders overriding earlier ones, and the measures of theirs.

    Raises Errors with everything that is wrong in any file.
    """
    loading = _Loading()
    for folder in folders:
        loading.read_rules(folder)
    loading.answer_orphans()
    counted, errors = read_measures(measures)
    if problems := [*loading.errors, *errors]:
        raise Errors(in_order(problems))
    rules = [loading.rules[rule_id] for rule_id in sorted(loading.rules)]
    enabled = tuple(rule for rule in rules if rule.enabled)
    disabled = tuple(rule for rule in rules if not rule.enabled)
    doubts = in_file_order([*_idle(enabled, loading.origins), *_asleep(disabled, loading.origins)])
    return RuleSet(enabled, disabled, counted, tuple(doubts), loading.origins)


def _idle(rules: Iterable[Rule], origins: Mapping[str, Origin]) -> Iterator[Finding]:
    for rule in rules:
        for doubt in lint_rule(rule):
            yield Finding(origins[rule.id].where(doubt.loc), rule.id, doubt.code, doubt.severity, doubt.message)


def _asleep(rules: Iterable[Rule], origins: Mapping[str, Origin]) -> Iterator[Finding]:
    """Rules that are off, and an override changes them all the same."""
    for rule in rules:
        overrides = origins[rule.id].overrides
        if any("enabled" not in change.entry.data for change in overrides):
            where = overrides[-1].entry.where(("override",), of_key=True)
            message = "is overridden, but it is disabled: add `enabled: true` to the override"
            yield Finding(where, rule.id, ASLEEP, "warning", message)


@dataclass(slots=True)
class _Loading:
    """What was read so far. ``places`` also knows rules that can't be used, so that one mistake is one error."""

    rules: dict[str, Rule] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    places: dict[str, Entry] = field(default_factory=dict)
    orphans: list[tuple[str, Entry]] = field(default_factory=list)
    errors: list[GuardstreamError] = field(default_factory=list)

    def read_rules(self, folder: Folder) -> None:
        """Read a folder: first its own rules, then its overrides, whatever the order of its files."""
        earlier = set(self.places)
        overrides: dict[str, Entry] = {}
        for file in folder:
            entries, problems = read_entries(file)
            self.errors += problems
            for entry in entries:
                if "override" not in entry.data:
                    self.define(entry, earlier)
                elif isinstance(name := entry.data["override"], str) and name in overrides:
                    place = overrides[name].where(("override",)).place
                    self.complain(entry, f"this folder overrides it already, in {place}: put both into one", "override")
                else:
                    overrides[str(name)] = entry
        for entry in overrides.values():
            self.change(entry)

    def define(self, entry: Entry, earlier: set[str]) -> None:
        rule = validate(Rule, entry)
        if (name := entry.name) in self.places:
            place = self.places[name].where(("id",)).place
            remedy = f"write `override: {name}` to change that rule" if name in earlier else "choose another"
            self.complain(entry, f"this id is taken, in {place}: {remedy}", "id")
        elif name is not None:
            self.places[name] = entry
        refused = rule if isinstance(rule, list) else []
        self.errors += without_repeats(refused, [*query_errors(entry), *field_errors(entry)])
        if isinstance(rule, Rule):
            self.errors += one_window_errors(entry, rule.condition, rule.tests)
        if isinstance(rule, Rule) and rule.id not in self.rules:
            self.rules[rule.id] = rule
            self.origins[rule.id] = Origin(entry, rule)

    def change(self, entry: Entry) -> None:
        override = validate(RuleOverride, entry)
        if isinstance(override, list):
            self.errors += override
            return
        if (rule := self.rules.get(override.override)) is None:
            # A rule that is there, but wrong, has its errors already.
            if override.override not in self.places:
                self.orphans.append((override.override, entry))
            return
        changed = override_rule(rule, override, entry)
        if isinstance(changed, list):
            self.errors += changed
            return
        self.errors += query_errors(entry, changed.lists)
        self.errors += one_window_errors(entry, changed.condition, override.tests)
        self.rules[rule.id] = changed
        origin = self.origins[rule.id]
        self.origins[rule.id] = replace(origin, overrides=(*origin.overrides, Change(entry, override)))

    def answer_orphans(self) -> None:
        """Complain of overrides of rules that are not there, or come later; all folders are known now."""
        for name, entry in self.orphans:
            if (later := self.places.get(name)) is not None:
                place = later.where(("id",)).place
                self.complain(
                    entry,
                    f"this rule comes from a later folder ({place}): name that folder before this one in "
                    "GUARDSTREAM_RULES, or move this override there",
                    "override",
                )
            else:
                hint = near(name, self.places) or self._known(name)
                self.complain(entry, f"there is no rule {name}{hint}", "override")

    def _known(self, name: str) -> str:
        if len(self.places) <= _MOST_NAMED:
            return f"; those that are there: {', '.join(sorted(self.places)) or 'none'}"
        close = get_close_matches(name, sorted(self.places), n=_MOST_NAMED, cutoff=0.0)
        return f"; among those that are there: {', '.join(close)}"

    def complain(self, entry: Entry, message: str, key: str) -> None:
        self.errors.append(GuardstreamError(message, entry.where((key,))))

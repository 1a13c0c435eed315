"""Load rules and measures from the texts of their files: everything that is wrong is reported at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from schemas.errors import Errors, GuardstreamError
from schemas.measure import GroupBy, Measure
from schemas.rule import Rule, RuleOverride
from streams.core.rules.entries import Entry, RuleFile, read_entries
from streams.core.rules.fields import PARSED, is_known, near, unknown_field
from streams.core.rules.lint import lint_rule
from streams.core.rules.override import override_rule
from streams.core.rules.queries import query_errors
from streams.core.rules.validate import validate

__all__ = ["RuleFile", "RuleSet", "load_measures", "load_rules"]

Folder = Sequence[RuleFile]
_GROUP_BY: TypeAdapter[GroupBy] = TypeAdapter(GroupBy)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What the engine runs: enabled and disabled rules by id, measures by name, and warnings, a readable line each."""

    rules: tuple[Rule, ...]
    disabled: tuple[Rule, ...]
    measures: tuple[Measure, ...]
    warnings: tuple[str, ...]


def load_rules(folders: Sequence[Folder], measures: Sequence[Folder] = ()) -> RuleSet:
    """The rules of all folders, later folders overriding earlier ones, and the measures of theirs.

    Raises Errors with everything that is wrong in any file.
    """
    loading = _Loading()
    for folder in folders:
        loading.read_rules(folder)
    counted, errors = _measures(measures)
    if problems := [*loading.errors, *errors]:
        raise Errors(sorted(problems, key=_place))
    rules = [loading.rules[rule_id] for rule_id in sorted(loading.rules)]
    enabled = tuple(rule for rule in rules if rule.enabled)
    warnings = tuple(f"{rule.id}: {warning}" for rule in enabled for warning in lint_rule(rule))
    disabled = tuple(rule for rule in rules if not rule.enabled)
    asleep = tuple(
        f"{rule.id}: is overridden, but it is disabled: add `enabled: true` to the override"
        for rule in disabled
        if rule.id in loading.changed_asleep
    )
    return RuleSet(enabled, disabled, counted, (*warnings, *asleep))


def load_measures(folders: Sequence[Folder]) -> tuple[Measure, ...]:
    """The measures of all folders by name; raises Errors with everything that is wrong in any file."""
    measures, errors = _measures(folders)
    if errors:
        raise Errors(sorted(errors, key=_place))
    return measures


def _place(error: GuardstreamError) -> tuple[str, int, int]:
    return error.where.file or "", error.where.line or 0, error.where.column or 0


def _measures(folders: Sequence[Folder]) -> tuple[tuple[Measure, ...], list[GuardstreamError]]:
    measures: dict[str, tuple[Measure, Entry]] = {}
    errors: list[GuardstreamError] = []
    for file in (file for folder in folders for file in folder):
        entries, problems = read_entries(file)
        errors += problems
        for entry in entries:
            measure = validate(Measure, entry)
            errors += [*query_errors(entry), *_group_errors(entry)]
            if isinstance(measure, list):
                errors += measure
                continue
            if (first := measures.get(measure.name)) is None:
                measures[measure.name] = measure, entry
            else:
                place = first[1].where(("name",))
                errors.append(GuardstreamError(f"there is a measure {measure.name} already, in {place}", entry.where()))
    return tuple(measures[name][0] for name in sorted(measures)), errors


def _group_errors(entry: Entry) -> list[GuardstreamError]:
    """Group keys that events of the source can't have, in what is written."""
    source = next((known for known in PARSED if known == entry.data.get("source")), None)
    spelling = "group-by" if "group-by" in entry.data else "group_by"
    try:
        keys = _GROUP_BY.validate_python(entry.data.get(spelling, ()))
    except ValidationError:
        return []
    return [
        GuardstreamError(f"group-by: {unknown_field(source, key.path)}", entry.where((spelling, place)))
        for place, key in enumerate(keys)
        if source and not (all(key.path) and is_known(source, key.path))
    ]


@dataclass(slots=True)
class _Loading:
    """What was read so far. ``places`` also knows rules that can't be used, so that one mistake is one error."""

    rules: dict[str, Rule] = field(default_factory=dict)
    places: dict[str, Entry] = field(default_factory=dict)
    changed_asleep: set[str] = field(default_factory=set)
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
                    place = overrides[name].where(("override",), of_key=True)
                    self.complain(entry, f"this folder overrides {name} already, in {place}: put both into one")
                else:
                    overrides[str(name)] = entry
        for entry in overrides.values():
            self.change(entry)

    def define(self, entry: Entry, earlier: set[str]) -> None:
        rule = validate(Rule, entry)
        if (name := entry.name) in self.places:
            place = self.places[name].where(("id",))
            remedy = f"write `override: {name}` in place of `id`" if name in earlier else "choose another id"
            self.complain(entry, f"there is a rule {name} already, in {place}: {remedy}")
        elif name is not None:
            self.places[name] = entry
        self.errors += [*query_errors(entry), *_group_errors(entry)]
        if isinstance(rule, list):
            self.errors += rule
        else:
            self.rules.setdefault(rule.id, rule)

    def change(self, entry: Entry) -> None:
        override = validate(RuleOverride, entry)
        if isinstance(override, list):
            self.errors += override
            return
        if (rule := self.rules.get(override.override)) is None:
            if override.override not in self.places:
                hint = near(override.override, self.places) or ": `guardstream rules check` lists the rules that are"
                self.complain(entry, f"there is no rule {override.override}{hint}")
            return
        changed = override_rule(rule, override, entry)
        if isinstance(changed, list):
            self.errors += changed
            return
        self.errors += query_errors(entry, changed.lists)
        self.rules[rule.id] = changed
        if override.enabled is None:
            self.changed_asleep.add(rule.id)

    def complain(self, entry: Entry, message: str) -> None:
        self.errors.append(GuardstreamError(message, entry.where()))

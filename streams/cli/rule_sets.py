"""What the commands of `guardstream rules` share: which rules are loaded, and which of them are meant."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from schemas.errors import Errors, GuardstreamError, Where
from streams.adapters.applied_rules import read_applied
from streams.adapters.event_files import read_event_files
from streams.adapters.rule_files import holds_rules, read_rules
from streams.core.rules.applied_set import as_rule_set
from streams.core.rules.likeness import near
from streams.core.rules.load import RuleSet, load_rules
from streams.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.applied import AppliedRules
    from schemas.rule import Rule
    from streams.core.rules.cases import Case
    from streams.core.rules.doubt import Finding
    from streams.core.rules.load import RuleFile
    from streams.core.rules.origin import Origin
    from streams.settings import Settings

STYLES = {"warning": "yellow", "note": "dim"}


AppliedOption = Annotated[
    bool, typer.Option("--applied", help="The rules that were applied last, with their changes; asks the broker.")
]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The rules of all folders, and which of them the arguments of a command mean: all, if there were none."""

    settings: Settings
    folders: tuple[Path, ...]
    rule_set: RuleSet
    paths: tuple[Path, ...]
    ids: frozenset[str]
    applied: AppliedRules | None = None
    """The set whose rules these are, where they are not those of the folders."""

    def means_file(self, file: str | None) -> bool:
        """Whether a file is one that the arguments name, or in a folder that they name."""
        resolved = Path(file or "").resolve()
        return any(resolved == path or path in resolved.parents for path in self.paths)

    @property
    def all_meant(self) -> bool:
        """Whether no argument chooses."""
        return not self.paths and not self.ids

    def means(self, rule_id: str, file: str | None) -> bool:
        """Whether what stands in this file about this rule is meant."""
        return self.all_meant or rule_id in self.ids or self.means_file(file)

    def means_rule(self, rule_id: str) -> bool:
        """Whether anything about this rule is meant: what defines it, or what overrides it."""
        return any(self.means(rule_id, entry.file) for entry in self.rule_set.origins[rule_id].entries)

    def origin(self, rule: Rule) -> Origin:
        """Where a rule comes from."""
        return self.rule_set.origins[rule.id]


def load(arguments: Sequence[str] = (), *, applied: bool = False, may_be_empty: bool = False) -> Loaded:
    """Load the folders of GUARDSTREAM_RULES, and after them the folders and files among the arguments.

    Arguments that are neither have to be ids of rules. With ``applied`` the rules are those that were applied last, of
    which a broker is asked. Raises Errors with everything that is wrong; a folder without a rule is, unless it
    ``may_be_empty``.
    """
    settings = load_settings()
    names = [name for name in arguments if not (Path(name).exists() or "/" in name or holds_rules(Path(name)))]
    paths = [Path(name) for name in arguments if name not in names]
    folders = [*settings.rules]
    for path in paths:
        if path.is_dir() and not _holds(folders, path):
            folders.append(path)
    alone = [path for path in paths if not path.is_dir() and not (_holds(folders, path) and path.exists())]
    rule_set = _load([*folders, *alone], settings.measures)
    if not may_be_empty:
        refuse_empty([path for path in paths if path.is_dir()])
    held = _applied(settings) if applied else None
    if held is not None:
        rule_set = as_rule_set(held, rule_set, settings.topics().rules)
    _know(names, rule_set)
    resolved = tuple(path.resolve() for path in paths)
    return Loaded(settings, tuple(folders), rule_set, resolved, frozenset(names), held)


def refuse_empty(folders: Sequence[Path]) -> None:
    """Raise Errors for folders that somebody names, and that have no rule: another one was meant."""
    empty = [folder for folder in folders if not read_rules(folder)[0]]
    if empty:
        message = "no rule is in this folder: rules are in files named *.yml or *.yaml"
        raise Errors([GuardstreamError(message, Where(file=str(folder))) for folder in empty])


def _applied(settings: Settings) -> AppliedRules:
    history = read_applied(settings)
    if not history:
        message = "nothing was applied yet, so workers judge by the rules of their folders: leave out --applied"
        raise GuardstreamError(message)
    return history[-1]


def _holds(folders: Sequence[Path], path: Path) -> bool:
    return any(path.resolve().is_relative_to(folder.resolve()) for folder in folders)


def _load(rules: Sequence[Path], measures: Sequence[Path]) -> RuleSet:
    """Load what can be read; what can't be read and what is wrong in the rest is told at once."""
    problems: list[GuardstreamError] = []
    read: list[list[RuleFile]] = []
    for path in (*rules, *measures):
        files, unread = read_rules(path)
        read.append(files)
        problems += unread
    try:
        rule_set = load_rules(read[: len(rules)], read[len(rules) :])
    except Errors as errors:
        raise Errors([*problems, *errors.errors]) from None
    if problems:
        raise Errors(problems)
    return rule_set


def _know(names: Sequence[str], rule_set: RuleSet) -> None:
    unknown = [name for name in names if name not in rule_set.origins]
    if unknown:
        raise Errors(
            [
                GuardstreamError(f"{name} is no folder, no file and no rule{near(name, rule_set.origins)}")
                for name in unknown
            ]
        )


def read_test_files(loaded: Loaded, cases: Sequence[Case]) -> list[dict[str, bytes]]:
    """For each case the files that it takes events from; raises Errors for all that can't be read."""
    read = [read_event_files(case.files(), loaded.folders) for case in cases]
    if problems := [problem for _, found in read for problem in found]:
        raise Errors(problems)
    return [files for files, _ in read]


def shown_path(file: str | None) -> str:
    """A path as people read it: from the folder where they are, if it is below that."""
    path = Path(file or "").absolute()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def finding_line(finding: Finding) -> Text:
    """A doubt about a rule in one line, with its place."""
    where = finding.where
    place = f"{shown_path(where.file)}:{where.line}:{where.column}: "
    severity = (f"{finding.severity}: ", STYLES[finding.severity])
    return Text.assemble(place, severity, f"{finding.rule}: {finding.message} ", (f"[{finding.code}]", "dim"))

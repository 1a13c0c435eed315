"""`guardstream rules apply`: rules that change while workers run, and what other commands that do so share."""

from __future__ import annotations

import time
from pathlib import Path  # noqa: TC003 - typer evaluates it.
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from schemas.applied import AppliedRules, Change
from schemas.errors import GuardstreamError
from streams.adapters.applied_rules import publish, read_applied
from streams.adapters.rule_files import read_folder
from streams.cli.console import out
from streams.cli.instants import clock, parse_coming
from streams.cli.rule_sets import refuse_empty
from streams.core.plural import counted
from streams.core.rules.applied import changed_rules, rules_in_force, without_orphans
from streams.core.rules.difference import Difference, difference
from streams.core.rules.load import load_rules
from streams.core.rules.override import whole
from streams.core.rules.plan import make_plan
from streams.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.rule import Rule
    from streams.core.rules.load import RuleSet

MINUTE_MS = 60_000
LEAD_MS = 60_000
"""How long before it holds a set of rules is applied, at least: every worker has then read it."""

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]
At = Annotated[
    str | None, typer.Option(help="When it is to hold from: 10m from now, or 2026-11-24T07:00:00Z; a minute at least.")
]


def apply(
    folders: Annotated[list[Path] | None, typer.Argument(help="Folders after those of GUARDSTREAM_RULES.")] = None,
    at: At = None,
    *,
    dry_run: DryRun = False,
    drop_changes: Annotated[
        bool, typer.Option("--drop-changes", help="Undo what `except` and `override` changed.")
    ] = False,
) -> None:
    """Let workers judge by the rules of the folders, from the next minute but one on, without a restart."""
    settings = load_settings()
    loaded = load_all(settings, folders or [])
    before = latest(settings)
    changes = before.changes if before and not drop_changes else ()
    kept, orphans = without_orphans(loaded.all_rules, changes)
    known = changed_rules(before.rules, before.changes) if before else load_all(settings, []).rules
    put(settings, before, make_set(loaded, kept, at), known, dry_run=dry_run)
    for change in kept:
        out().print(Text(f"kept: {told(change)}", style="dim"))
    for change in orphans:
        out().print(Text(f"dropped, since its rule is gone: {told(change)}", style="yellow"))


def latest(settings: Settings) -> AppliedRules | None:
    """The set that was applied last, which may be about to hold; None where there is none."""
    history = read_applied(settings)
    return history[-1] if history else None


def load_all(settings: Settings, folders: Sequence[Path]) -> RuleSet:
    """The rules and measures of the settings' folders, and of more folders after them."""
    known = {folder.resolve() for folder in settings.rules}
    added = [folder for folder in folders if folder.resolve() not in known]
    read = [read_folder(folder) for folder in (*settings.rules, *added)]
    refuse_empty(added)
    return load_rules(read, [read_folder(folder) for folder in settings.measures])


def make_set(loaded: RuleSet, changes: Sequence[Change], at: str | None) -> AppliedRules:
    """The rules of folders and changes of them, to hold from an instant on."""
    # Tests are for the folder; workers have no use for them.
    rules = tuple(rule.model_copy(update={"tests": ()}) for rule in (*loaded.rules, *loaded.disabled))
    return AppliedRules(effective_from=instant_of(at), rules=rules, measures=loaded.measures, changes=tuple(changes))


def instant_of(at: str | None) -> int:
    """The whole minute from which a set holds."""
    now = int(time.time() * 1000)
    earliest = -(-(now + LEAD_MS) // MINUTE_MS) * MINUTE_MS
    if at is None:
        return earliest
    asked = -(-parse_coming(at, now) // MINUTE_MS) * MINUTE_MS
    if asked < earliest:
        message = f"rules can hold from {clock(earliest)} on, no sooner: workers have to read them before"
        raise GuardstreamError(message)
    return asked


def put(
    settings: Settings, before: AppliedRules | None, after: AppliedRules, known: Sequence[Rule], *, dry_run: bool
) -> None:
    """Apply a set in place of the one ``before``, and say what differs from the rules that are ``known`` to hold."""
    rules = changed_rules(after.rules, after.changes)
    make_plan(rules_in_force(after), after.measures)
    differs = difference(known, rules)
    if before is None:
        out().print("Nothing was applied before: what differs is told against the rules of GUARDSTREAM_RULES.")
    _print_difference(differs)
    measures_differ = before is not None and before.measures != after.measures
    if before is not None and not differs and not measures_differ:
        out().print("Nothing changes; nothing was applied.")
        return
    if dry_run:
        out().print("Nothing was applied, as you asked.")
        return
    publish(settings, after)
    if before is not None and before.effective_from > after.effective_from:
        # A set takes the place of those that were to hold later, and has what they changed.
        out().print(f"With it holds what was to hold from {clock(before.effective_from)} on.")
    seconds = max(0, after.effective_from - int(time.time() * 1000)) // 1000
    out().print(f"Applied: holds from {clock(after.effective_from)} on, in {seconds} s, in every worker.")


def _print_difference(differs: Difference) -> None:
    for rule_id in differs.added:
        out().print(Text(f"+ {rule_id}", style="green"))
    for rule_id in differs.removed:
        out().print(Text(f"- {rule_id}  (its open alerts are resolved)", style="red"))
    for rule_id, keys in differs.changed.items():
        out().print(Text(f"~ {rule_id}  {', '.join(keys)}", style="yellow"))
    stay = "stays as it is" if differs.unchanged == 1 else "stay as they are"
    out().print(f"{counted(differs.unchanged, 'rule')} {stay}.")


def told(change: Change) -> str:
    """A change in one line: the rule, what is different, and why, since when and by whom."""
    written = change.override.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    excepted = written.pop("exceptions", [])
    what = [f"{key}: {whole(value)}" for key, value in written.items() if key != "override"]
    what += [" until ".join(filter(None, (f"except {one['query']}", one.get("until")))) for one in excepted]
    by = f", {change.owner}" if change.owner else ""
    return f"{change.override.override}: {', '.join(what)} ({change.reason}; {change.at.replace('+00:00', 'Z')}{by})"

"""`guardstream rules apply`, `except` and `override`: rules that change while workers run."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer evaluates it.
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer
from rich.text import Text

from schemas.applied import AppliedRules, Change
from schemas.errors import Errors, GuardstreamError
from schemas.rule import Level, RuleOverride
from streams.adapters.applied_rules import publish, read_applied
from streams.adapters.rule_files import read_folder
from streams.cli.console import out
from streams.cli.instants import clock, parse_coming
from streams.cli.rule_effect import WEEK, Preview, Since, show_effect
from streams.core.plural import counted
from streams.core.rules.applied import changed_rules, rules_in_force, without_orphans
from streams.core.rules.difference import Difference, difference
from streams.core.rules.entries import RuleFile, read_entries
from streams.core.rules.load import load_rules
from streams.core.rules.override import whole
from streams.core.rules.plan import make_plan
from streams.core.rules.validate import validate
from streams.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.rule import Rule
    from streams.core.rules.load import RuleSet
    from streams.core.rules.yaml_nodes import Loc

MINUTE_MS = 60_000
LEAD_MS = 60_000
"""How long before it holds a set of rules is applied, at least: every worker has then read it."""

_OPTIONS: Mapping[Loc, str] = {
    ("override",): "ID", ("exceptions", 0, "query"): "QUERY", ("exceptions", 0, "reason"): "--reason",
    ("exceptions", 0, "until"): "--until", ("exceptions", 0, "owner"): "--owner", ("threshold",): "--threshold",
    ("window",): "--window", ("minimum",): "--minimum", ("level",): "--level",
}  # fmt: skip

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
    history = read_applied(settings)
    before = history[-1] if history else None
    changes = before.changes if before and not drop_changes else ()
    kept, orphans = without_orphans(loaded.all_rules, changes)
    _apply(settings, before, _set(loaded, kept, at), loaded, dry_run=dry_run)
    for change in kept:
        out().print(Text(f"kept: {told(change)}", style="dim"))
    for change in orphans:
        out().print(Text(f"dropped, since its rule is gone: {told(change)}", style="yellow"))


def except_(  # noqa: PLR0913, PLR0917 - each is an option of the command
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="The rule.")],
    query: Annotated[str, typer.Argument(help="The events that the rule shall leave alone.")],
    reason: Annotated[str, typer.Option(help="Why; whoever looks at it later wants to know.")],
    until: Annotated[str | None, typer.Option(help="The day from which it holds no more: 2027-01-31.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who can be asked.")] = None,
    at: At = None,
    since: Since = WEEK,
    *,
    dry_run: DryRun = False,
    preview: Preview = False,
) -> None:
    """Quiet a noisy rule: events that QUERY picks are left alone, and counted as such."""
    entry = {"query": query, "reason": reason, "until": until, "owner": owner}
    given = {key: value for key, value in entry.items() if value is not None}
    change = _read_change(rule_id, {"exceptions": [given]}, reason, owner)
    _change(change, at, dry_run=dry_run, preview=since if preview else None)


def override(  # noqa: PLR0913, PLR0917 - each is an option of the command
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="The rule.")],
    reason: Annotated[str, typer.Option(help="Why; whoever looks at it later wants to know.")],
    threshold: Annotated[float | None, typer.Option(help="Another threshold.")] = None,
    window: Annotated[str | None, typer.Option(help="Another window, such as 30m.")] = None,
    minimum: Annotated[int | None, typer.Option(help="Another minimum of a ratio.")] = None,
    level: Annotated[Level | None, typer.Option(help="Another level.")] = None,
    *,
    enabled: Annotated[bool | None, typer.Option("--enable/--disable", help="Whether the rule is in use.")] = None,
    trial: Annotated[bool | None, typer.Option("--try/--in-earnest", help="Alert on another topic only.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who can be asked.")] = None,
    at: At = None,
    since: Since = WEEK,
    dry_run: DryRun = False,
    preview: Preview = False,
) -> None:
    """Change a rule without touching its file; it stays changed when rules are applied from folders again."""
    asked = {
        "threshold": threshold, "window": window, "minimum": minimum, "level": level, "enabled": enabled,
        "dry-run": trial,
    }  # fmt: skip
    given = {key: value for key, value in asked.items() if value is not None}
    if not given:
        message = "say what is to change: --threshold, --window, --minimum, --level, --disable, --try"
        raise GuardstreamError(message)
    _change(_read_change(rule_id, given, reason, owner), at, dry_run=dry_run, preview=since if preview else None)


def _change(change: Change, at: str | None, *, dry_run: bool, preview: str | None) -> None:
    """Put a change on what holds; with ``preview`` only say what it would have done since then."""
    settings = load_settings()
    loaded = load_all(settings, [])
    history = read_applied(settings)
    before = history[-1] if history else None
    earlier = before.changes if before else ()
    if (same := next((one for one in earlier if one.override == change.override), None)) is not None:
        out().print(Text(f"Nothing changes; it holds already: {told(same)}"))
        return
    changed = [*earlier, change]
    if before is None:
        after = _set(loaded, changed, at)
    else:
        after = before.model_copy(update={"effective_from": _instant(at), "changes": tuple(changed)})
    if preview is not None:
        known = changed_rules(before.rules, before.changes) if before else loaded.rules
        show_effect(settings, known, changed_rules(after.rules, after.changes), preview)
        return
    _apply(settings, before, after, loaded, dry_run=dry_run)


def _read_change(rule_id: str, what: dict[str, Any], reason: str, owner: str | None) -> Change:
    if not reason.strip():
        message = "--reason is empty: say why, for whoever asks in a year"
        raise GuardstreamError(message)
    [entry], _ = read_entries(RuleFile("", orjson.dumps({"override": rule_id, **what}).decode()))
    written = validate(RuleOverride, entry, names=_OPTIONS)
    if isinstance(written, list):
        # What was given on the command line has no line and column.
        raise Errors([GuardstreamError(error.message) for error in written])
    now = datetime.now(UTC)
    for exception in written.exceptions or ():
        if not exception.holds_at(int(now.timestamp() * 1000)):
            message = f"--until {exception.until}: that day has come, so it would hold for nothing"
            raise GuardstreamError(message)
    return Change(override=written, reason=reason, owner=owner, at=clock(int(now.timestamp() * 1000)))


def load_all(settings: Settings, folders: Sequence[Path]) -> RuleSet:
    """The rules and measures of the settings' folders, and of more folders after them."""
    known = {folder.resolve() for folder in settings.rules}
    added = [folder for folder in folders if folder.resolve() not in known]
    return load_rules(
        [read_folder(folder) for folder in (*settings.rules, *added)],
        [read_folder(folder) for folder in settings.measures],
    )


def _set(loaded: RuleSet, changes: Sequence[Change], at: str | None) -> AppliedRules:
    # Tests are for the folder; workers have no use for them.
    rules = tuple(rule.model_copy(update={"tests": ()}) for rule in (*loaded.rules, *loaded.disabled))
    return AppliedRules(effective_from=_instant(at), rules=rules, measures=loaded.measures, changes=tuple(changes))


def _instant(at: str | None) -> int:
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


def _apply(
    settings: Settings, before: AppliedRules | None, after: AppliedRules, loaded: RuleSet, *, dry_run: bool
) -> None:
    rules = changed_rules(after.rules, after.changes)
    make_plan(rules_in_force(after), after.measures)
    known: Sequence[Rule] = changed_rules(before.rules, before.changes) if before else loaded.rules
    differs = difference(known, rules)
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

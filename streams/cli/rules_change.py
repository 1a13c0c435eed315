"""`guardstream rules except` and `override`: one rule changed while workers run, without its file, and changed back."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer
from rich.text import Text

from schemas.applied import Change
from schemas.errors import Errors, GuardstreamError
from schemas.rule import Level, RuleOverride
from streams.cli.console import out
from streams.cli.instants import clock
from streams.cli.rule_effect import WEEK, Preview, Since, show_effect
from streams.cli.rules_apply import At, DryRun, instant_of, latest, load_all, make_set, put, told
from streams.core.query import QueryError
from streams.core.rules.applied import changed_rules
from streams.core.rules.entries import RuleFile, read_entries
from streams.core.rules.likeness import near
from streams.core.rules.queries import compiled
from streams.core.rules.undo import without_exception, without_key
from streams.core.rules.validate import validate
from streams.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from schemas.applied import AppliedRules
    from schemas.rule import Rule
    from streams.core.rules.load import RuleSet
    from streams.core.rules.yaml_nodes import Loc
    from streams.settings import Settings

    Alter = Callable[[Sequence[Change], Rule], list[Change]]

_OPTIONS: Mapping[Loc, str] = {
    ("override",): "ID", ("exceptions", 0, "query"): "QUERY", ("exceptions", 0, "reason"): "--reason",
    ("exceptions", 0, "until"): "--until", ("exceptions", 0, "owner"): "--owner", ("threshold",): "--threshold",
    ("window",): "--window", ("minimum",): "--minimum", ("level",): "--level",
}  # fmt: skip
"""What people call the parts of a change that they give on the command line."""

Owner = Annotated[str | None, typer.Option(help="Who can be asked.")]
Why = Annotated[str, typer.Option(help="Why; whoever looks at it later wants to know.")]


def except_(  # noqa: PLR0913, PLR0917 - each is an option of the command
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="The rule.")],
    query: Annotated[
        str | None, typer.Argument(metavar="QUERY", help="The events that the rule shall leave alone.")
    ] = None,
    reason: Why = "",
    until: Annotated[str | None, typer.Option(help="The day from which it holds no more: 2027-01-31.")] = None,
    owner: Owner = None,
    remove: Annotated[
        str | None,
        typer.Option(metavar="QUERY|NUMBER", help="Take back an exception; `rules explain ID --applied` numbers them."),
    ] = None,
    at: At = None,
    since: Since = WEEK,
    *,
    dry_run: DryRun = False,
    preview: Preview = False,
) -> None:
    """Quiet a noisy rule: events that QUERY picks are left alone, and counted as such."""
    alter = partial(_alter, rule_id, at, dry_run=dry_run, preview=since if preview else None)
    if (query is None) == (remove is None):
        message = "say which events are to be left alone, as a QUERY, or which exception to take back, by --remove"
        raise GuardstreamError(message)
    if remove is not None:
        which = remove.strip()
        alter(lambda changes, rule: without_exception(changes, rule, which), note=reason.strip())
        return
    entry = {"query": query, "reason": reason, "until": until, "owner": owner}
    given = {key: value for key, value in entry.items() if value is not None}
    alter(change=_read_change(rule_id, {"exceptions": [given]}, reason, owner))


def override(  # noqa: PLR0913, PLR0917 - each is an option of the command
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="The rule.")],
    reason: Why = "",
    threshold: Annotated[float | None, typer.Option(help="Another threshold.")] = None,
    window: Annotated[str | None, typer.Option(help="Another window, such as 30m.")] = None,
    minimum: Annotated[int | None, typer.Option(help="Another minimum of a ratio.")] = None,
    level: Annotated[Level | None, typer.Option(help="Another level.")] = None,
    *,
    enabled: Annotated[bool | None, typer.Option("--enable/--disable", help="Whether the rule is in use.")] = None,
    trial: Annotated[bool | None, typer.Option("--try/--in-earnest", help="Alert on another topic only.")] = None,
    clear: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="Take back what was changed: threshold, ..., enabled or dry-run (of --try)."),
    ] = None,
    owner: Owner = None,
    at: At = None,
    since: Since = WEEK,
    dry_run: DryRun = False,
    preview: Preview = False,
) -> None:
    """Change a rule without touching its file; it stays changed when rules are applied from folders again."""
    alter = partial(_alter, rule_id, at, dry_run=dry_run, preview=since if preview else None)
    asked = {
        "threshold": threshold, "window": window, "minimum": minimum, "level": level, "enabled": enabled,
        "dry-run": trial,
    }  # fmt: skip
    given = {key: value for key, value in asked.items() if value is not None}
    if bool(given) == (clear is not None):
        message = "say what is to change: --threshold, --window, --minimum, --level, --disable, --try; or --clear KEY"
        raise GuardstreamError(message)
    if clear is not None:
        alter(lambda changes, rule: without_key(changes, rule.id, clear), note=reason.strip())
        return
    alter(change=_read_change(rule_id, given, reason, owner))


def _alter(  # noqa: PLR0913 - what both commands ask for
    rule_id: str,
    at: str | None,
    undo: Alter | None = None,
    *,
    change: Change | None = None,
    note: str = "",
    dry_run: bool,
    preview: str | None,
) -> None:
    """Put a change on what holds, or take one back; with ``preview`` only say what it would have done since then."""
    settings = load_settings()
    loaded = load_all(settings, [])
    before = _before(settings, [] if change is None else _mistakes(change, loaded))
    earlier = before.changes if before else ()
    known = changed_rules(before.rules, earlier) if before else loaded.all_rules
    rule = _find(known, rule_id, loaded)
    if change is not None:
        same = next((one for one in earlier if one.override == change.override), None)
        if same is not None:
            out().print(Text(f"Nothing changes; it holds already: {told(same)}"))
            return
    changed = undo(earlier, rule) if undo else [*earlier, *([change] if change else [])]
    after = before or make_set(loaded, changed, at)
    after = after.model_copy(update={"effective_from": instant_of(at), "changes": tuple(changed), "note": note})
    if preview is not None:
        show_effect(settings, known, changed_rules(after.rules, after.changes), preview)
        return
    put(settings, before, after, known, dry_run=dry_run)


def _before(settings: Settings, mistakes: list[GuardstreamError]) -> AppliedRules | None:
    """What was applied last; where no broker says it, what is wrong by the folders is told beside that."""
    try:
        return latest(settings)
    except GuardstreamError as error:
        if not mistakes:
            raise
        raise Errors([*mistakes, error]) from None


def _mistakes(change: Change, loaded: RuleSet) -> list[GuardstreamError]:
    """What is wrong with a change of a rule as the folders have it; those that were applied may have it otherwise.

    Raises QueryError for a query that no rule could have.
    """
    rule_id = change.override.override
    rule = next((rule for rule in loaded.all_rules if rule.id == rule_id), None)
    lists = {name: frozenset(values) for name, values in rule.lists.items()} if rule else {}
    for entry in change.override.exceptions:
        try:
            compiled(entry.query, lists)
        except QueryError:
            # A rule that only was applied may have the list that is asked for.
            if rule is not None or "@" not in entry.query:
                raise
    if rule is None:
        return [_unknown(rule_id, loaded.all_rules)]
    try:
        changed_rules(loaded.all_rules, [change])
    except Errors as errors:
        return [GuardstreamError(error.message) for error in errors.errors]
    return []


def _find(known: Sequence[Rule], rule_id: str, loaded: RuleSet) -> Rule:
    rule = next((rule for rule in known if rule.id == rule_id), None)
    if rule is None and any(rule.id == rule_id for rule in loaded.all_rules):
        message = f"the rule {rule_id} is in the folders, but was not applied yet: `guardstream rules apply` does that"
        raise GuardstreamError(message)
    if rule is None:
        raise _unknown(rule_id, known)
    return rule


def _unknown(rule_id: str, known: Sequence[Rule]) -> GuardstreamError:
    hint = near(rule_id, [rule.id for rule in known]) or "; `guardstream rules list` lists them"
    return GuardstreamError(f"there is no rule {rule_id}{hint}")


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

"""`guardstream rules explain`: everything about one rule."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from streams.cli.alert_views import LEVEL_STYLES
from streams.cli.console import Format, FormatOption, out, print_json
from streams.cli.instants import clock
from streams.cli.rule_sets import AppliedOption, load
from streams.cli.rules_apply import told
from streams.core.rules.applied_set import undone_by
from streams.core.rules.explain import explain_rule
from streams.core.rules.undo import of_rule

if TYPE_CHECKING:
    from schemas.applied import AppliedRules
    from schemas.rule import Rule
    from streams.core.rules.explain import Part


def explain(
    what: Annotated[list[str], typer.Argument(metavar="FOLDER|FILE|ID", help="The rule's id; or all rules of these.")],
    *,
    applied: AppliedOption = False,
    output: FormatOption = Format.TEXT,
) -> None:
    """Tell all about a rule: what to do when it fires, what makes it fire, and where it comes from.

    A folder beside an ID is loaded after those of GUARDSTREAM_RULES; a folder alone has all its rules explained.
    """
    loaded = load(what, applied=applied)
    # A folder beside an id is where that rule stands, or what changes it.
    chosen = loaded.ids or {rule.id for rule in loaded.rule_set.all_rules if loaded.means_rule(rule.id)}
    rules = [rule for rule in loaded.rule_set.all_rules if rule.id in chosen]
    for number, rule in enumerate(rules):
        parts = explain_rule(rule, loaded.origin(rule), datetime.now(UTC).date())
        if loaded.applied:
            parts.append(("applied", _applied(loaded.applied, rule)))
        if output is Format.JSON:
            print_json({"id": rule.id, "level": rule.level, **{heading or "about": lines for heading, lines in parts}})
            continue
        if number:
            out().print()
        _print(rule, parts)


def _applied(applied: AppliedRules, rule: Rule) -> list[str]:
    """From when it holds, and what commands changed of it, with the command that takes each change back."""
    holds = "holds" if applied.effective_from <= time.time() * 1000 else "will hold"
    lines = [f"{holds} from {clock(applied.effective_from)} on"]
    for change in of_rule(applied.changes, rule.id):
        lines.append(f"changed: {told(change).removeprefix(f'{rule.id}: ')}")
        lines += [f"  taken back by `{command}`" for command in undone_by(change, rule)]
    return lines


def _print(rule: Rule, parts: list[Part]) -> None:
    console = out()
    console.print(Text.assemble((rule.id, "bold"), "  ", (rule.level, LEVEL_STYLES.get(rule.level, ""))))
    for heading, lines in parts:
        console.print(Text(heading, style="bold"))
        indent = "  " if heading else ""
        for line in lines:
            style = "yellow" if line.startswith("warning:") else ""
            console.print(Text(f"{indent}{line}".rstrip(), style=style), soft_wrap=True)

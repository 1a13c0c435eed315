"""`guardstream rules list`: the rules, a row each."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from schemas.measure import Source  # noqa: TC001 - Typer reads the annotations
from schemas.rule import Level  # noqa: TC001 - as above
from streams.cli.alert_views import LEVEL_STYLES
from streams.cli.console import Format, FormatOption, out, print_json
from streams.cli.rule_sets import AppliedOption, load
from streams.cli.rules_apply import told
from streams.cli.tables import print_table
from streams.core.plural import counted
from streams.core.rules.overview import RuleRow, Wanted, list_rules
from streams.core.rules.undo import of_rule

_STATES: dict[str, str] = {"on": "", "disabled": "dim", "dry run": "cyan"}


def list_(  # noqa: PLR0913 - what rules can be chosen by
    what: Annotated[
        list[str] | None, typer.Argument(metavar="FOLDER|FILE|ID", help="Which rules to list; default: all.")
    ] = None,
    *,
    level: Annotated[Level | None, typer.Option(help="Only rules whose alerts can have this level.")] = None,
    source: Annotated[Source | None, typer.Option(help="Only rules over this source.")] = None,
    tag: Annotated[str | None, typer.Option(help="Only rules with this tag or one below, such as attack.t1562")] = None,
    disabled: Annotated[bool, typer.Option("--disabled", help="Only rules that are off.")] = False,
    applied: AppliedOption = False,
    output: FormatOption = Format.TEXT,
) -> None:
    """List the rules: when they fire, whether they are in use, their tests and exceptions."""
    loaded = load(what or [], applied=applied)
    rows = [
        row
        for row in list_rules(loaded.rule_set, Wanted(level, source, tag, disabled), datetime.now(UTC).date())
        if loaded.means(row.id, row.file)
    ]
    changes = loaded.applied.changes if loaded.applied else ()
    if output is Format.JSON:
        for row in rows:
            print_json({**asdict(row), "state": row.state, "changes": [told(one) for one in of_rule(changes, row.id)]})
        return
    print_table(
        ("rule", "level", "source", "title", "fires", "status", "tests", "exceptions", ""),
        [_cells(row, changed=bool(of_rule(changes, row.id))) for row in rows],
        styles=[_STATES[row.state] for row in rows],
    )
    on = sum(row.enabled for row in rows)
    out().print(f"\n{counted(len(rows), 'rule')}, {on:,} of them in use")


def _cells(row: RuleRow, *, changed: bool) -> tuple[str | Text, ...]:
    over = any(entry.expired for entry in row.exceptions)
    exceptions = Text(", ".join(entry.ends for entry in row.exceptions), style="yellow" if over else "")
    state = ", ".join(["changed"] * changed + [row.state] * (row.state != "on"))
    level = Text(row.level, style=LEVEL_STYLES.get(row.level, ""))
    return row.id, level, row.source, row.title, row.condition, row.status, str(row.tests), exceptions, state

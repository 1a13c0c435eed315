"""`guardstream rules`: whether rules and measures can be loaded, and what they say."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path  # noqa: TC003  # Typer reads the annotations.
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from streams.adapters.rule_files import read_folder
from streams.cli import rules_apply, rules_import, rules_preview
from streams.cli.alert_views import LEVEL_STYLES
from streams.cli.console import Format, FormatOption, out, print_json
from streams.core.rules.check import check_rules
from streams.core.rules.load import load_rules
from streams.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="The rules that decide what alerts.")
app.command()(rules_apply.apply)
app.command("except")(rules_apply.except_)
app.command("import")(rules_import.import_rules)
app.command()(rules_apply.override)
app.command()(rules_preview.preview)


@app.callback()
def _group() -> None:
    """The rules that decide what alerts."""


@app.command()
def check(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Folders to load after those of GUARDSTREAM_RULES.")
    ] = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Load all rules and measures, and print what they say and what is doubtful; exit 2 with all errors."""
    settings = load_settings()
    known = {folder.resolve() for folder in settings.rules}
    added = [folder for folder in folders or [] if folder.resolve() not in known]
    rule_set = load_rules(
        [read_folder(folder) for folder in (*settings.rules, *added)],
        [read_folder(folder) for folder in settings.measures],
    )
    checked = check_rules(rule_set)
    if output is Format.JSON:
        for rule in checked:
            print_json(asdict(rule))
        return
    table = Table("rule", "level", "fires on", box=None, pad_edge=False)
    for rule in checked:
        off = "" if rule.enabled else " (disabled)"
        table.add_row(rule.id, Text(rule.level, style=LEVEL_STYLES.get(rule.level, "")), rule.condition + off)
    out().print(table)
    out().print(f"\n{len(rule_set.rules)} rules and {len(rule_set.measures)} measures are in use.")
    for warning in rule_set.warnings:
        out().print(Text(f"warning: {warning}", style="yellow"), soft_wrap=True)

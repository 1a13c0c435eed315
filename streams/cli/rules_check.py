"""`guardstream rules check`: whether rules and measures can be loaded, and what they say."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path  # noqa: TC003  # Typer reads the annotations.
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from streams.cli.alert_views import LEVEL_STYLES
from streams.cli.console import Format, FormatOption, out, print_json
from streams.cli.rule_sets import finding_line, load, read_test_files
from streams.core.plural import counted
from streams.core.rules.cases import cases_of
from streams.core.rules.check import check_rules


def check(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Folders to load after those of GUARDSTREAM_RULES.")
    ] = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Load all rules and measures, and print what they say and what is doubtful; exit 2 with all errors."""
    loaded = load([f"{folder}/" for folder in folders or []])
    rule_set = loaded.rule_set
    read_test_files(loaded, cases_of(rule_set))
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
    rules, measures = counted(len(rule_set.rules), "rule"), counted(len(rule_set.measures), "measure")
    out().print(f"\nIn use: {rules} and {measures}.")
    for doubt in rule_set.doubts:
        out().print(finding_line(doubt), soft_wrap=True)

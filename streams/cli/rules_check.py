"""`guardstream rules check`: whether rules and measures can be loaded, and what they say."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path  # noqa: TC003  # Typer reads the annotations.
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from streams.adapters.rule_files import read_rules
from streams.cli.alert_views import LEVEL_STYLES
from streams.cli.console import Format, FormatOption, out, print_json
from streams.cli.rule_sets import finding_line, load, read_test_files
from streams.cli.tables import print_table
from streams.core.plural import counted
from streams.core.rules.cases import cases_of
from streams.core.rules.check import CheckedRule, check_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.cli.rule_sets import Loaded


def check(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders to load after those of GUARDSTREAM_RULES; what is told is of their rules."),
    ] = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Load all rules and measures, and print what they say and what is doubtful; exit 2 with all errors."""
    loaded = load([f"{folder}/" for folder in folders or []])
    checked = check_rules(loaded.rule_set)
    meant = [rule for rule in checked if loaded.means_rule(rule.id)]
    read_test_files(loaded, [case for case in cases_of(loaded.rule_set) if loaded.means_rule(case.rule.id)])
    if output is Format.JSON:
        for rule in meant:
            print_json(asdict(rule))
        return
    print_table(("rule", "level", "fires on"), map(_cells, meant))
    if others := len(checked) - len(meant):
        out().print(f"and {counted(others, 'rule')} that these folders do not touch; without FOLDERS all are told")
    in_use = loaded.rule_set
    rules, measures = counted(len(in_use.rules), "rule"), counted(len(in_use.measures), "measure")
    out().print(f"\nIn use: {rules} and {measures}.")
    for line in _doubts(loaded):
        out().print(line, soft_wrap=True)


def _doubts(loaded: Loaded) -> Iterator[Text]:
    """What is doubtful about the rules that are told, and folders of the settings that have none."""
    yield from (finding_line(doubt) for doubt in loaded.rule_set.doubts if loaded.means_rule(doubt.rule))
    for folder in loaded.settings.rules:
        if not read_rules(folder)[0]:
            yield Text(f"warning: no rule is in {folder}, which GUARDSTREAM_RULES names", style="yellow")


def _cells(rule: CheckedRule) -> tuple[str | Text, ...]:
    off = "" if rule.enabled else " (disabled)"
    return rule.id, Text(rule.level, style=LEVEL_STYLES.get(rule.level, "")), rule.condition + off

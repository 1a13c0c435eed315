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
from streams.cli.rule_sets import load
from streams.cli.tables import print_table
from streams.core.rules.check import CheckedRule, check_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

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
    if output is Format.JSON:
        for rule in meant:
            print_json(asdict(rule))
        return
    print_table(("rule", "level", "fires on"), map(_cells, meant))
    if others := len(checked) - len(meant):
        out().print(f"and {others} rules that these folders do not touch; without FOLDERS all are told")
    in_use = loaded.rule_set
    out().print(f"\n{len(in_use.rules)} rules and {len(in_use.measures)} measures are in use.")
    for warning in _warnings(loaded, {rule.id for rule in meant}):
        out().print(Text(f"warning: {warning}", style="yellow"), soft_wrap=True)


def _warnings(loaded: Loaded, told: Collection[str]) -> Iterator[str]:
    """What is doubtful about the rules that are told, and folders of the settings that have none."""
    yield from (warning for warning in loaded.rule_set.warnings if warning.partition(":")[0] in told)
    for folder in loaded.settings.rules:
        if not read_rules(folder)[0]:
            yield f"no rule is in {folder}, which GUARDSTREAM_RULES names"


def _cells(rule: CheckedRule) -> tuple[str | Text, ...]:
    off = "" if rule.enabled else " (disabled)"
    return rule.id, Text(rule.level, style=LEVEL_STYLES.get(rule.level, "")), rule.condition + off

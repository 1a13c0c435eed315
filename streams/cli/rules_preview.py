"""`guardstream rules preview`: what `rules apply` would do to the alerts, before it is done."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer evaluates it.
from typing import Annotated

import typer

from streams.cli.console import Format, FormatOption
from streams.cli.rule_effect import WEEK, Since, show_effect
from streams.cli.rules_apply import latest, load_all
from streams.core.rules.applied import changed_rules, without_orphans
from streams.settings import load_settings


def preview(
    folders: Annotated[list[Path] | None, typer.Argument(help="Folders after those of GUARDSTREAM_RULES.")] = None,
    since: Since = WEEK,
    *,
    drop_changes: Annotated[
        bool, typer.Option("--drop-changes", help="Without what `except` and `override` changed.")
    ] = False,
    output: FormatOption = Format.TEXT,
) -> None:
    """Say which alerts the rules of the folders would have added, removed and changed, and apply nothing.

    `rules except` and `rules override` have `--preview`, which says it of a single change.
    """
    settings = load_settings()
    loaded = load_all(settings, folders or [])
    before = latest(settings)
    known = changed_rules(before.rules, before.changes) if before else load_all(settings, []).rules
    kept, _ = without_orphans(loaded.all_rules, before.changes if before and not drop_changes else ())
    show_effect(settings, known, changed_rules(loaded.all_rules, kept), since, output)

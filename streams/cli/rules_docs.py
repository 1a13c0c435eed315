"""`guardstream rules docs`: the rules as a page to read."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from typing import Annotated

import typer

from schemas.errors import GuardstreamError
from streams.cli.rule_sets import load
from streams.core.rules.handbook import handbook


def docs(
    what: Annotated[
        list[str] | None, typer.Argument(metavar="FOLDER|FILE|ID", help="Which rules to write of; default: all.")
    ] = None,
    target: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to write; default: standard output.")
    ] = None,
) -> None:
    """Write a handbook in Markdown: a table of the rules, and of each what it finds and what to do."""
    loaded = load(what or [])
    rules = [rule for rule in loaded.rule_set.all_rules if loaded.means(rule.id, loaded.origin(rule).entry.file)]
    text = handbook(rules)
    if target is None:
        sys.stdout.write(text)
        return
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"{target} can't be written: {error.strerror}"
        raise GuardstreamError(message) from error

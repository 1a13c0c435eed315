"""`guardstream rules schema`: the JSON Schemas of rule files, for editors."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from schemas.published.rule_files import schema_text


def schema(
    what: Annotated[Literal["rule", "override", "measure"], typer.Option(help="Which kind of file.")] = "rule",
) -> None:
    """Print the JSON Schema by which an editor completes and checks files of rules, overrides or measures.

    Of a rule file it also takes overrides, which may stand among rules.
    """
    sys.stdout.write(schema_text(what))

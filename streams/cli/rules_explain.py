"""`guardstream rules explain`: everything about one rule."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from streams.cli.alert_views import LEVEL_STYLES
from streams.cli.console import Format, FormatOption, out, print_json
from streams.cli.rule_sets import find_rule, load
from streams.core.rules.explain import explain_rule


def explain(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="The rule's id.")], output: FormatOption = Format.TEXT
) -> None:
    """Tell all about one rule: what to do when it fires, what makes it fire, and where it comes from."""
    loaded = load()
    rule = find_rule(loaded, rule_id)
    parts = explain_rule(rule, loaded.origin(rule), datetime.now(UTC).date())
    if output is Format.JSON:
        print_json({"id": rule.id, "level": rule.level, **{heading or "about": lines for heading, lines in parts}})
        return
    console = out()
    console.print(Text.assemble((rule.id, "bold"), "  ", (rule.level, LEVEL_STYLES.get(rule.level, ""))))
    for heading, lines in parts:
        console.print(Text(heading, style="bold"))
        indent = "  " if heading else ""
        for line in lines:
            style = "yellow" if line.startswith("warning:") else ""
            console.print(Text(f"{indent}{line}".rstrip(), style=style), soft_wrap=True)

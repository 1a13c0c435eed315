"""`guardstream rules`: all that is done with rules before a worker reads them. Each command is a file of its own."""

from __future__ import annotations

import typer

from streams.cli.rules_apply import apply
from streams.cli.rules_change import except_, override
from streams.cli.rules_check import check
from streams.cli.rules_docs import docs
from streams.cli.rules_explain import explain
from streams.cli.rules_import import import_rules
from streams.cli.rules_lint import lint
from streams.cli.rules_list import list_
from streams.cli.rules_preview import preview
from streams.cli.rules_schema import schema
from streams.cli.rules_test import run_tests

app = typer.Typer(no_args_is_help=True, help="The rules that decide what alerts.")


@app.callback()
def _group() -> None:
    """The rules that decide what alerts."""


app.command()(check)
app.command("test")(run_tests)
app.command()(lint)
app.command("list")(list_)
app.command()(explain)
app.command()(docs)
app.command()(schema)
app.command("import")(import_rules)
app.command()(apply)
app.command("except")(except_)
app.command()(override)
app.command()(preview)

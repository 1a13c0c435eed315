"""The command line: every command group is joined to it here."""

from __future__ import annotations

from importlib.metadata import version as installed_version

import typer

from streams.cli import (
    alerts,
    broker,
    counts,
    dashboard,
    dead_letters,
    demo,
    doctor,
    events,
    ingest,
    query,
    replay,
    report,
    rules,
    tag,
    topics,
    worker,
)
from streams.cli.console import Commands

app = typer.Typer(
    name="guardstream",
    cls=Commands,
    help="Guards an AWS estate: GuardDuty findings and CloudTrail records in, exact counts and alerts out.",
    no_args_is_help=True,
    # Plain: panels squeeze types and defaults into columns that cut them, and call each flag a <bool>.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo.demo)
app.add_typer(broker.app, name="broker")
app.add_typer(topics.app, name="topics")
app.command()(ingest.ingest)
app.command()(worker.worker)
app.command()(dashboard.dashboard)
app.command()(report.report)
app.add_typer(alerts.app, name="alerts")
app.command()(counts.counts)
app.command(context_settings={"ignore_unknown_options": True})(events.events)
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(rules.app, name="rules")
app.command()(replay.replay)
app.add_typer(tag.app, name="tag")
app.add_typer(query.app, name="query")
app.command()(doctor.doctor)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(installed_version("guardstream"))

"""`guardstream alerts`: list them, watch them, look at one, judge one again."""

from __future__ import annotations

import time
from typing import Annotated

import typer
from rich.text import Text

from schemas.alert import Status  # noqa: TC001 - typer evaluates it.
from schemas.errors import GuardstreamError
from schemas.rule import Level  # noqa: TC001 - typer evaluates it.
from streams.adapters.topic_reader import read_topic
from streams.cli import alerts_explain, alerts_related
from streams.cli.alert_views import COLUMNS, LEVEL_STYLES, Alert, Chosen, full, newest, read_alert, row
from streams.cli.console import Format, FormatOption, out, print_json
from streams.cli.instants import parse_instant
from streams.cli.tables import print_pairs, print_table
from streams.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True, help="The alerts that were raised.")
app.command()(alerts_explain.explain)
app.command()(alerts_related.related)


@app.command("list")
def list_(  # noqa: PLR0913  # Each is an option of the command.
    *,
    rule: Annotated[str | None, typer.Option(help="Only this rule's.")] = None,
    level: Annotated[Level | None, typer.Option(help="Only of this level.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only in this state.")] = None,
    since: Annotated[str | None, typer.Option(help="Started since: 30m, 2h, 7d ago, or 2026-11-24T07:00:00Z.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the newest so many.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Those of rules that are only tried.")] = False,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on, printing each version of an alert as it comes.")
    ] = False,
    output: FormatOption = Format.TEXT,
) -> None:
    """List the alerts, oldest first, each in its newest version."""
    settings = load_settings()
    since_ms = parse_instant(since, int(time.time() * 1_000)) if since else None
    chosen = Chosen(rule, level, status, since_ms)
    topic = settings.topics().dry_run_alerts if dry_run else settings.topics().alerts
    if follow:
        _follow(settings, topic, chosen, output)
        return
    alerts = newest(message.value for message in read_topic(settings, topic))
    shown = [alert for alert in alerts if chosen.takes(alert)]
    shown = shown[-limit:] if limit else shown
    if output is Format.JSON:
        for alert in shown:
            print_json(alert)
    elif shown:
        rows = [[Text(cell, style=LEVEL_STYLES.get(cell, "")) for cell in row(alert)] for alert in shown]
        print_table(COLUMNS, rows, whole=4)
    else:
        out().print(f"no alert{'' if not alerts else f' of {len(alerts)} is such a one'}")


@app.command()
def show(
    alert_id: Annotated[str, typer.Argument(help="The alert's id, or the beginning of it.")],
    output: FormatOption = Format.TEXT,
) -> None:
    """Show everything about one alert: the rule, what was measured against what, the evidence, the runbook."""
    settings = load_settings()
    topics = settings.topics()
    found: list[Alert] = []
    for topic in (topics.alerts, topics.dry_run_alerts):
        alerts = newest(message.value for message in read_topic(settings, topic))
        found += [alert for alert in alerts if alert["alert_id"].startswith(alert_id)]
    exact = [alert for alert in found if alert["alert_id"] == alert_id] or found
    if len(exact) != 1:
        message = f"{len(exact)} alerts begin with {alert_id!r}" if exact else f"no alert has the id {alert_id!r}"
        message += "; `guardstream alerts list` shows their ids"
        raise GuardstreamError(message)
    if output is Format.JSON:
        print_json(exact[0])
        return
    print_pairs(full(exact[0]))


def _follow(settings: Settings, topic: str, chosen: Chosen, output: Format) -> None:
    for message in read_topic(settings, topic, until=lambda: False):
        alert = read_alert(message.value)
        if alert is None or not chosen.takes(alert):
            continue
        if output is Format.JSON:
            print_json(alert)
        else:
            print_line(alert)


def print_line(alert: Alert) -> None:
    """Print one alert on a line of its own."""
    number, started, level, status, rule, _group, summary = row(alert)
    line = Text.assemble(
        f"{started}  ",
        (f"{level:<13}", LEVEL_STYLES.get(level, "")),
        f" {status:<9} ",
        (rule, "bold"),
        f"  {summary}  ",
    )
    out().print(line + Text(number, style="dim"), soft_wrap=True)

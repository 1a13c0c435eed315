"""`guardstream topics`: create, check and list them."""

from __future__ import annotations

import typer
from rich.text import Text

from streams.adapters.broker_state import topic_states
from streams.adapters.topic_admin import check_topics, create_topics, plan_topics
from streams.cli.console import Format, FormatOption, out, print_json
from streams.cli.tables import print_table
from streams.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="The topics that guardstream reads and writes.")


@app.command()
def create() -> None:
    """Create every topic that is missing; those that exist are left alone."""
    settings = load_settings()
    created = create_topics(settings)
    if created:
        out().print(f"created {', '.join(created)}")
    else:
        out().print("every topic existed already")
    _report(check_topics(settings))


@app.command()
def check() -> None:
    """Check that every topic exists as it has to be; exit 1 if one does not."""
    settings = load_settings()
    problems = check_topics(settings)
    if not problems:
        out().print(f"all {len(plan_topics(settings))} topics are as they have to be")
    _report(problems)


@app.command("list")
def list_(output: FormatOption = Format.TEXT) -> None:
    """List the topics with their partitions, messages and how far the workers have still to read."""
    settings = load_settings()
    plan = plan_topics(settings)
    states = topic_states(settings, [topic.name for topic in plan])
    rows: list[tuple[str | Text, ...]] = []
    for topic in plan:
        state = states.get(topic.name)
        found = {
            "topic": topic.name,
            "exists": state is not None,
            "partitions": len(state.end) if state else 0,
            "messages": state.messages if state else 0,
            "lag": state.lag if state and state.committed else None,
        }
        if output is Format.JSON:
            print_json(found)
        elif state:
            lag = "-" if found["lag"] is None else f"{found['lag']:,}"
            rows.append((topic.name, str(found["partitions"]), f"{state.messages:,}", lag))
        else:
            rows.append((topic.name, Text("missing", style="red"), "", ""))
    if output is Format.TEXT:
        print_table(("topic", "partitions", "messages", "lag"), rows)


def _report(problems: list[str]) -> None:
    for problem in problems:
        out().print(f"[red]{problem}[/]", soft_wrap=True)
    if problems:
        raise typer.Exit(1)

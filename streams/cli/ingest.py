"""`guardstream ingest`: produce files, folders and standard input into the input topics."""

from __future__ import annotations

import sys
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from streams.adapters import ingest as adapter
from streams.adapters.sources import total_bytes
from streams.cli.console import Format, FormatOption, err, out, print_json
from streams.settings import load_settings


class Timestamps(StrEnum):
    """What a Kafka record's timestamp is."""

    NOW = "now"
    EVENT = "event"


def ingest(
    paths: Annotated[
        list[str], typer.Argument(help="Files (JSON lines, JSON, gzip), folders, or - for standard input.")
    ],
    topic: Annotated[str | None, typer.Option(help="Produce everything into this topic (default: by content).")] = None,
    rate: Annotated[float | None, typer.Option(min=0.001, help="At most so many events a second.")] = None,
    timestamps: Annotated[
        Timestamps, typer.Option(help="The record timestamp: now, or the event's own time (for history).")
    ] = Timestamps.NOW,
    output: FormatOption = Format.TEXT,
) -> None:
    """Produce events and give an account of what was read, produced and refused; exit 1 if anything was refused.

    JSON lines become a message a line; a large batch becomes several of the same shape. What can't be read is produced
    as it is, and the worker keeps it as a dead letter. In a folder, files whose name begins with a dot are left out.
    """
    settings = load_settings()
    options = adapter.Options(topic=topic, rate=rate, timestamps=timestamps.value)
    account = adapter.Account()
    try:
        with _bar() as bar:
            task = bar.add_task("", total=total_bytes(paths), what="reading")
            adapter.ingest(
                paths,
                settings,
                options,
                lambda now, name: bar.update(task, completed=now.taken_bytes, what=name),
                account,
            )
    finally:
        _print_account(account, output)
    if not account.complete:
        raise typer.Exit(1)


def _bar() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.fields[what]}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=err(), transient=True, disable=not sys.stderr.isatty())


def _print_account(account: adapter.Account, output: Format) -> None:
    if output is Format.JSON:
        print_json(
            {
                "files": account.files,
                "bytes": account.read_bytes,
                "messages": account.messages,
                "acknowledged": account.acknowledged,
                "events": dict(account.kinds),
                "topics": dict(account.topics),
                "unreadable": account.unreadable,
                "refused": [asdict(refused) for refused in account.refused],
                "failed": dict(account.failed),
            }
        )
        return
    for line in account_lines(account):
        out().print(line, soft_wrap=True, markup=False)


def account_lines(account: adapter.Account) -> list[str]:
    """Write the closing account as sentences, the most important first."""
    lines = [
        f"read      {account.files:,} file{'' if account.files == 1 else 's'}, {account.read_bytes:,} bytes",
        f"produced  {account.messages:,} messages ({_listed(account.topics) or 'none'})",
        f"          {account.acknowledged:,} of them acknowledged by Kafka",
        f"holding   {account.events:,} events ({_listed(account.kinds) or 'none'})",
    ]
    if account.unreadable:
        lines.append(
            f"          {account.unreadable:,} unreadable parts, produced as they are: they become dead letters"
        )
    lines += [f"failed    {number:,} messages: {why}" for why, number in account.failed.items()]
    lines += [f"refused   {refused.name}: {refused.why}" for refused in account.refused]
    return lines


def _listed(numbers: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in sorted(numbers.items(), key=lambda item: -item[1]))

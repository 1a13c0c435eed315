"""`guardstream query`: how a query is read, and what it finds in files."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.text import Text

from schemas.errors import GuardstreamError
from schemas.event import Kind
from schemas.measure import Source  # noqa: TC001 - Typer reads the annotations
from streams.adapters.account_file import read_accounts
from streams.adapters.sources import EMPTY, Refused, find_files, read_source
from streams.cli.console import WRONG, err, out
from streams.core.intake.search import Hit, Searcher
from streams.core.query import compile_query, explain
from streams.core.rules.fields import unknown_field, unknown_paths
from streams.settings import load_settings

NOTHING_FOUND = 1
# Of a file that is no JSON at all each line would be told.
MOST_NOTES = 10

# A query may begin with a minus; what looks like an option and is none is text.
_TAKES_SIGNS = {"ignore_unknown_options": True}

app = typer.Typer(no_args_is_help=True, help="How a query is read, and what it finds in files.")

QueryArgument = Annotated[str, typer.Argument(metavar="QUERY", help="The query; docs/query-language.md tells how.")]
ListOption = Annotated[
    list[str] | None,
    typer.Option("--list", metavar="NAME=FILE", help="A named list for field:@NAME: a file with one entry a line."),
]


class Searched(StrEnum):
    """Which events are searched."""

    FINDINGS = "findings"
    CLOUDTRAIL = "cloudtrail"
    OTHER = "other"


_KINDS = {
    Searched.FINDINGS: frozenset({Kind.FINDING}),
    Searched.CLOUDTRAIL: frozenset({Kind.CLOUDTRAIL}),
    Searched.OTHER: frozenset(Kind) - {Kind.FINDING, Kind.CLOUDTRAIL},
}


@app.command("explain", context_settings=_TAKES_SIGNS)
def explain_query(
    query: QueryArgument,
    named: ListOption = None,
    source: Annotated[
        Source | None, typer.Option(help="What is looked at: fields that it does not have are told.")
    ] = None,
) -> None:
    """Show how a query is read, which fields it needs, and what may not be meant; exit 2 if it can't be read."""
    compiled = compile_query(query, read_lists(named))
    lines = explain(compiled).splitlines()
    if source is not None:
        lines += [f"warning: {unknown_field(source, path)}" for path in unknown_paths(source, compiled)]
    for line in lines:
        out().print(Text(line, style="yellow" if line.startswith("warning:") else ""), soft_wrap=True)


@app.command(context_settings=_TAKES_SIGNS)
def run(
    query: QueryArgument,
    files: Annotated[
        list[str], typer.Argument(metavar="FILES...", help="Files (JSON lines, JSON, gzip), folders, or - for stdin.")
    ],
    named: ListOption = None,
    *,
    count: Annotated[bool, typer.Option("--count", help="Print only how many events match.")] = False,
    source: Annotated[Searched | None, typer.Option(help="Search only these events (default: all).")] = None,
) -> None:
    """Print the events in FILES that match, a JSON object a line. Exit 0: some do; 1: none does; 2: something is wrong.

    Takes every shape that `guardstream ingest` takes. Findings and CloudTrail records are searched as the stream sees
    them, with their parsed fields; other JSON objects as they are. What can't be read is told on standard error with
    file and line, the rest is searched all the same, and the exit code is 2 even if there were hits, as it is with
    grep. So is a file that is not there. An empty file is no error.

    Write -- before a query that begins with the name of an option.
    """
    accounts = read_accounts(load_settings().accounts)
    searcher = Searcher(query, read_lists(named), accounts, _KINDS[source] if source else None)
    search = _Search(searcher, printing=not count)
    for name in find_files(files):
        search.file(name)
    if count:
        typer.echo(search.hits)
    if search.failed:
        raise typer.Exit(WRONG)
    if not search.hits:
        raise typer.Exit(NOTHING_FOUND)


class _Search:
    """What was found so far, and whether anything could not be read."""

    def __init__(self, searcher: Searcher, *, printing: bool) -> None:
        self.hits = 0
        self.failed = False
        self._searcher = searcher
        self._printing = printing

    def file(self, name: str | Refused) -> None:
        """Search a file, and print as it goes."""
        notes = 0
        line = 1
        for block in [name] if isinstance(name, Refused) else read_source(name):
            if isinstance(block, Refused):
                if block.why != EMPTY:
                    self.failed = True
                    _tell(f"{block.name}: {block.why}")
                continue
            for found in self._searcher.search(block.data, line):
                if isinstance(found, Hit):
                    self._hit(found.document)
                    continue
                self.failed |= not found.searched
                notes += 1
                if notes <= MOST_NOTES:
                    _tell(f"{name}:{found.line}: {found.why}")
            line += block.data.count(b"\n")
            sys.stdout.flush()
        if notes > MOST_NOTES:
            _tell(f"{name}: the same in {notes - MOST_NOTES:,} more places")

    def _hit(self, document: dict[str, Any]) -> None:
        self.hits += 1
        if self._printing:
            sys.stdout.write(orjson.dumps(document).decode() + "\n")


def read_lists(named: list[str] | None) -> dict[str, frozenset[str]]:
    """Lists of ``NAME=FILE`` options by name: the lines of the files, without blanks around them and empty lines.

    Raises:
        GuardstreamError: if an option has another form, or its file can't be read as text.
    """
    lists: dict[str, frozenset[str]] = {}
    for option in named or []:
        name, sign, file = option.partition("=")
        if not name or not sign or not file:
            message = f"--list {option}: write --list NAME=FILE, for field:@NAME"
            raise GuardstreamError(message)
        try:
            lines = Path(file).read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
            message = f"the list {name} can't be read: {file}: {why}"
            raise GuardstreamError(message) from error
        lists[name] = frozenset(filter(None, (line.strip() for line in lines)))
    return lists


def _tell(message: str) -> None:
    err().print(Text(message), soft_wrap=True)

"""`guardstream events`: searches the enriched events in Kafka, and what else a principal, address or resource did."""

from __future__ import annotations

import sys
import time
from enum import StrEnum
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Annotated

import orjson
import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from schemas.errors import GuardstreamError
from streams.adapters.store.event_rows import read_event
from streams.adapters.store.series import digest
from streams.adapters.topic_reader import read_topic
from streams.cli.alert_views import LEVEL_STYLES
from streams.cli.console import Format, FormatOption, err, out, print_json
from streams.cli.instants import clock, parse_instant
from streams.cli.tables import Cell, print_table
from streams.core.board.pivots import Pivot, named, shared
from streams.core.board.search import Search
from streams.core.plural import counted
from streams.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.adapters.topic_reader import Message
    from streams.core.board.stored import EventRow
    from streams.settings import Settings

COLUMNS = ("time", "kind", "account", "region", "event", "how", "principal", "address", "resource", "id")
SLACK_MS = 600_000
"""So much may clocks differ: a record that came before an instant may tell of an event after it."""
EVERY = 1_000


class Kind(StrEnum):
    """Which events."""

    FINDINGS = "findings"
    RECORDS = "records"


class Same(StrEnum):
    """What events may have in common."""

    PRINCIPAL = "principal"
    ADDRESS = "address"
    RESOURCE = "resource"


def events(  # noqa: PLR0913 - each is an option of the command
    query: Annotated[str, typer.Argument(help="The query; docs/query-language.md tells how. Empty: all events.")] = "",
    *,
    since: Annotated[str, typer.Option(help="Events from: 30m, 2h, 7d ago, or 2026-11-24T07:00:00Z.")] = "24h",
    until: Annotated[str | None, typer.Option(help="Events before; written as --since.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only these (default: both).")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Only the newest so many.")] = 100,
    same: Annotated[Same | None, typer.Option(help="Only events with the same one as the event of --as.")] = None,
    like: Annotated[str | None, typer.Option("--as", metavar="EVENT_ID", help="An event's id, for --same.")] = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Search the enriched events in Kafka, the newest last, as a log has them; no dashboard is needed.

    Times are the events' own. `events --same principal --as ID` tells what else whoever it was did: all sessions of a
    role are the role.
    """
    if (same is None) != (like is None):
        message = "--same and --as belong together: guardstream events --same principal --as EVENT_ID"
        raise GuardstreamError(message)
    now_ms = int(time.time() * 1_000)
    span = (parse_instant(since, now_ms), parse_instant(until, now_ms) if until else None)
    looking = Search(query)
    settings = load_settings()
    topics = {Kind.FINDINGS: settings.topics().enriched_findings, Kind.RECORDS: settings.topics().enriched_cloudtrail}
    with _bar() as bar:
        wanted = None
        if same is not None and like is not None:
            wanted = _shared_by(_Reading(settings, [*topics.values()], span, bar), like, same.value)
        reading = _Reading(settings, [topics[kind]] if kind else [*topics.values()], span, bar)
        found = _newest(reading, looking, limit, same.value if same else None, wanted)
    _print(found, reading, output)


class _Reading:
    """Reads the events of a span (epoch ms) from topics, one after the other, and tells how far it is."""

    def __init__(self, settings: Settings, topics: list[str], span: tuple[int, int | None], bar: Progress) -> None:
        self.looked_at = self.unreadable = self.hits = 0
        self._settings = settings
        self._topics = topics
        self._since, self._until = span
        self._bar = bar

    def messages(self) -> Iterator[Message]:
        """Messages that came since then."""
        task = self._bar.add_task("", what="reading")
        read = 0
        for topic in self._topics:
            for message in read_topic(self._settings, topic, since_ms=max(0, self._since - SLACK_MS)):
                read += 1
                if read % EVERY == 0:
                    self._bar.update(task, what=f"{topic}: {read:,} messages, at {clock(message.timestamp_ms)}")
                yield message
        self._bar.remove_task(task)

    def events(self, holding: bytes = b"") -> Iterator[EventRow]:
        """Events whose own time lies in the span; only those whose text has ``holding`` in it."""
        for message in self.messages():
            if holding not in (message.value or b""):
                continue
            row = read_event(message)
            if row is None:
                self.unreadable += 1
            elif row.at_ms >= self._since and (self._until is None or row.at_ms < self._until):
                self.looked_at += 1
                yield row


def _shared_by(reading: _Reading, event_id: str, same: Pivot) -> frozenset[str]:
    """What an event has of a sort; raises GuardstreamError where there is no such event, or it has none."""
    quoted = event_id.encode()
    # Ids that JSON would escape are looked for in every event.
    for row in reading.events(quoted if event_id.isalnum() or event_id.replace("-", "").isalnum() else b""):
        if row.event_id == event_id:
            values = shared(row, same)
            if not values:
                message = f"the event {event_id} names no {same}"
                raise GuardstreamError(message)
            return values
    message = f"no event has the id {event_id} in this time; look further back with --since"
    raise GuardstreamError(message)


def _newest(
    reading: _Reading, looking: Search, limit: int, same: Pivot | None, wanted: frozenset[str] | None
) -> list[EventRow]:
    """The newest hits, in order of time; no more than ``limit`` are held at any time."""
    kept: list[tuple[int, int, EventRow]] = []
    held: set[str] = set()
    for row in reading.events():
        if same is not None and wanted is not None and not (shared(row, same) & wanted):
            continue
        if not looking.takes(row):
            continue
        # A worker that died has written some a second time.
        mark = digest(orjson.dumps(row.document))
        if mark in held:
            continue
        held.add(mark)
        reading.hits += 1
        # No two have the same number, so that events themselves are never compared.
        heappush(kept, (row.at_ms, reading.hits, row))
        if len(kept) > limit:
            _, _, oldest = heappop(kept)
            held.discard(digest(orjson.dumps(oldest.document)))
    return [row for _, _, row in sorted(kept)]


def _print(found: list[EventRow], reading: _Reading, output: Format) -> None:
    if output is Format.JSON:
        for row in found:
            print_json(row.document)
    elif found and sys.stdout.isatty():
        for row in found:
            _print_lines(row)
    elif found:
        print_table(COLUMNS, [_cells(row) for row in found])
    else:
        out().print(f"no event of {reading.looked_at:,} in this time is such a one")
    if reading.hits > len(found):
        _note(f"{reading.hits:,} events, of which the newest {len(found):,} are shown; --limit takes more")
    if reading.unreadable:
        _note(f"{counted(reading.unreadable, 'message')} could not be read as events")


def _cells(row: EventRow) -> list[Cell]:
    label = row.severity_label or row.outcome or ""
    if row.error_code:
        label = f"{label} ({row.error_code})"
    return [
        clock(row.at_ms),
        row.kind,
        row.account or "-",
        row.region or "-",
        Text(row.name or "-", style="bold"),
        Text(label or "-", style=LEVEL_STYLES.get((row.severity_label or "").lower(), "")),
        *(", ".join(named(row, what)) or "-" for what in ("principal", "address", "resource")),
        row.event_id or "-",
    ]


def _print_lines(row: EventRow) -> None:
    """An event on two lines: ten columns are too many for most terminals."""
    at, kind, account, region, event, how, *rest = _cells(row)
    out().print(Text.assemble(at, f"  {kind:<7}  ", event, "  ", how, f"  {account} {region}"), soft_wrap=True)
    said = [f"{name} {value}" for name, value in zip(COLUMNS[-len(rest) :], rest, strict=True) if value != "-"]
    out().print(Text("    " + "  ".join(said), style="dim"), soft_wrap=True)


def _bar() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.fields[what]}"), TimeElapsedColumn())
    return Progress(*columns, console=err(), transient=True, disable=not sys.stderr.isatty())


def _note(text: str) -> None:
    err().print(Text(text, style="dim"), soft_wrap=True)

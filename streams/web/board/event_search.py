"""Searching the events that the store keeps, for pages and the API."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING

from schemas.panel import Panel
from streams.adapters.store.event_reads import EVENT_KEYS
from streams.core.board.search import Search, Searched
from streams.core.board.spans import MINUTE, Span, step_of
from streams.core.board.state import name_of
from streams.core.board.views import Line, View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.core.board.state import Filters, State
    from streams.core.board.stored import EventRow
    from streams.web.board.board import Board

AT_ONCE = 1_000
LONGEST_S = 2.0
OVER_TIME = Panel(id="events-over-time", title="Events over time", chart="trend", by=("kind",), wide=True)


def search(  # noqa: PLR0913, PLR0917 - each is a part of the question
    board: Board, query: str, span: Span, filters: Filters, most: int, before: tuple[int, int] | None = None, *,
    count: bool = True,
) -> Searched:  # fmt: skip
    """Look through the events of a range, newest first, for two seconds at most; the first ``most`` hits are listed.

    ``before`` is the place of an event to go on after; without ``count`` it ends when so many are found. Raises
    GuardstreamError for a query that can't be read.
    """
    looking = Search(query)
    deadline = time.monotonic() + LONGEST_S
    rows = _newest(board, span, filters, before)
    return looking.through(rows, most, lambda: time.monotonic() > deadline, count=count)


def _newest(board: Board, span: Span, filters: Filters, before: tuple[int, int] | None) -> Iterator[EventRow]:
    """Events that the filters let through, a page of the store's at a time."""
    where = {key: values for key, values in filters.items() if key in EVENT_KEYS}
    while rows := board.store.events(span, where, AT_ONCE, before):
        yield from rows
        before = rows[-1].place


def events_over_time(found: Searched, span: Span, state: State) -> View:
    """How many hits were in each step of the range, by kind."""
    step = step_of(span.minutes)
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(span.points(step)))
    for at, kind in found.times:
        counts[kind][(at - span.start_ms) // (step * MINUTE)] += 1
    names = {"finding": "findings", "record": "records"}
    lines = tuple(Line(names.get(kind, kind), tuple(some)) for kind, some in sorted(counts.items()))
    reason = None if lines else "no event of this kind in this range"
    left_out = tuple(name_of(key) for key in state.filters if key not in EVENT_KEYS)
    total = len(found.times)
    return View(OVER_TIME, span, step, total, lines=lines, by=("kind",), left_out=left_out, reason=reason, state=state)

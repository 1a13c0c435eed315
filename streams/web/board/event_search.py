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

FEWEST, MOST = 250, 2_500
"""Events that are fetched at once: few first, since those may do; then as many as there is time to look at."""
GROWTH = 4
LONGEST_S = 2.0
OVER_TIME = Panel(id="events-over-time", title="Events over time", chart="trend", by=("kind",), wide=True)


def search(  # noqa: PLR0913, PLR0917 - each is a part of the question
    board: Board, query: str, span: Span, filters: Filters, most: int, before: tuple[int, int] | None = None, *,
    count: bool = True, longest_s: float | None = None,
) -> Searched:  # fmt: skip
    """Look through the events of a range, newest first, for ``longest_s`` (two) seconds at most.

    The first ``most`` hits are listed. Events that certainly don't match are left out by the store, and not looked at.
    ``before`` is the place of an event to go on after; without ``count`` it ends when so many are found. Raises
    GuardstreamError for a query that can't be read.
    """
    looking = Search(query)
    deadline = time.monotonic() + (LONGEST_S if longest_s is None else longest_s)
    rows = _newest(board, span, filters, before, looking, deadline)
    return looking.through(rows, most, lambda: time.monotonic() > deadline, count=count)


def newest(board: Board, span: Span, filters: Filters, most: int, before: tuple[int, int] | None) -> Searched:
    """All events of a range, of which the store tells the newest ``most`` and how many there are."""
    where = {key: values for key, values in filters.items() if key in EVENT_KEYS}
    hits = board.store.events(span, where, most, before)
    counts = board.store.event_counts(span, step_of(span.minutes), where)
    return Searched(hits, goes_on_after=hits[-1].place if len(hits) == most else None, counts=counts)


def _newest(  # noqa: PLR0913, PLR0917 - each is a part of the question
    board: Board, span: Span, filters: Filters, before: tuple[int, int] | None, looking: Search, deadline: float
) -> Iterator[EventRow]:
    """Events that the filters let through and that may match, a page of the store's at a time."""
    where = {key: values for key, values in filters.items() if key in EVENT_KEYS}
    size = FEWEST
    began = time.monotonic()
    while rows := board.store.events(span, where, size, before, looking.required):
        yield from rows
        before = rows[-1].place
        # Whoever takes them has looked at them by now, which is the better part of the time.
        now = time.monotonic()
        in_time = len(rows) * (deadline - now) / max(now - began, 1e-6)
        size = int(max(FEWEST, min(MOST, GROWTH * size, in_time)))
        began = now


def events_over_time(found: Searched, span: Span, state: State) -> View:
    """How many hits were in each step of the range, by kind."""
    step = step_of(span.minutes)
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(span.points(step)), found.counts or {})
    for at, kind in found.times:
        counts[kind][(at - span.start_ms) // (step * MINUTE)] += 1
    names = {"finding": "findings", "record": "records"}
    lines = tuple(Line(names.get(kind, kind), tuple(some)) for kind, some in sorted(counts.items()))
    reason = None if lines else "no event of this kind in this range"
    left_out = tuple(name_of(key) for key in state.filters if key not in EVENT_KEYS)
    total = found.total
    return View(OVER_TIME, span, step, total, lines=lines, by=("kind",), left_out=left_out, reason=reason, state=state)

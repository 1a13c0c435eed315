"""What pages and the API tell of releases, found in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.core.board.releases import Release, release_of
from streams.core.board.spans import MINUTE, Span
from streams.core.board.state import State
from streams.core.board.views import View, view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.core.board.stored import AlertRow
    from streams.web.board.board import Board

AROUND = 6 * 60 * MINUTE


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """One release, the alerts since it (the first of ``alerts_total``), and findings around it over time."""

    release: Release
    alerts: Sequence[AlertRow]
    alerts_total: int
    around: Span
    trend: View | None


def release_facts(board: Board, tag_id: str) -> ReleaseFacts | None:
    """One release; None where there is no tag with this id."""
    now, tags = board.clock(), board.store.tags()
    tag = next((one for one in tags if one.id == tag_id), None)
    if tag is None:
        return None
    found = release_of(tag, tags, now, board.store.in_short)
    after = found.effect.periods.after
    since = Span(found.started_ms, max(after, found.started_ms + 1))
    around = _around(found.started_ms, max(after, found.started_ms + AROUND), now)
    trend = next((one for one in board.panels if one.chart == "trend"), None)
    return ReleaseFacts(
        found,
        board.store.alerts(since, sort="oldest"),
        sum(board.store.alert_counts(since).values()),
        around,
        view(trend, State(fixed=around), around, board.measures, board.store) if trend else None,
    )


def _around(started: int, until: int, now: int) -> Span:
    """Some time before the release and after it, in whole steps."""
    step = 15 * MINUTE
    begin = (started - min(until - started, AROUND * 4)) // step * step
    end = -(-min(until, now) // step) * step
    return Span(begin, max(end, begin + step))

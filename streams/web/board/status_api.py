"""The API of the dashboard itself: how fresh what it tells is, and how long it keeps things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from pydantic import Field

from streams.web.board.api_parts import BAD, Instant, Told, asked_state, instant, maybe_instant, problems

if TYPE_CHECKING:
    from streams.web.board.board import Board


class LagTold(Told):
    """Messages that are still to be read."""

    total: int | None = Field(description="Null while nobody knows.")
    topics: dict[str, int]


class KeptTold(Told):
    """How long things are kept, in days."""

    counts: float
    events: float
    alerts: float


class TopicTold(Told):
    """How far a topic was read."""

    topic: str
    newest: Instant | None = Field(description="When its newest message that was read was sent.")
    unreadable: int = Field(description="Messages that could not be read.")


class StatusTold(Told):
    """How fresh all of it is."""

    now: Instant
    counted_until: Instant | None = Field(description="The end of the newest minute that has counts.")
    counted_from: Instant | None = Field(description="The oldest minute that has counts of findings.")
    silence: str | None = Field(description="That no events come, or none of one source, in words.")
    problem: str | None = Field(description="Why it may not be all, in words.")
    lag: LagTold
    kept_days: KeptTold
    topics: tuple[TopicTold, ...]


def status_routes(board: Board) -> APIRouter:
    """How fresh."""
    routes = APIRouter(prefix="/api/v1/status", tags=["status"])

    @routes.get("", summary="How fresh all of it is", responses=problems(_400=BAD))
    def get(request: Request) -> StatusTold:
        """How fresh what is told is, what is still to be read, and how long things are kept."""
        asked_state(request, ())
        now, fresh, kept = board.clock(), board.freshness(), board.kept
        return StatusTold(
            now=instant(now),
            counted_until=maybe_instant(fresh.newest_ms),
            counted_from=maybe_instant(fresh.oldest_ms),
            silence=fresh.silence,
            problem=fresh.problem,
            lag=LagTold(total=fresh.behind, topics=dict(sorted(fresh.unread.items()))),
            kept_days=KeptTold(counts=kept.panes, events=kept.events, alerts=kept.alerts),
            topics=tuple(
                TopicTold(topic=one.topic, newest=maybe_instant(one.newest_ms), unreadable=one.skipped)
                for one in board.store.fresh(now).topics
            ),
        )

    return routes

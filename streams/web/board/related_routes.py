"""The API of what moved at an instant, whether there was an alert or not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from pydantic import StringConstraints

from schemas.errors import GuardstreamError
from streams.core.parsing.times import parse_time
from streams.web.board.alert_facts import moved_at
from streams.web.board.alert_told import RelatedTold, related_told
from streams.web.board.api_parts import BAD, asked_state, problems
from streams.web.board.related_facts import Asked

if TYPE_CHECKING:
    from streams.web.board.board import Board

# Numbers, which events may have for times, are none in an address.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
At = Annotated[
    str,
    Query(
        max_length=40,
        description="RFC 3339: when it began.",
        json_schema_extra={"format": "date-time"},
    ),
]
Measure = Annotated[
    str | None,
    Query(max_length=200, description="What was counted, to tell what it is made of from what moved with it."),
]
Groups = Annotated[
    list[Annotated[str, StringConstraints(max_length=1_100, pattern="^[^=]+=")]] | None,
    Query(description="`key=value` of its group, as often as there are keys; an empty value is an absent one."),
]


def related_routes(board: Board) -> APIRouter:
    """What moved at an instant."""
    routes = APIRouter(prefix="/api/v1/related", tags=["alerts"])

    @routes.get("", summary="What moved at an instant", responses=problems(_400=BAD))
    def at_instant(request: Request, at: At, measure: Measure = None, group: Groups = None) -> RelatedTold:
        """What else changed at that time: counts, new groups, releases, alerts."""
        asked_state(request, ())
        at_ms = parse_time(at) if _DAY.match(at) else None
        if at_ms is None:
            message = f"at: {at!r} is no time; write it as 2026-11-24T07:00:00Z"
            raise GuardstreamError(message)
        pairs = [one.partition("=") for one in group or ()]
        named = tuple((key, value or None) for key, _, value in pairs)
        source = board.sources.get(measure or "", "")
        return related_told(moved_at(board, Asked(at_ms, measure=measure, group=named, source=source)))

    return routes

"""The API of events: searched by a query, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from streams.adapters.store.event_reads import EVENT_KEYS
from streams.web.board.api_parts import (
    WHOLE_NUMBER,
    Begin,
    Cursor,
    End,
    Instant,
    NextCursor,
    RangeName,
    Told,
    asked_state,
    filters_extra,
    instant,
    maybe_instant,
    problems,
    read_cursor,
    write_cursor,
)
from streams.web.board.event_search import search

if TYPE_CHECKING:
    from streams.core.board.stored import EventRow
    from streams.web.board.board import Board


class EventTold(Told):
    """An enriched finding or record."""

    kind: Literal["finding", "record"]
    time: Instant = Field(description="Its own time.")
    event_id: str | None
    name: str | None = Field(description="A finding's type, a record's event name.")
    account: str | None
    region: str | None
    severity: float | None
    severity_label: str | None
    threat_purpose: str | None
    resource_type: str | None
    resources: tuple[str, ...]
    security_groups: tuple[str, ...]
    principal: str | None = Field(description="A finding's user name, a record's ARN.")
    addresses: tuple[str, ...]
    event_source: str | None
    error_code: str | None
    outcome: str | None
    topic: str = Field(description="Where it stands in Kafka: topic, partition and offset.")
    partition: int
    offset: int
    document: dict[str, Any] | None = Field(description="The whole event; null where it was not asked for.")


class EventsTold(Told):
    """A page of hits, the newest first, and how far was looked."""

    start: Instant
    end: Annotated[Instant, Field(description="Exclusive.")]
    matched: int = Field(description="Hits among the events that were looked at from where the page begins.")
    looked_at: int = Field(description="Events that the filters let through and the query was asked of.")
    complete: bool = Field(description="Whether all of the range was looked through, to its beginning.")
    searched_back_to: Instant | None = Field(
        description="Where it stopped otherwise: the page was full, or two seconds were over. Go on with `next_cursor`."
    )
    events: tuple[EventTold, ...]
    next_cursor: NextCursor


def event_told(row: EventRow, *, document: bool) -> EventTold:
    """An event as JSON has it."""
    names = (
        "kind", "event_id", "name", "account", "region", "severity", "severity_label", "threat_purpose",
        "resource_type", "resources", "security_groups", "principal", "addresses", "event_source", "error_code",
        "outcome", "topic", "partition", "offset",
    )  # fmt: skip
    return EventTold(
        **{name: getattr(row, name) for name in names},
        time=instant(row.at_ms),
        document=row.document if document else None,
    )


def event_routes(board: Board) -> APIRouter:
    """Events."""
    routes = APIRouter(prefix="/api/v1/events", tags=["events"])
    said = problems(_400="A parameter is wrong, or the query can't be read; the detail points at the place.")

    @routes.get("", summary="Search events", responses=said, openapi_extra=filters_extra(EVENT_KEYS))
    def search_(  # noqa: PLR0913 - each is a parameter of the query
        request: Request,
        query: Annotated[
            str, Query(max_length=10_000, description="In the language of docs/query-language.md; all where empty.")
        ] = "",
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
        cursor: Cursor = None,
        _range: RangeName = None,
        _from: Begin = None,
        _to: End = None,
        *,
        count: Annotated[bool, Query(description="Go on when the page is full, so that `matched` is of all.")] = False,
        documents: Annotated[bool, Query(description="Whether each event comes whole, as well.")] = True,
    ) -> EventsTold:
        """Events of a range that match a query and the filters, the newest first."""
        state = asked_state(request, EVENT_KEYS)
        span, before = state.span(board.clock()), None
        if cursor is not None:
            span, before = read_cursor(cursor, WHOLE_NUMBER, WHOLE_NUMBER)
        found = search(board, query, span, state.filters, limit, before, count=count)
        goes_on = found.goes_on_after
        return EventsTold(
            start=instant(span.start_ms),
            end=instant(span.end_ms),
            matched=len(found.times),
            looked_at=found.looked_at,
            complete=found.back_to_ms is None,
            searched_back_to=maybe_instant(found.back_to_ms),
            events=tuple(event_told(row, document=documents) for row in found.hits),
            next_cursor=None if goes_on is None else write_cursor(span, goes_on),
        )

    return routes

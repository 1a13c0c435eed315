"""The overview with its alerts and releases as one file of HTML, to send on, to print or to keep."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from schemas.errors import GuardstreamError
from streams.core.board.alerts import LEVELS
from streams.core.board.markers import marker_of
from streams.core.board.state import State, read_state
from streams.core.rules.likeness import near
from streams.web.board.alert_facts import ListAsked, alerts_over_time
from streams.web.board.alert_pages import SAID
from streams.web.board.api_parts import BAD, Begin, End, RangeName, filters_extra, problems
from streams.web.board.drawing import render
from streams.web.board.release_list import COLUMNS, compare_releases
from streams.web.board.release_list import ListAsked as ReleasesAsked
from streams.web.board.standalone import REPORT, policy_of, relinked, style_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.web.board.board import Board

TITLE = "guardstream report"
LONGEST_TITLE = 200
MOST_ALERTS = 500
"""As many are listed, the gravest first; the report says how many there are."""
RANGE = frozenset({"range", "from", "to"})
OWN = frozenset({"title", "base_url"})
ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]_-]+(/[A-Za-z0-9._~/-]*)?")

Title = Annotated[str, Query(max_length=LONGEST_TITLE)]
BaseUrl = Annotated[str | None, Query(max_length=500, description="Of the dashboard; without it nothing is a link.")]


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """What a report is to show; ``base_url`` is the dashboard's address, for the links in it."""

    state: State
    title: str = TITLE
    base_url: str | None = None


def read_report(pairs: Iterable[tuple[str, str]], keys: Iterable[str]) -> ReportAsked:
    """What an address asks for; unlike a page's, all of it has to be known. Raises GuardstreamError that says where."""
    pairs = list(pairs)
    known = {*keys, *RANGE, *OWN}
    for key, _ in pairs:
        if key not in known:
            message = f"{key}: there is no such filter{near(key, known)}"
            raise GuardstreamError(message)
    given = dict(pairs)
    base = given.get("base_url")
    if base is not None and not ADDRESS.fullmatch(base):
        message = f"base_url: {base[:80]!r} is no address of a dashboard; write it as https://dashboard.example"
        raise GuardstreamError(message)
    return ReportAsked(read_state(pairs, keys), (given.get("title") or TITLE)[:LONGEST_TITLE], base)


def report_of(board: Board, asked: ReportAsked) -> str:
    """The report, as a whole HTML document that asks nobody for anything."""
    now, state = board.clock(), asked.state
    span = state.span(now)
    alerts = board.store.alerts(span, state.filters, "level", MOST_ALERTS)
    style = style_of(*REPORT)
    page = render(
        board.environment,
        "report.html",
        title=asked.title,
        base_url=asked.base_url,
        state=state,
        span=span,
        made_ms=now,
        fresh=board.freshness(),
        style=style,
        policy=policy_of(style),
        views=board.views(state),
        tags=board.tags(span),
        releases=compare_releases(board, ReleasesAsked(state, span)),
        heads=[(None, name, kind, None) for _, name, kind in COLUMNS],
        trend=alerts_over_time(board, ListAsked(state, span, {})),
        alerts=alerts,
        by_level=board.store.alert_counts(span, state.filters, "level"),
        notes=board.store.notes_of([row.alert_id for row in alerts]),
        levels=LEVELS,
        said=SAID,
        mark=marker_of,
    )
    return relinked(page, asked.base_url)


def report_routes(board: Board) -> APIRouter:
    """The report as a download: of the page's link, and for programs, whose errors are JSON."""
    routes = APIRouter(tags=["report"])

    @routes.get("/report", include_in_schema=False)
    @routes.get(
        "/api/v1/report", summary="A report as one HTML file", response_class=Response,
        responses={200: {"content": {"text/html": {"schema": {"type": "string"}}}}, **problems(_400=BAD)},
        openapi_extra=filters_extra(board.keys),
    )  # fmt: skip
    def report(
        request: Request, _range: RangeName = None, _from: Begin = None, _to: End = None, title: Title = TITLE,
        base_url: BaseUrl = None,
    ) -> Response:  # fmt: skip
        """The overview with its alerts and releases, that asks nobody for anything."""
        del title, base_url  # They are read with the rest, as they are where no server is asked.
        asked = read_report(request.query_params.multi_items(), board.keys)
        name = f"guardstream-{dt.datetime.fromtimestamp(board.clock() / 1_000, dt.UTC):%Y-%m-%d-%H%M}.html"
        return HTMLResponse(
            report_of(board, asked),
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "Content-Security-Policy": policy_of(style_of(*REPORT)),
            },
        )

    return routes

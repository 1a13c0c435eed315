"""The HTTP API: what pages show, as JSON and as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import Response
from pydantic import Field

from schemas.panel import Chart
from streams.web.board.api_parts import (
    BAD,
    Begin,
    End,
    Instant,
    LineTold,
    RangeName,
    Told,
    asked_state,
    filters_extra,
    instant,
    problems,
)
from streams.web.board.standalone import picture_answer

if TYPE_CHECKING:
    from streams.core.board.views import View
    from streams.web.board.board import Board


Name = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,120}$")]
NO_PANEL = "There is no such panel."


class PanelTold(Told):
    """A panel as it is declared."""

    id: str
    title: str
    chart: Chart
    by: tuple[str, ...]
    where: dict[str, tuple[str, ...]]


class RowTold(Told):
    """One value, or a combination of several, in the order of `by`; null where the field is absent."""

    values: tuple[str | None, ...]
    count: int
    by_severity: dict[str, int]


class ViewTold(Told):
    """What a panel shows: times are RFC 3339, `step` is in minutes."""

    panel: PanelTold
    start: Instant
    end: Annotated[Instant, Field(description="Exclusive.")]
    step: int
    by: tuple[str, ...]
    total: int
    before: int | None = Field(description="Counted in the period before; of a number.")
    rows: tuple[RowTold, ...]
    others: int = Field(description="Values that are not in `rows`.")
    other_count: int
    lines: tuple[LineTold, ...]
    usual: tuple[tuple[int, int] | None, ...] = Field(
        description="Of a trend: between which counts 95 of 100 steps lie, all lines together, by the weeks before; "
        "null where too little is known. Empty where nothing is."
    )
    not_narrowed_by: tuple[str, ...] = Field(description="Filters that the panel's measure can't be narrowed by.")
    reason: str | None = Field(description="Why there is nothing to show.")


def told_of(view: View) -> ViewTold:
    """A view as JSON has it."""
    panel = view.panel
    return ViewTold(
        panel=PanelTold(id=panel.id, title=panel.title, chart=panel.chart, by=panel.by, where=panel.where),
        start=instant(view.span.start_ms),
        end=instant(view.span.end_ms),
        step=view.step,
        by=view.by,
        total=view.total,
        before=view.before if panel.chart == "number" else None,
        rows=tuple(RowTold(values=row.values, count=row.count, by_severity=dict(row.parts)) for row in view.rows),
        others=view.others,
        other_count=view.other_count,
        lines=tuple(LineTold(name=line.name, counts=line.counts) for line in view.lines),
        usual=view.usual,
        not_narrowed_by=view.left_out,
        reason=view.reason,
    )


def panel_routes(board: Board) -> APIRouter:
    """Panels: what there are, what each shows, and its picture."""
    routes = APIRouter(prefix="/api/v1/panels", tags=["panels"])
    keys = board.keys
    extra = filters_extra(keys)
    said = problems(_400=BAD, _404=NO_PANEL)

    def view_of(name: str, request: Request) -> View:
        panel = next((one for one in board.panels if one.id == name), None)
        state = asked_state(request, keys)
        if panel is None:
            raise HTTPException(404, f"there is no panel {name}")
        return board.view(panel, state)

    @routes.get("", summary="List panels", responses=problems(_400=BAD))
    def list_(request: Request) -> list[PanelTold]:
        """All panels, in the order of the page."""
        asked_state(request, ())
        return [
            PanelTold(id=one.id, title=one.title, chart=one.chart, by=one.by, where=one.where) for one in board.panels
        ]

    @routes.get("/{name}", summary="What a panel shows", responses=said, openapi_extra=extra)
    def get(name: Name, request: Request, _range: RangeName = None, _from: Begin = None, _to: End = None) -> ViewTold:
        """What a panel shows. Filters that its measure has no key of are told in `not_narrowed_by`."""
        return told_of(view_of(name, request))

    @routes.get(
        "/{name}/picture.svg",
        summary="A panel as a picture",
        response_class=Response,
        responses={**said, 200: {"description": "SVG that needs nothing beside it.", "content": {"image/svg+xml": {}}}},
        openapi_extra=extra,
    )
    def picture(
        name: Name,
        request: Request,
        _range: RangeName = None,
        _from: Begin = None,
        _to: End = None,
        *,
        dark: Annotated[bool, Query(description="Light lines on a dark ground.")] = False,
    ) -> Response:
        """A panel as a picture of its own."""
        return picture_answer(board.picture(view_of(name, request), dark=dark))

    return routes

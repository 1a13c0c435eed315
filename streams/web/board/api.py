"""The HTTP API: what pages show, as JSON and as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from streams.core.board.spans import RANGES
from streams.core.board.state import read_state
from streams.core.parsing.times import to_rfc3339

if TYPE_CHECKING:
    from streams.core.board.state import State
    from streams.core.board.views import View
    from streams.web.board.board import Board


Name = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,120}$")]
RangeName = Annotated[str | None, Query(alias="range", description=f"One of {', '.join(RANGES)}; ends now.")]
Begin = Annotated[str | None, Query(alias="from", max_length=40, description="RFC 3339; with `to`.")]
End = Annotated[str | None, Query(alias="to", max_length=40, description="RFC 3339; with `from`.")]


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class PanelTold(_Told):
    """A panel as it is declared."""

    id: str
    title: str
    chart: str
    by: tuple[str, ...]
    where: dict[str, tuple[str, ...]]


class RowTold(_Told):
    """One value, or a combination of several, in the order of `by`; null where the field is absent."""

    values: tuple[str | None, ...]
    count: int
    by_severity: dict[str, int]


class LineTold(_Told):
    """A line's counts, one for each step."""

    name: str
    counts: tuple[int, ...]


class ViewTold(_Told):
    """What a panel shows: times are RFC 3339, `step` is in minutes."""

    panel: PanelTold
    start: str
    end: str = Field(description="Exclusive.")
    step: int
    by: tuple[str, ...]
    total: int
    before: int | None = Field(description="Counted in the period before; of a number.")
    rows: tuple[RowTold, ...]
    others: int = Field(description="Values that are not in `rows`.")
    other_count: int
    lines: tuple[LineTold, ...]
    not_narrowed_by: tuple[str, ...] = Field(description="Filters that the panel's measure can't be narrowed by.")
    reason: str | None = Field(description="Why there is nothing to show.")


def told_of(view: View) -> ViewTold:
    """A view as JSON has it."""
    panel = view.panel
    return ViewTold(
        panel=PanelTold(id=panel.id, title=panel.title, chart=panel.chart, by=panel.by, where=panel.where),
        start=to_rfc3339(view.span.start_ms),
        end=to_rfc3339(view.span.end_ms),
        step=view.step,
        by=view.by,
        total=view.total,
        before=view.before if panel.chart == "number" else None,
        rows=tuple(RowTold(values=row.values, count=row.count, by_severity=dict(row.parts)) for row in view.rows),
        others=view.others,
        other_count=view.other_count,
        lines=tuple(LineTold(name=line.name, counts=line.counts) for line in view.lines),
        not_narrowed_by=view.left_out,
        reason=view.reason,
    )


def panel_routes(board: Board) -> APIRouter:
    """Panels: what there are, what each shows, and its picture."""
    routes = APIRouter(prefix="/api/v1/panels", tags=["panels"], responses={400: {"description": "A bad filter."}})

    def state_of(request: Request) -> State:
        return read_state(request.query_params.multi_items(), board.keys)

    def view_of(name: str, request: Request) -> View:
        panel = next((one for one in board.panels if one.id == name), None)
        if panel is None:
            raise HTTPException(404, f"there is no panel {name}")
        return board.view(panel, state_of(request))

    @routes.get("")
    def panels() -> list[PanelTold]:
        """All panels, in the order of the page."""
        return [
            PanelTold(id=one.id, title=one.title, chart=one.chart, by=one.by, where=one.where) for one in board.panels
        ]

    @routes.get("/{name}", responses={404: {"description": "There is no such panel."}})
    def panel(name: Name, request: Request, _range: RangeName = None, _from: Begin = None, _to: End = None) -> ViewTold:
        """What a panel shows. Beside the range, each key of its measure is a filter: `account=111122223333`."""
        return told_of(view_of(name, request))

    @routes.get("/{name}/picture.svg", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
    def picture(name: Name, request: Request, *, dark: bool = False) -> Response:
        """A panel as a picture of its own."""
        return Response(board.picture(view_of(name, request), dark=dark), media_type="image/svg+xml")

    return routes

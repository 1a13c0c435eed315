"""What the routes of the API share: parameters, how times and problems are told, and where lists go on."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Annotated, Any

import orjson
from fastapi import Query
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from schemas.errors import GuardstreamError
from streams.core.board.spans import RANGES, Span
from streams.core.board.state import LONGEST_VALUE, State, name_of, read_state
from streams.core.parsing.times import to_rfc3339
from streams.web.board.tag_schema import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import Request

_WHEN = {"format": "date-time"}
_FIRST_MS, _LAST_MS = -62_135_596_800_000, 253_402_300_799_999
"""The years 1 to 9999, which RFC 3339 can write."""
LONGEST_CURSOR = 1_000

RangeName = Annotated[
    str | None,
    Query(
        alias="range",
        description="How far back from now; 24h where neither it nor `from` and `to` are given.",
        json_schema_extra={"enum": list(RANGES)},
    ),
]
Begin = Annotated[
    str | None, Query(alias="from", max_length=40, description="RFC 3339; with `to`.", json_schema_extra={**_WHEN})
]
End = Annotated[
    str | None,
    Query(alias="to", max_length=40, description="RFC 3339, exclusive; with `from`.", json_schema_extra={**_WHEN}),
]
Cursor = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=LONGEST_CURSOR,
        description="`next_cursor` of the page before, with the same other parameters.",
    ),
]
Instant = Annotated[str, Field(json_schema_extra={**_WHEN}, examples=["2026-11-24T07:00:00.000Z"])]
NextCursor = Annotated[str | None, Field(description="Give it as `cursor` for the next page; null on the last one.")]


class Told(BaseModel):
    """What the API tells; a field that is not declared is a mistake of ours."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LineTold(Told):
    """A line's counts, one for each step."""

    name: str
    counts: tuple[int, ...]


class OverTimeTold(Told):
    """Counts over time."""

    start: Instant
    end: Annotated[Instant, Field(description="Exclusive.")]
    step: int = Field(description="Minutes of a step; the last one may be cut short.")
    total: int
    lines: tuple[LineTold, ...] = Field(description="`All` first, where there are several.")


def instant(ms: int) -> str:
    """Epoch ms as RFC 3339; what lies before the year 1 or after 9999 is told as their ends."""
    return to_rfc3339(min(max(ms, _FIRST_MS), _LAST_MS))


def maybe_instant(ms: int | None) -> str | None:
    """The same of what may be missing."""
    return None if ms is None else instant(ms)


def problems(**said: str) -> dict[int | str, dict[str, Any]]:
    """What a route documents of its problems, by status: `problems(_404="There is no such alert.")`."""
    return {int(name[1:]): {"model": Problem, "description": text} for name, text in said.items()}


BAD = "A parameter is wrong; the detail names it."
TOO_LARGE = "The body is too large."
NOT_WRITTEN = "The broker did not acknowledge it; try again."
TOKEN = HTTPBearer(auto_error=False, scheme_name="token", description="The dashboard's token.")
"""Only says so in the OpenAPI document: who may do what is decided before any route (signing_in)."""


def filters_extra(keys: Iterable[str]) -> dict[str, Any]:
    """Filters as the OpenAPI document has them: each may be given several times, and then one of its values has to fit.

    An empty value stands for an absent one.
    """
    known = sorted(keys)
    return {
        "parameters": [
            {
                "name": key,
                "in": "query",
                "required": False,
                "description": f"Only of this {name_of(key)}; empty: of none.",
                "schema": {"type": "array", "items": {"type": "string", "maxLength": LONGEST_VALUE}},
                "explode": True,
                "style": "form",
            }
            for key in known
        ]
    }


def asked_state(request: Request, keys: Iterable[str]) -> State:
    """The range and the filters of a request; raises GuardstreamError for a parameter that the route does not have."""
    pairs = request.query_params.multi_items()
    known = {*keys, *(param.alias for param in request.scope["route"].dependant.query_params)}
    for name, _ in pairs:
        if name not in known:
            message = f"{name[:80]!r}: there is no such parameter; there are {', '.join(sorted(known))}"
            raise GuardstreamError(message)
    return read_state(pairs, keys)


def write_cursor(span: Span, place: tuple[int | str, ...]) -> str:
    """Where a list goes on: its range, which is not to move with the clock, and a place in it."""
    text = orjson.dumps([span.start_ms, span.end_ms, *place])
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


_Whole = Annotated[int, Field(strict=True, ge=-(1 << 62), le=1 << 62)]


def read_cursor(text: str, *kinds: Any) -> tuple[Span, tuple[Any, ...]]:
    """The range and the place, of which each part has its type; raises GuardstreamError."""
    shape: Any = TypeAdapter(tuple[(_Whole, _Whole, *kinds)])  # type: ignore[valid-type]  # The types are values here.
    try:
        start, end, *place = shape.validate_python(
            orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        )
    except (ValidationError, ValueError, binascii.Error):
        message = "cursor: this is none that this list gave"
        raise GuardstreamError(message) from None
    return Span(start, end), tuple(place)


WHOLE_NUMBER = _Whole
TEXT = Annotated[str, Field(strict=True)]
ID = Annotated[str, Field(strict=True, pattern="^[0-9a-f]{32}$")]

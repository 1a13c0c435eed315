"""The API of releases: what findings say of each lifecycle tag."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import Field

from schemas.tag import LifecycleTag
from streams.core.board.releases import difference_words
from streams.core.board.state import State
from streams.core.tags.releases import Change
from streams.web.board.alert_told import AlertTold, ValueTold, alert_told
from streams.web.board.api import ViewTold, told_of
from streams.web.board.api_parts import (
    BAD,
    Begin,
    End,
    Instant,
    RangeName,
    Told,
    asked_state,
    instant,
    problems,
)
from streams.web.board.release_facts import release_facts
from streams.web.board.release_list import MOST_COMPARED, asked_of, compare_releases
from streams.web.board.release_pages import TagId  # noqa: TC001 - FastAPI evaluates it

if TYPE_CHECKING:
    from streams.core.board.comparing import Compared, Soonest
    from streams.core.board.releases import Release
    from streams.core.tags.releases import Affected, Difference, First, Periods
    from streams.web.board.board import Board
    from streams.web.board.release_facts import ReleaseFacts

_MINUTE = 60_000
Order = Literal["newest", "new", "high", "before", "after", "more", "accounts", "alerts"]
NO_RELEASE = "There is no such tag; it may have been removed."


class SoonestTold(Told):
    """The first finding of a sort after a release, in short."""

    minutes_after: float
    type: str


class FirstTold(SoonestTold):
    """The first finding of a sort after a release."""

    at: Instant
    threat_name: str | None
    severity_label: str | None
    account: str | None
    resource_id: str | None
    security_groups: tuple[str, ...]


class DifferenceTold(Told):
    """Counts of equal periods before and after a release, compared (docs/lifecycle-tags.md)."""

    before: int
    after: int
    ratio: float | None = Field(description="After by before; null where there was nothing before.")
    low: float = Field(description="The lower end of the ratio's exact interval.")
    high: float | None = Field(description="The upper end; null where it has none.")
    confidence: float = Field(description="Of the interval.")
    change: Change = Field(description="What can be said with this confidence.")


class AffectedTold(Told):
    """How many there are in the time after, and those with the most findings, a hundred at most."""

    total: int
    most: tuple[ValueTold, ...]


class PeriodsTold(Told):
    """The times that are compared: `before` to `release`, and as long from `release` to `after`."""

    known_from: Instant = Field(description="What was seen from here to the release is not new.")
    before: Instant
    release: Instant
    after: Instant
    minutes: float = Field(description="How long each of both is.")


class NextTold(Told):
    """The next release of one of the applications, which ends the time that is looked at."""

    id: str
    name: str
    started_at: str


class ReleaseTold(Told):
    """A lifecycle tag, and what findings say of it."""

    tag: LifecycleTag
    periods: PeriodsTold
    first_new: FirstTold | None = Field(description="The first finding of a type that was not seen before.")
    first_grave: FirstTold | None = Field(description="The first High or Critical finding.")
    findings: DifferenceTold
    grave_findings: DifferenceTold = Field(description="Of High and Critical findings.")
    new_types: tuple[str, ...] = Field(description="Types of findings that were not seen before.")
    new_threats: tuple[str, ...] = Field(description="Names of threats that were not seen before.")
    accounts: AffectedTold
    resources: AffectedTold
    security_groups: AffectedTold
    ends_with: NextTold | None


class ComparedTold(Told):
    """A lifecycle tag, and in short what findings say of it."""

    tag: LifecycleTag
    periods: PeriodsTold
    first_new: SoonestTold | None = Field(description="The first finding of a type that was not seen before.")
    first_grave: SoonestTold | None = Field(description="The first High or Critical finding.")
    findings: DifferenceTold
    accounts: int = Field(description="How many had findings in the time after.")
    alerts: int = Field(description="How many began in the time after.")
    around: tuple[int, ...] = Field(
        description="Findings before and after, in equal steps; the release is in the middle."
    )


class ReleasesTold(Told):
    """Releases and other lifecycle tags that began in a range, side by side."""

    start: Instant
    end: Annotated[Instant, Field(description="Exclusive.")]
    total: int = Field(description="How many began in the range; of too many the newest are compared.")
    releases: tuple[ComparedTold, ...]


class ReleaseWholeTold(Told):
    """All that the release's page shows."""

    release: ReleaseTold
    sentences: tuple[str, ...] = Field(description="What the comparison comes to, in words.")
    alerts: tuple[AlertTold, ...] = Field(description="Alerts that started after it, the first ones.")
    alerts_total: int
    over_time: ViewTold | None = Field(description="Findings around it; null where no panel is a trend.")


def compared_told(one: Compared) -> ComparedTold:
    """A release as the list has it."""
    return ComparedTold(
        tag=one.tag,
        periods=_periods(one.periods),
        first_new=_soonest(one.first_new),
        first_grave=_soonest(one.first_grave),
        findings=_difference(one.findings),
        accounts=one.accounts,
        alerts=one.alerts,
        around=one.around,
    )


def release_told(found: Release) -> ReleaseTold:
    """A release as JSON has it."""
    effect, following = found.effect, found.ends_with
    return ReleaseTold(
        tag=found.tag,
        periods=_periods(effect.periods),
        first_new=_first(effect.first_new),
        first_grave=_first(effect.first_grave),
        findings=_difference(effect.all),
        grave_findings=_difference(effect.grave),
        new_types=effect.new_types,
        new_threats=effect.new_threats,
        accounts=_affected(effect.accounts),
        resources=_affected(effect.resources),
        security_groups=_affected(effect.security_groups),
        ends_with=NextTold(id=following.id, name=following.name, started_at=following.started_at)
        if following
        else None,
    )


def whole_told(found: ReleaseFacts) -> ReleaseWholeTold:
    """A release's page as JSON."""
    return ReleaseWholeTold(
        release=release_told(found.release),
        sentences=tuple(difference_words(found.release.effect)),
        alerts=tuple(map(alert_told, found.alerts)),
        alerts_total=found.alerts_total,
        over_time=None if found.trend is None else told_of(found.trend),
    )


def _periods(periods: Periods) -> PeriodsTold:
    return PeriodsTold(
        known_from=instant(periods.known_from),
        before=instant(periods.before),
        release=instant(periods.release),
        after=instant(periods.after),
        minutes=round(periods.length_ms / _MINUTE, 1),
    )


def _soonest(found: Soonest | None) -> SoonestTold | None:
    return SoonestTold(minutes_after=round(found.after_ms / _MINUTE, 1), type=found.type) if found else None


def _first(first: First | None) -> FirstTold | None:
    if first is None:
        return None
    one = first.finding
    return FirstTold(
        minutes_after=round(first.after_ms / _MINUTE, 1),
        at=instant(one.time_ms),
        type=one.type,
        threat_name=one.threat_name,
        severity_label=one.severity_label,
        account=one.account,
        resource_id=one.resource_id,
        security_groups=one.security_groups,
    )


def _difference(one: Difference) -> DifferenceTold:
    return DifferenceTold(
        before=one.before,
        after=one.after,
        ratio=one.ratio,
        low=one.low,
        high=one.high if isfinite(one.high) else None,
        confidence=one.confidence,
        change=one.change,
    )


def _affected(some: Affected) -> AffectedTold:
    return AffectedTold(total=some.total, most=tuple(ValueTold(value=value, count=count) for value, count in some.most))


def release_routes(board: Board) -> APIRouter:
    """Releases: the list, compared, and one."""
    routes = APIRouter(prefix="/api/v1/releases", tags=["releases"])

    @routes.get("", summary="List releases", responses=problems(_400=BAD))
    def list_(
        request: Request,
        limit: Annotated[int, Query(ge=1, le=MOST_COMPARED)] = 50,
        sort: Annotated[
            Order, Query(description="The newest first, or the worst: by what the list is sorted.")
        ] = "newest",
        _application: Annotated[str | None, Query(alias="application", max_length=200)] = None,
        _environment: Annotated[str | None, Query(alias="environment", max_length=200)] = None,
        _kind: Annotated[str | None, Query(alias="kind", max_length=40)] = None,
        _range: RangeName = None,
        _from: Begin = None,
        _to: End = None,
    ) -> ReleasesTold:
        """Releases and other lifecycle tags that began in a range, and what findings say of each."""
        span = asked_state(request, ()).span(board.clock())
        asked = asked_of({**request.query_params, "sort": sort}, State(), span)
        table = compare_releases(board, asked)
        return ReleasesTold(
            start=instant(span.start_ms),
            end=instant(span.end_ms),
            total=table.inside,
            releases=tuple(map(compared_told, table.rows[:limit])),
        )

    @routes.get("/{tag_id}", summary="One release", responses=problems(_400=BAD, _404=NO_RELEASE))
    def get(tag_id: TagId, request: Request) -> ReleaseWholeTold:
        """Everything about one release: how soon what came, where, and whether it is more than chance would bring."""
        asked_state(request, ())
        found = release_facts(board, tag_id)
        if found is None:
            raise HTTPException(404, "there is no such release")
        return whole_told(found)

    return routes

"""What pages and the API are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi.responses import HTMLResponse

from streams.core.board.markers import Marker, marker_of
from streams.core.board.state import KEYS, State
from streams.core.board.stored import Kept
from streams.core.board.views import View, view
from streams.web.board.drawing import make_environment, narrowed_by, render
from streams.web.board.news import News
from streams.web.board.related_facts import RelatedDesk
from streams.web.board.standalone import PICTURE, style_of
from streams.web.board.tag_routes import TagDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jinja2 import Environment

    from schemas.alert_note import AlertNote
    from schemas.panel import Panel
    from schemas.tag import LifecycleTag
    from streams.adapters.store.store import Store
    from streams.core.board.choose import Countable
    from streams.core.board.spans import Span
    from streams.web.board.access import Access


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old what is shown is: ``problem`` says why it may not be all, ``silence`` that nothing comes; in words."""

    newest_ms: int | None = None
    problem: str | None = None
    silence: str | None = None
    behind: int | None = None
    """Messages that are still to be read; None while nobody knows. ``unread`` has them by topic."""
    unread: Mapping[str, int] = field(default_factory=dict)
    oldest_ms: int | None = None
    """Where counts of findings begin: of what lies before nothing is known."""


@dataclass(frozen=True, slots=True)
class Writes:
    """Writing to Kafka: each returns once the broker has it, and raises GuardstreamError where it has not."""

    note: Callable[[AlertNote], None]
    tag: Callable[[LifecycleTag], None]
    remove_tag: Callable[[str], None]
    github_secret: str | None = None


@dataclass
class Board:
    """What pages are made of."""

    store: Store
    panels: Sequence[Panel]
    measures: Sequence[Countable]
    clock: Callable[[], int]
    freshness: Callable[[], Freshness]
    writes: Writes
    kept: Kept = field(default_factory=Kept)
    news: News = field(default_factory=News)
    environment: Environment = field(default_factory=make_environment)
    sources: Mapping[str, str] = field(default_factory=dict)
    """What measures count and what input topics have, by name: findings or cloudtrail, as far as known."""
    related: RelatedDesk = field(init=False)

    def __post_init__(self) -> None:
        self.related = RelatedDesk(self)

    @property
    def keys(self) -> tuple[str, ...]:
        """What pages can be narrowed by, always in the same order."""
        return tuple(dict.fromkeys([*KEYS, *(key for measure in self.measures for key in measure.keys)]))

    def view(self, panel: Panel, state: State) -> View:
        """A panel in this state."""
        known = self.freshness().oldest_ms
        return view(panel, state, state.span(self.clock()), self.measures, self.store, known_from=known)

    def views(self, state: State) -> list[View]:
        """All panels in this state."""
        span, known = state.span(self.clock()), self.freshness().oldest_ms
        return [view(panel, state, span, self.measures, self.store, known_from=known) for panel in self.panels]

    def tags(self, span: Span) -> list[Marker]:
        """Lifecycle tags that began in a span, oldest first."""
        return [marker_of(tag) for tag in self.store.tags(span)]

    def desk(self, access: Access) -> TagDesk:
        """What the routes of tags work with."""
        writes = self.writes
        return TagDesk(writes.tag, writes.remove_tag, self._all_tags, self.clock, access.is_token, writes.github_secret)

    def _all_tags(self) -> list[LifecycleTag]:
        return self.store.tags()

    def picture(self, shown: View, *, dark: bool = False, chosen: Sequence[str] = ()) -> str:
        """A panel as SVG that needs nothing beside it; ``chosen`` says what it is narrowed by beside filters."""
        narrowed = "; ".join(filter(None, [narrowed_by(shown), *chosen]))
        given = {"tags": self.tags(shown.span), "made_ms": self.clock(), "fresh": self.freshness(), "dark": dark}
        style = style_of(*PICTURE)
        return render(self.environment, "picture.svg", view=shown, style=style, narrowed=narrowed, **given)

    def page(self, template: str, here: str, state: State, **given: Any) -> HTMLResponse:
        """A page in this state."""
        # ``kept`` is what links to the same page keep of its address, beside the state.
        given = {"here": here, "state": state, "fresh": self.freshness(), "kept": (), **given}
        return HTMLResponse(render(self.environment, template, **given))

    def bare(self, template: str, **given: Any) -> HTMLResponse:
        """A page outside of any state."""
        return HTMLResponse(render(self.environment, template, **given))

    def problem(self, heading: str, detail: str, status: int) -> HTMLResponse:
        """A page that says what is wrong."""
        # It is none of the pages that have a range.
        page = self.page("problem.html", "", State(), ranges=(), heading=heading, detail=detail)
        page.status_code = status
        return page

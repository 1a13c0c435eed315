"""Templates, and what they are given beside the views."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from streams.core.board.releases import span_words
from streams.core.board.runbook import steps_of
from streams.core.board.search import event_href
from streams.core.board.spans import RANGES
from streams.core.board.state import NO_VALUE, name_of
from streams.core.board.views import SEVERITIES
from streams.core.charts.axes import short
from streams.core.charts.trend import draw, spark
from streams.core.parsing.times import to_rfc3339
from streams.web.board.icons import ICONS

if TYPE_CHECKING:
    from streams.core.board.state import State
    from streams.core.board.views import View
    from streams.core.charts.trend import Chart

HERE = Path(__file__).parent
PAGES = (("/", "Overview"), ("/alerts", "Alerts"), ("/events", "Events"), ("/releases", "Releases"))


def make_environment() -> Environment:
    """Jinja with everything escaped, and a name that is not there an error."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "instant": to_rfc3339,
        "clock": lambda ms: f"{_at(ms):%H:%M}",
        "day_clock": lambda ms: f"{_at(ms):%b} {_at(ms).day} {_at(ms):%H:%M}",
        "day_year": lambda ms: f"{_at(ms):%b} {_at(ms).day}, {_at(ms):%Y %H:%M}",
        "day_seconds": lambda ms: f"{_at(ms):%b} {_at(ms).day} {_at(ms):%H:%M:%S}",
        "short": short,
        "span_words": span_words,
        "filter_words": filter_words,
        "spark": spark,
        "chart": chart_of,
        "sentence": lambda text: text[:1].upper() + text[1:],
        "event_href": event_href,
        "words": span_words,
        "name": name_of,
        "steps": steps_of,
    }
    made.globals |= {
        "pages": PAGES,
        "ranges": tuple(RANGES),
        "icons": ICONS,
        "severities": tuple(name.lower() for name in SEVERITIES),
    }
    return made


def filter_words(state: State) -> str:
    """The filters of a page in words; empty where there are none."""
    # In the order in which addresses have them.
    keys = dict.fromkeys(key for key, _ in state.pairs() if key in state.filters)
    return "; ".join(
        f"{name_of(key)}: {', '.join(NO_VALUE if value is None else value for value in state.filters[key])}"
        for key in keys
    )


def narrowed_by(view: View) -> str:
    """What a view is narrowed by, in words, and what it can't be narrowed by; empty where nothing is."""
    left_out = f"not narrowed by {', '.join(view.left_out)}" if view.left_out else ""
    return "; ".join(filter(None, [filter_words(view.state), left_out]))


def chart_of(view: View) -> Chart:
    """The chart of a trend."""
    return draw(view.lines, view.span, view.step, usual=view.usual)


def _at(ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(ms / 1_000, dt.UTC)


def render(environment: Environment, template: str, **given: Any) -> str:
    """A page."""
    return environment.get_template(template).render(**given)

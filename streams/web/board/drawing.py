"""Templates, and what they are given beside the views."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from streams.core.board.releases import span_words
from streams.core.board.spans import RANGES
from streams.core.board.state import name_of
from streams.core.board.views import SEVERITIES
from streams.core.charts.axes import short
from streams.core.charts.trend import draw, spark
from streams.core.parsing.times import to_rfc3339
from streams.web.board.icons import ICONS

if TYPE_CHECKING:
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
        "day_seconds": lambda ms: f"{_at(ms):%b} {_at(ms).day} {_at(ms):%H:%M:%S}",
        "short": short,
        "spark": spark,
        "chart": chart_of,
        "sentence": lambda text: text[:1].upper() + text[1:],
        "words": span_words,
        "name": name_of,
    }
    made.globals |= {
        "pages": PAGES,
        "ranges": tuple(RANGES),
        "icons": ICONS,
        "severities": tuple(name.lower() for name in SEVERITIES),
    }
    return made


def chart_of(view: View) -> Chart:
    """The chart of a trend."""
    return draw(view.lines, view.span, view.step)


def picture_style() -> str:
    """The page's style, for a picture that stands alone."""
    return (HERE / "static" / "page.css").read_text("utf-8")


def _at(ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(ms / 1_000, dt.UTC)


def render(environment: Environment, template: str, **given: Any) -> str:
    """A page."""
    return environment.get_template(template).render(**given)

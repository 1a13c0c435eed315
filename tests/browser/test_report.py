"""A report opened as a file, without scripts and without a network; and pictures opened on their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from tests.web.board.world import HERE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser.served import Served

A4_PX = 793
"""The width of A4, in CSS pixels."""


@pytest.fixture
def alone(browser: Browser) -> Iterator[Page]:
    """A window without scripts and network, which fails where anything else than a file is asked for, or complains."""
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert wrong == []
    assert [url for url in asked if not url.startswith("file:")] == []


def style(page: Page, selector: str, name: str) -> str:
    found: str = page.eval_on_selector(selector, f"one => getComputedStyle(one).{name}")
    return found


def test_a_report_shows_all_of_it_without_anybody(story: Served, alone: Page, tmp_path: Path) -> None:
    answer = TestClient(story.app, base_url=HERE).get("/report", params={"title": "Week 48"})
    assert len(answer.content) < 500_000
    file = tmp_path / "report.html"
    file.write_bytes(answer.content)
    alone.goto(file.as_uri())
    assert alone.title() == "Week 48"
    for said in ("Findings over time", "Alerts over time, by level", "releases and other events", "the gravest first"):
        assert alone.get_by_text(said).first.is_visible()
    assert style(alone, ".panel", "backgroundColor") == "rgb(255, 255, 255)"
    assert style(alone, ".bar .sev-high", "fill") == "rgb(210, 67, 14)"
    assert alone.locator("svg.trend .line").first.bounding_box()
    alone.emulate_media(media="print", color_scheme="dark")
    alone.set_viewport_size({"width": A4_PX, "height": 1_122})
    assert style(alone, ".bar .sev-high", "printColorAdjust") == "exact"
    assert style(alone, ".panel", "backgroundColor") == "rgb(255, 255, 255)"
    assert alone.evaluate("document.documentElement.scrollWidth") <= A4_PX


@pytest.mark.parametrize(("query", "ground"), [("", "rgb(255, 255, 255)"), ("?dark=true", "rgb(21, 26, 34)")])
def test_a_picture_opened_on_its_own_has_its_style(story: Served, browser: Browser, query: str, ground: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.goto(f"{story.address}/api/v1/panels/findings-over-time/picture.svg{query}")
    assert style(page, ".ground", "fill") == ground
    assert style(page, ".trend .line.sev-high", "fill") == "none"
    context.close()
    assert wrong == []

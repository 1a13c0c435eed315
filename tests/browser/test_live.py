"""What changes without a reload: measured, with what people were doing left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from streams.web.board.board import Freshness
from streams.web.board.news import News
from tests.browser.reading import panel, row
from tests.browser.served import Served
from tests.browser.story import tell
from tests.web.board.world import NOW

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.watched import Watched
    from tests.web.board.world import World

WATCH = """() => { window.took = new Promise(done => {
  const text = () => document.querySelector('#panel-high .figure').textContent.trim();
  const before = text(), begin = performance.now();
  const look = () => text() === before ? requestAnimationFrame(look) : done(performance.now() - begin);
  look();
}); }"""
MOST_MS = 2_000


def come(served: Served, name: str) -> None:
    served.world.finding("2026-11-24T09:55:00Z", name, account="999900001111")
    served.world.count()
    served.tell()


def high(page: Page) -> str:
    return panel(page, "high").locator(".figure").inner_text()


def test_a_message_is_on_the_page_within_two_seconds(served: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(served.address)
    page.evaluate("window.here = 1")
    took = []
    for turn in range(5):
        expect(panel(page, "high").locator(".figure")).to_have_text(str(turn))
        # The page itself looks at its clock, from just before the message comes until it is drawn.
        page.evaluate(WATCH)
        come(served, f"f-{turn}")
        took.append(round(page.evaluate("window.took")))
    assert page.evaluate("window.here") == 1
    print(f"from the store to the page, in ms: {took}")  # noqa: T201 - `pytest -rP` shows it
    assert max(took) < MOST_MS, took


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("/", "of=counts&of=tags"),
        ("/alerts", "of=alerts&of=tags"),
        ("/events", "of=events&of=tags"),
        ("/releases", "of=tags&of=events&of=alerts"),
        ("/api", "of=nothing"),
    ],
)
def test_a_page_listens_for_news_of_what_it_shows(story: Served, watched: Watched, path: str, kinds: str) -> None:
    with watched.page.expect_request(lambda request: "/live" in request.url) as asked:
        watched.page.goto(story.address + path)
    assert asked.value.url == f"{story.address}/live?{kinds}"


def test_an_alert_comes_to_the_open_page_of_alerts(served: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{served.address}/alerts")
    served.wait_for_page()
    served.world.alert(1)
    served.world.board.news.tell(frozenset({"alerts"}))
    expect(page.get_by_role("link", name="Phishing")).to_be_visible()


def test_focus_and_scroll_stay_where_they_are(world: World, watched: Watched) -> None:
    tell(world, days=2)
    served = Served(world)
    served.start()
    page = watched.page
    page.goto(served.address)
    row(page, "regions", "us-east-1").focus()
    page.evaluate("scrollTo(0, 500)")
    before, at = high(page), page.evaluate("scrollY")
    assert at > 0
    come(served, "f-new")
    expect(panel(page, "high").locator(".figure")).not_to_have_text(before)
    assert page.evaluate("scrollY") == at
    assert page.evaluate("document.activeElement.dataset.focus") == "us-east-1"
    assert page.evaluate("document.activeElement.closest('[data-part]').id") == "panel-regions"
    served.stop()


def test_a_cut_connection_is_told_and_mends_itself_with_what_came_meanwhile(world: World, watched: Watched) -> None:
    first = Served(world)
    first.start()
    watched.expected = ("ERR_", "net::")
    page = watched.page
    page.goto(first.address)
    live = page.get_by_role("status")
    expect(live).to_contain_text("live")
    first.tell()
    first.stop()
    expect(live).to_have_text("not connected, trying again", use_inner_text=True)
    world.finding("2026-11-24T09:55:00Z", "f-meanwhile")
    world.count()
    world.board.news = News()
    second = Served(world, port=first.port)
    second.start()
    expect(live).to_contain_text("live", use_inner_text=True, timeout=15_000)
    expect(panel(page, "high").locator(".figure")).to_have_text("1")
    second.stop()


def test_a_silent_source_and_a_feed_that_is_behind_are_told_apart(served: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(served.address)
    live = page.get_by_role("status")
    expect(live).to_have_text("live counted to 10:00 UTC", use_inner_text=True)
    silent = "silent since 08:50: no event has come for 1 h 10 min"
    served.world.board.freshness = lambda: Freshness(NOW - 70 * 60_000, None, silent)
    served.tell()
    expect(live).to_have_text(f"{silent} counted to 08:50 UTC", use_inner_text=True)
    expect(panel(page, "accounts")).to_contain_text("Silent since 08:50")
    behind = "behind: 12,000 messages are still to be read"
    served.world.board.freshness = lambda: Freshness(NOW - 70 * 60_000, behind)
    served.tell()
    expect(live).to_contain_text(behind)
    expect(live).not_to_contain_text("silent")

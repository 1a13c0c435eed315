"""Other ways in than a mouse and a script: the keyboard, no JavaScript, small and large windows."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.pages import FILLED
from tests.browser.reading import assert_all, row
from tests.browser.story import HIT
from tests.browser.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.browser.served import Served


CUT = """[...document.querySelectorAll('.panel')]
  .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.id || one.textContent.slice(0, 40))"""


def tab_to(watched: Watched, name: str, part: str) -> None:
    for _ in range(120):
        watched.page.keyboard.press("Tab")
        if watched.page.evaluate(
            "([name, part]) => document.activeElement?.dataset.focus === name"
            " && document.activeElement.closest('[data-part]')?.dataset.part === part",
            [name, part],
        ):
            return
    pytest.fail(f"{name} in {part} can't be reached by keyboard")


def test_the_keyboard_reaches_a_bar_narrows_by_it_and_stays_on_it(story: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(story.address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    tab_to(watched, HIT[0], "panel-accounts")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("a.chip")).to_have_count(1)
    assert_all(page, story.world.found, {"account": HIT[0]})
    expect(row(page, "accounts", HIT[0])).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("a.chip")).to_have_count(0)
    expect(row(page, "accounts", HIT[0])).to_be_focused()


def test_the_keyboard_reaches_a_number_and_a_marker(story: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(story.address)
    tab_to(watched, "figure", "panel-critical")
    page.keyboard.press("Enter")
    page.wait_for_url("**severity_label=Critical")
    page.get_by_role("link", name="shop 7.4.0, Nov 24 04:30 UTC").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/releases/shop-7.4.0")


@pytest.fixture
def plain(browser: Browser) -> Iterator[Watched]:
    """A window without JavaScript."""
    made = Watched(browser.new_context(java_script_enabled=False))
    yield made
    made.close()


def test_everything_works_by_links_without_javascript(story: Served, plain: Watched) -> None:
    page = plain.page
    page.goto(story.address)
    assert_all(page, story.world.found, {})
    row(page, "accounts", HIT[0]).click()
    page.wait_for_url("**account=*")
    assert_all(page, story.world.found, {"account": HIT[0]})
    page.get_by_role("link", name="7d", exact=True).click()
    page.wait_for_url("**range=7d*")
    assert_all(page, story.world.found, {"account": HIT[0]}, 10_080)
    page.get_by_role("link", name="Remove the filter account").click()
    page.wait_for_url(lambda address: dict(parse_qsl(urlsplit(address).query)) == {"range": "7d"})
    page.get_by_role("link", name="Alerts", exact=True).click()
    page.get_by_role("group", name="status").get_by_role("link", name="resolved").click()
    page.wait_for_url("**status=resolved*")
    page.get_by_role("link", name="Events", exact=True).click()
    page.get_by_role("searchbox").fill("event_name:StopLogging")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**query=*")
    assert set(page.locator("table.events .what summary").all_inner_texts()) == {"StopLogging"}
    assert page.get_by_role("button", name="Light or dark").count() == 0
    expect(page.get_by_role("status")).to_contain_text("reload for what is new", use_inner_text=True)


@pytest.mark.parametrize("width", [390, 1280, 2560])
def test_no_page_is_wider_than_its_window(story: Served, watched: Watched, width: int) -> None:
    page = watched.page
    watched.expected = ("404", "400")
    page.set_viewport_size({"width": width, "height": 900})
    for path in FILLED:
        page.goto(f"{story.address}{path}")
        beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert beyond <= 0, path
        # What is cut off within a panel would be no overflow of the page.
        cut = page.evaluate(CUT)
        assert cut == [], path

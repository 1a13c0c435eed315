"""What somebody is at stays as it is while news comes in: menus, focus, places, marked texts, open events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.reading import panel

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.served import Served
    from tests.browser.watched import Watched

MARK = """one => getSelection().selectAllChildren(one)"""


@pytest.fixture
def page(served: Served, watched: Watched) -> Page:
    come(served, 1)
    watched.page.set_default_timeout(10_000)
    return watched.page


def come(served: Served, number: int) -> None:
    """One more finding, of an account of its own."""
    served.world.finding(f"2026-11-24T09:50:{number:02d}Z", f"f-{number}", account=f"{number:012d}")
    served.world.count()


def tell(served: Served, number: int, sign: Locator, text: str) -> None:
    """News comes, and the page shows it where nobody is."""
    come(served, number)
    served.tell()
    expect(sign).to_have_text(text)


def test_an_open_menu_stays_open_with_the_focus_in_it(served: Served, page: Page) -> None:
    page.goto(served.address)
    menu = panel(page, "accounts").locator(".doors")
    menu.locator("summary").click()
    menu.get_by_role("link", name="Picture", exact=True).focus()
    tell(served, 2, panel(page, "high").locator(".figure"), "2")
    expect(panel(page, "accounts")).to_contain_text("000000000002")
    expect(menu.get_by_role("link", name="Picture", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link", name="Picture, dark")).to_be_focused()
    menu.locator("summary").click()
    tell(served, 3, panel(page, "high").locator(".figure"), "3")
    expect(menu.get_by_role("link", name="JSON")).to_be_hidden()


def test_an_event_that_is_open_stays_where_it_is_and_new_ones_come_once_it_is_closed(
    served: Served, page: Page
) -> None:
    page.goto(f"{served.address}/events")
    expect(page.get_by_text("New events wait")).to_be_hidden()
    summary = page.locator(".events summary")
    summary.click()
    expect(page.get_by_text("New events wait")).to_be_visible()
    at = page.locator(".events pre").bounding_box()
    tell(served, 2, page.locator(".key b").first, "2")
    tell(served, 3, page.locator(".key b").first, "3")
    assert page.locator(".events pre").bounding_box() == at
    expect(summary).to_have_count(1)
    summary.click()
    expect(page.locator(".events summary")).to_have_count(3)


def test_a_text_that_is_marked_stays_marked_until_it_is_let_go(served: Served, page: Page) -> None:
    page.goto(served.address)
    label = panel(page, "accounts").locator(".label").first
    label.evaluate(MARK)
    tell(served, 2, panel(page, "high").locator(".figure"), "2")
    assert page.evaluate("getSelection().toString()") == "000000000001"
    expect(panel(page, "accounts")).not_to_contain_text("000000000002")
    page.evaluate("getSelection().removeAllRanges()")
    expect(panel(page, "accounts")).to_contain_text("000000000002")


def test_lines_that_were_moved_sideways_stay_there(served: Served, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{served.address}/events")
    lines = page.locator(".over-time")
    lines.evaluate("one => { one.scrollLeft = -150; }")
    tell(served, 2, page.locator(".key b").first, "2")
    assert lines.evaluate("one => one.scrollLeft") == -150


def test_who_asks_for_another_page_gets_it_with_an_event_open(served: Served, page: Page) -> None:
    page.goto(f"{served.address}/events")
    page.locator(".events summary").click()
    page.get_by_label("Range of time").get_by_role("link", name="7d").click()
    expect(page).to_have_url(f"{served.address}/events?range=7d")
    expect(page.locator(".filters time").first).to_have_text("Nov 17 10:00")

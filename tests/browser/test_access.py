from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.served import Served
from tests.web.board.boards import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.watched import Watched
    from tests.web.board.world import World


@pytest.fixture
def closed(world: World) -> Iterator[Served]:
    """A dashboard that asks everybody for the token."""
    made = Served(world, open_reads=False)
    made.start()
    yield made
    made.stop()


def test_without_the_token_every_page_asks_for_it_and_a_wrong_one_is_refused(closed: Served, watched: Watched) -> None:
    closed.world.alert(1)
    page = watched.page
    watched.expected = ("401",)
    for path in ("/", "/alerts", f"/alerts/{1:032x}", "/events", "/releases"):
        page.goto(f"{closed.address}{path}")
        assert page.url == f"{closed.address}/login?then={path}"
    page.goto(f"{closed.address}/alerts")
    page.get_by_label("Token").fill("not the token at all")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("This is not the token.")
    assert page.get_by_label("Token").evaluate("one => one === document.activeElement")
    page.goto(f"{closed.address}/alerts")
    assert "/login" in page.url
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{closed.address}/alerts")
    expect(page.get_by_role("link", name="Phishing")).to_be_visible()


def test_the_printed_link_signs_in_and_takes_the_token_out_of_the_address(closed: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{closed.address}/login?token={TOKEN}")
    assert page.url == f"{closed.address}/"
    assert TOKEN not in page.content()
    assert page.evaluate("document.cookie") == ""
    expect(page.locator("#panel-critical")).to_be_visible()


def sign_in(page: Page) -> None:
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()


def test_on_this_machine_reading_is_open_and_writing_is_not(served: Served, watched: Watched) -> None:
    name = served.world.alert(1)
    page = watched.page
    watched.expected = ("401",)
    page.goto(f"{served.address}/alerts/{name}")
    assert page.get_by_label("Your name").count() == 0
    page.locator("main").get_by_role("link", name="Sign in").click()
    sign_in(page)
    page.wait_for_url(f"{served.address}/alerts/{name}")
    # Who is not signed in any more when the form is sent is asked for the token, and led back.
    page.context.clear_cookies()
    page.get_by_label("Your name").fill("Mallory")
    with page.expect_navigation() as refused:
        page.get_by_role("button", name="Close").click()
    assert refused.value is not None
    assert refused.value.status == 401
    sign_in(page)
    page.wait_for_url(f"{served.address}/alerts/{name}")
    assert page.locator('[data-part="notes"] li').count() == 0
    page.get_by_label("Your name").fill("Ann")
    page.get_by_role("button", name="Close").click()
    expect(page.locator('[data-part="notes"] li')).to_contain_text("Ann closed it")

"""A release told by hand, by somebody with nothing but a keyboard and a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.board.boards import TOKEN

if TYPE_CHECKING:
    from tests.browser.served import Served
    from tests.browser.watched import Watched


def test_a_tag_is_added_changed_and_removed_on_the_page(served: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{served.address}/releases?range=7d")
    page.get_by_text("Add a release or another event by hand").click()
    page.get_by_role("link", name="sign in").click()
    page.get_by_label("Token").fill(TOKEN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/releases")
    page.get_by_text("Add a release or another event by hand").click()
    page.get_by_label("Name").fill("checkout 2.14.0")
    page.get_by_label("Applications").fill("checkout, cart")
    page.get_by_label("Started, in UTC").fill("2026-11-24T07:00")
    page.get_by_label("Finished, in UTC").fill("2026-11-24T06:00")
    page.get_by_role("radio", name="star").check()
    watched.expected = ("400",)
    page.get_by_role("button", name="Add").click()
    wrong = page.locator("#wrong-finished_at")
    assert "is before started_at" in wrong.inner_text()
    assert page.get_by_label("Applications").input_value() == "checkout, cart"
    page.get_by_label("Finished, in UTC").fill("2026-11-24T07:05")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/releases/tag-*")
    assert page.get_by_role("heading", name="checkout 2.14.0").is_visible()
    page.get_by_role("link", name="Change").click()
    page.get_by_label("Version").fill("2.14.0")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/releases/tag-*")
    [tag] = served.world.store.tags()
    assert (tag.version, tag.applications, tag.icon) == ("2.14.0", ("checkout", "cart"), "star")
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove it").click()
    page.wait_for_url("**/releases")
    assert served.world.store.tags() == []


def test_a_panels_menu_is_reached_by_keyboard(served: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{served.address}/?range=7d")
    page.locator("#panel-accounts .doors summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Picture"
    page.keyboard.press("Enter")
    page.wait_for_url("**/api/v1/panels/accounts/picture.svg?range=7d")

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.served import Served
    from tests.browser.watched import Watched

LIGHT, DARK = "rgb(244, 245, 248)", "rgb(13, 16, 22)"


def ground(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


@pytest.mark.parametrize(("preferred", "own", "other"), [("light", LIGHT, DARK), ("dark", DARK, LIGHT)])
def test_colours_follow_the_preference_and_the_button_which_is_remembered(
    served: Served, watched: Watched, preferred: str, own: str, other: str
) -> None:
    page = watched.page
    page.emulate_media(color_scheme=preferred)  # type: ignore[arg-type]
    page.goto(served.address)
    assert ground(page) == own
    button = page.get_by_role("button", name="Light or dark")
    button.click()
    assert ground(page) == other
    page.reload()
    assert ground(page) == other
    page.get_by_role("link", name="Alerts", exact=True).click()
    page.wait_for_url("**/alerts")
    assert ground(page) == other
    button.click()
    assert ground(page) == own
    page.goto(f"{served.address}/login")
    assert ground(page) == own

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from tests.browser.reading import number
from tests.browser.story import HIT
from tests.web.board.boards import TOKEN
from tests.web.board.world import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.served import Served
    from tests.browser.watched import Watched

GRAVE = {"serious", "critical"}


def listed(page: Page) -> list[list[str]]:
    return [row.locator("td").all_inner_texts() for row in page.locator("table.list tbody tr").all()]


@pytest.mark.parametrize(
    ("group", "name", "column"), [("status", "resolved", 4), ("level", "high", 0), ("state", "closed", 4)]
)
def test_the_list_is_narrowed_and_says_how_many_there_are(
    story: Served, watched: Watched, group: str, name: str, column: int
) -> None:
    page = watched.page
    page.goto(f"{story.address}/alerts")
    assert len(listed(page)) == 26
    option = page.get_by_role("group", name=group).get_by_role("link", name=name)
    many = number(option.locator("b").inner_text())
    assert 0 < many < 26
    option.click()
    expect(page.locator("#title-list")).to_have_text(f"{many} alert{'' if many == 1 else 's'}")
    assert f"{group}={name}" in page.url
    assert [name in row[column] for row in listed(page)] == [True] * many
    # Another range keeps what was chosen.
    page.get_by_role("link", name="7d", exact=True).click()
    page.wait_for_url("**range=7d*")
    assert f"{group}={name}" in page.url


def test_the_list_is_sorted_by_what_is_clicked(story: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{story.address}/alerts")
    order = ["critical", "high", "medium", "low", "informational"]
    page.get_by_role("columnheader", name="Level").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Level")).to_have_attribute("aria-sort", "descending")
    levels = [order.index(row[0]) for row in listed(page)]
    assert levels == sorted(levels)
    page.get_by_role("columnheader", name="Alert").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Alert")).to_have_attribute("aria-sort", "descending")
    assert [row[2].split("\n")[0] for row in listed(page)] == sorted(row[2].split("\n")[0] for row in listed(page))


def test_an_alert_opens_with_all_that_is_known_of_it(story: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{story.address}/alerts?account={HIT[0]}&status=firing&level=high")
    page.get_by_role("link", name="Phishing attempt identified").last.click()
    page.wait_for_url("**/alerts/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Phishing attempt identified")
    count = number(page.locator(".lead .summary").inner_text().split(" in ")[0])
    main = page.locator("main").inner_text()
    measured = page.locator("section", has=page.get_by_role("heading", name="What was measured"))
    assert measured.locator("dd").all_inner_texts() == [str(count), "5", "10m"]
    assert "Isolate the instance." in main
    released = page.locator("section", has=page.get_by_role("heading", name="Released before it"))
    expect(released.get_by_role("link", name="shop 7.4.0")).to_be_visible()
    near = page.locator("section", has=page.get_by_role("heading", name="Alerts around it"))
    assert near.get_by_role("link").count() >= 1
    affected = page.locator("section", has=page.get_by_role("heading", name="Whom and where"))
    assert affected.locator(".chips a").count() >= 2
    page.locator("table tbody a").first.click()
    page.wait_for_url("**/events?*query=*")
    expect(page.locator("#title-events")).to_have_text("1 event")


def sign_in(page: Page, back: str) -> None:
    """By the link of a page, to which it leads back."""
    page.get_by_role("link", name="sign in").click()
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(back)


def test_people_sign_in_then_acknowledge_and_close_with_a_note(served: Served, watched: Watched) -> None:
    name = served.world.alert(1)
    page = watched.page
    page.goto(f"{served.address}/alerts/{name}")
    # Nobody types what can't be taken yet.
    expect(page.get_by_label("Note")).to_have_count(0)
    sign_in(page, f"{served.address}/alerts/{name}")
    assert [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in GRAVE] == []
    for button, said in (("Acknowledge", "acknowledged it"), ("Close", "closed it")):
        page.get_by_label("Note").fill(f"{said} {HOSTILE}")
        page.get_by_label("Your name").fill("Ann")
        with page.expect_navigation():
            page.get_by_role("button", name=button).click()
        expect(page.locator('[data-part="notes"] li').last).to_contain_text(f"Ann {said}")
        expect(page.locator('[data-part="notes"] .summary').last).to_have_text(f"{said} {HOSTILE}")
    expect(page.locator(".lead .status.closed")).to_be_visible()
    page.goto(f"{served.address}/alerts")
    closed = page.get_by_role("group", name="state").get_by_role("link", name="closed")
    expect(closed.locator("b")).to_have_text("1")
    expect(page.locator("table.list tbody tr")).to_contain_text("closed")


def test_a_note_that_is_being_written_survives_news(served: Served, watched: Watched) -> None:
    name = served.world.alert(1)
    page = watched.page
    page.goto(f"{served.address}/alerts/{name}")
    sign_in(page, f"{served.address}/alerts/{name}")
    page.get_by_label("Note").fill("half a thou")
    served.world.alert(1, status="resolved", ends_at="2026-11-24T09:50:00.000Z")
    served.tell()
    expect(page.locator(".lead .status.resolved")).to_be_visible()
    assert page.get_by_label("Note").input_value() == "half a thou"
    assert page.evaluate("document.activeElement.id") == "text"

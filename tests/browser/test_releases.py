from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.story import HIT, PHISHING

if TYPE_CHECKING:
    from tests.browser.served import Served
    from tests.browser.watched import Watched


def test_releases_are_listed_with_what_followed_and_open(story: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{story.address}/releases")
    rows = page.locator("table.list tbody tr")
    assert rows.count() == 5
    row = rows.filter(has_text="shop 7.4.0")
    assert "2 h 58 min" in row.inner_text()
    assert PHISHING in row.inner_text()
    row.get_by_role("link").click()
    page.wait_for_url("**/releases/shop-7.4.0")
    main = page.locator("main").inner_text()
    assert "2 h 58 min" in main
    assert "more than chance would bring" in main
    accounts = page.locator("section", has=page.get_by_role("heading", name="Accounts: 6"))
    assert set(accounts.get_by_role("link").all_inner_texts()[:2]) == set(HIT)
    since = page.locator("section", has=page.get_by_role("heading", name="Alerts since"))
    assert since.get_by_role("link", name="Phishing attempt identified").count() >= 1
    assert page.locator("#panel-findings-over-time a.marker").count() >= 2


def test_a_release_leads_to_the_overview_narrowed_to_its_time(story: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{story.address}/releases/shop-7.4.0")
    page.get_by_role("link", name=HIT[0], exact=True).click()
    page.wait_for_url("**/?from=*")
    expect(page.locator("a.chip")).to_contain_text(HIT[0])
    page.go_back()
    page.locator('#panel-findings-over-time .key a[data-focus="High"]').click()
    page.wait_for_url("**severity_label=High")
    expect(page.locator("a.chip")).to_contain_text("High")

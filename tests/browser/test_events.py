from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import expect

from streams.core.board.spans import span_until
from streams.core.parsing.times import parse_time
from tests.browser.story import HIT, PHISHING
from tests.web.board.world import NOW

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.served import Served
    from tests.browser.watched import Watched


def heading(page: Page) -> str:
    return page.locator("#title-events").inner_text()


def ask(page: Page, query: str) -> None:
    page.get_by_role("searchbox", name="Query").fill(query)
    with page.expect_navigation():
        page.get_by_role("button", name="Search").click()


def test_a_query_picks_events_and_stays_when_the_range_changes(story: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{story.address}/events")
    span = span_until(NOW, 1_440)
    findings = [one for one in story.world.found if span.start_ms <= (parse_time(one["event_time"]) or 0) < span.end_ms]
    assert heading(page) == f"{len(findings) + 90} events"
    assert page.locator("table.events tbody tr").count() == 100
    ask(page, f'type:"{PHISHING}" AND account:{HIT[0]}')
    picked = [one for one in findings if one["type"] == PHISHING and one["account"] == HIT[0]]
    assert heading(page) == f"{len(picked)} events"
    assert set(page.locator("table.events .what summary").all_inner_texts()) == {PHISHING}
    page.get_by_role("link", name="1h", exact=True).click()
    expect(page.get_by_role("link", name="1h", exact=True)).to_have_attribute("aria-current", "true")
    assert "query" in dict(parse_qsl(urlsplit(page.url).query))
    assert page.get_by_role("searchbox").input_value() == f'type:"{PHISHING}" AND account:{HIT[0]}'
    assert set(page.locator("table.events .what summary").all_inner_texts()) <= {PHISHING}
    ask(page, "event_name:ConsoleLogin")
    assert dict(parse_qsl(urlsplit(page.url).query))["range"] == "1h"


def test_a_query_that_can_not_be_read_is_told_where(story: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{story.address}/events")
    ask(page, "event_name:x AND (")
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("^")
    assert page.get_by_role("searchbox").get_attribute("aria-invalid") == "true"
    assert page.get_by_role("searchbox").input_value() == "event_name:x AND ("
    ask(page, "event_name:StopLogging")
    assert page.get_by_role("alert").count() == 0
    assert set(page.locator("table.events .what summary").all_inner_texts()) == {"StopLogging"}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("event_name:StopLogging", "principal"),
        ("event_name:StopLogging", "address"),
        (f'type:"{PHISHING}"', "resource"),
    ],
)
def test_pivots_lead_to_all_events_about_one_thing(story: Served, watched: Watched, query: str, name: str) -> None:
    page = watched.page
    page.goto(f"{story.address}/events")
    ask(page, query)
    pivot = page.locator(".pivots > span", has_text=name).first.get_by_role("link")
    label = pivot.inner_text()
    whole = pivot.get_attribute("title") or label
    pivot.click()
    expect(page.get_by_role("searchbox")).not_to_have_value(query)
    assert page.get_by_role("searchbox").input_value().endswith(f':"{whole}"')
    rows = page.locator("table.events tbody tr")
    assert rows.count() >= 1
    assert rows.count() == rows.filter(has_text=label).count()


def test_an_event_opens_as_it_came(served: Served, watched: Watched) -> None:
    served.world.finding("2026-11-24T09:29:00Z", "f-one")
    page = watched.page
    page.goto(f"{served.address}/events")
    assert page.locator("table.events pre").first.is_hidden()
    page.locator("table.events summary").first.click()
    expect(page.locator("table.events pre")).to_contain_text('"finding_id": "f-one"')


def test_markers_stand_over_events_too(story: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{story.address}/events")
    assert page.locator("#panel-events-over-time a.marker").count() == 5
    page.get_by_role("link", name="shop back to 7.3.2").locator("rect").click()
    page.wait_for_url("**/releases/shop-rollback")

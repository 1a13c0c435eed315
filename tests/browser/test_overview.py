from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.reading import assert_all, panel, row
from tests.browser.story import HIT

if TYPE_CHECKING:
    from tests.browser.served import Served
    from tests.browser.watched import Watched

CLICKS = [
    ("accounts", HIT[0], {"account": HIT[0]}),
    ("purposes-high", "Trojan", {"threat_purpose": "Trojan"}),
    ("purposes-medium", "Recon", {"threat_purpose": "Recon"}),
    ("resources", "EKSCluster", {"resource_type": "EKSCluster"}),
    ("regions", "us-east-1", {"region": "us-east-1"}),
    ("security-groups", "sg-web", {"security_group": "sg-web"}),
    (
        "types",
        "Recon · Recon:EC2/Portscan",
        {"threat_purpose": "Recon", "type": "Recon:EC2/Portscan"},
    ),
    ("findings-over-time", "High", {"severity_label": "High"}),
    ("high", "figure", {"severity_label": "High"}),
]


def asked(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


@pytest.mark.parametrize(("name", "minutes"), [("1h", 60), ("6h", 360), ("24h", 1_440), ("7d", 10_080)])
def test_every_panel_shows_what_is_counted_by_hand_over_each_range(
    story: Served, watched: Watched, name: str, minutes: int
) -> None:
    page = watched.page
    page.goto(story.address)
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "true")
    assert asked(page.url) == ({} if name == "24h" else {"range": name})
    assert_all(page, story.world.found, {}, minutes)


@pytest.mark.parametrize(("panel_id", "label", "where"), CLICKS, ids=lambda one: one if isinstance(one, str) else "")
def test_a_click_narrows_all_panels_and_the_next_one_widens_them(
    story: Served, watched: Watched, panel_id: str, label: str, where: dict[str, str]
) -> None:
    page = watched.page
    page.goto(story.address)
    row(page, panel_id, label).click()
    page.wait_for_url(lambda address: asked(address) == where)
    expect(page.locator("a.chip:not(.clear)")).to_have_count(len(where))
    assert_all(page, story.world.found, where)
    chosen = page.locator(f'#panel-{panel_id} [aria-current="true"] a, #panel-{panel_id} a[aria-current="true"]').first
    if panel_id != "resources":  # That panel goes on to single resources.
        chosen.click()
    else:
        page.get_by_role("link", name="Remove the filter resource type").click()
    page.wait_for_url(lambda address: asked(address) == {})
    expect(page.locator("a.chip")).to_have_count(0)
    assert_all(page, story.world.found, {})


def test_filters_add_up_and_back_reload_and_a_new_tab_show_the_same(story: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(story.address)
    row(page, "accounts", HIT[0]).click()
    expect(page.locator("a.chip")).to_have_count(1)
    row(page, "regions", "eu-west-1").click()
    expect(page.locator("a.chip:not(.clear)")).to_have_count(2)
    both = {"account": HIT[0], "region": "eu-west-1"}
    assert asked(page.url) == both
    assert_all(page, story.world.found, both)
    page.reload()
    assert_all(page, story.world.found, both)
    other = watched.context.new_page()
    other.goto(page.url)
    assert_all(other, story.world.found, both)
    page.go_back()
    expect(page.locator("a.chip:not(.clear)")).to_have_count(1)
    assert_all(page, story.world.found, {"account": HIT[0]})
    page.go_forward()
    expect(page.locator("a.chip:not(.clear)")).to_have_count(2)
    assert_all(page, story.world.found, both)
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator("a.chip")).to_have_count(0)
    assert_all(page, story.world.found, {})


def test_a_row_opens_in_a_new_tab_as_any_link_does(story: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(story.address)
    with watched.context.expect_page() as opened:
        row(page, "accounts", HIT[0]).click(modifiers=["Control"])
    other = opened.value
    other.wait_for_load_state()
    assert asked(other.url) == {"account": HIT[0]}
    assert asked(page.url) == {}
    assert_all(other, story.world.found, {"account": HIT[0]})


def test_the_ring_goes_on_to_single_resources(story: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(story.address)
    ring = panel(page, "resources")
    parts = ring.locator(".ring circle:not(.rest)")
    assert parts.count() == ring.locator(".legend a").count()
    told = [float(one.get_attribute("stroke-dasharray").split()[0]) for one in parts.all()]  # type: ignore[union-attr]
    assert sum(told) == pytest.approx(100, abs=0.1)
    row(page, "resources", "Instance").click()
    expect(ring.locator(".legend a").first).to_contain_text("i-")
    row(page, "resources", "i-0a000000000000000").click()
    where = {"resource_type": "Instance", "resource_id": "i-0a000000000000000"}
    page.wait_for_url(lambda address: asked(address) == where)
    expect(page.locator("a.chip:not(.clear)")).to_have_count(2)
    assert_all(page, story.world.found, where)


def test_a_marker_has_an_icon_and_a_name_and_opens_the_release(story: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(story.address)
    markers = panel(page, "findings-over-time").locator("a.marker")
    assert markers.count() == 5
    marker = panel(page, "findings-over-time").get_by_role("link", name="shop 7.4.0, Nov 24 04:30 UTC")
    rocket, gear = (markers.nth(place).locator(".icon").get_attribute("d") for place in (0, 1))
    assert marker.locator(".icon").get_attribute("d") == rocket
    assert rocket != gear
    marker.locator("rect").click()
    page.wait_for_url("**/releases/shop-7.4.0")
    expect(page.get_by_role("heading", level=1)).to_have_text("shop 7.4.0")


def test_a_fixed_range_is_kept_by_every_link(story: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{story.address}/?from=2026-11-24T07:00:00Z&to=2026-11-24T09:00:00Z")
    expect(page.locator(".filters time").first).to_have_text("Nov 24 07:00")
    row(page, "accounts", HIT[1]).click()
    page.wait_for_url("**account=*")
    assert asked(page.url)["to"] == "2026-11-24T09:00:00.000Z"
    page.get_by_role("link", name="Events", exact=True).click()
    page.wait_for_url("**/events?*")
    assert asked(page.url)["account"] == HIT[1]
    assert asked(page.url)["from"] == "2026-11-24T07:00:00.000Z"

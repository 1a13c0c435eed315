from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.board.world import World


@pytest.fixture
def world(world: World) -> World:
    """Three releases, of which the middle one made things worse."""
    world.tag("shop-1", "2026-11-20T08:00:00Z", applications=("shop",), environment="production")
    world.tag("cart-1", "2026-11-21T08:00:00Z", applications=("cart",), environment="production")
    world.tag("sale", "2026-11-22T08:00:00Z", kind="campaign", applications=("shop", "cart"))
    for minute in range(12):
        world.finding(f"2026-11-21T08:{minute:02d}:30Z", f"f{minute}")
    world.finding("2026-11-22T09:00:00Z", "late", severity_label="Low")
    world.alert(1, starts_at="2026-11-21T09:00:00Z")
    return world


def names(page: str) -> list[str]:
    return re.findall(r'href="/releases/([^"?]+)"', page)


def links(page: str) -> set[str]:
    return {unescape(link) for link in re.findall(r'href="(/releases\?[^"]*)"', page)}


def test_each_row_says_what_its_page_says(world: World) -> None:
    page = world.page("/releases?range=7d")
    row = page.partition('"/releases/cart-1"')[2].partition("</tr>")[0]
    assert "Trojan:EC2/PhishingDomainRequest!DNS" in row
    assert 'data-label="Before:">0</td>' in row
    assert 'data-label="After:">12</td>' in row
    assert ">more</span>" in row
    assert 'data-label="Accounts:">1</td>' in row
    assert 'data-label="Alerts:">1</td>' in row
    assert 'aria-label="0 findings in 1 d before, 12 after"' in row
    alone = world.page("/releases/cart-1")
    assert "0 → 12" in alone
    assert "Alerts since" in alone


def test_it_is_sorted_by_links(world: World) -> None:
    newest = world.client.get("/releases?range=7d").text
    assert names(newest) == ["sale", "cart-1", "shop-1"]
    assert "/releases?range=7d&sort=more" in links(newest)
    worst = world.client.get("/releases?range=7d&sort=more").text
    assert names(worst)[0] == "cart-1"
    assert worst.count('aria-sort="descending"') == 1
    assert names(world.client.get("/releases?range=7d&sort=nonsense").text) == names(newest)


def test_it_is_narrowed_by_links(world: World) -> None:
    page = world.client.get("/releases?range=7d&sort=more").text
    assert "/releases?range=7d&application=cart&sort=more" in links(page)
    for query, expected in (
        ("application=cart", {"cart-1", "sale"}),
        ("application=cart&kind=deploy", {"cart-1"}),
        ("environment=production", {"cart-1", "shop-1"}),
        ("kind=none", set()),
    ):
        assert set(names(world.client.get(f"/releases?range=7d&{query}").text)) == expected
    # What is offered beside a choice says how many there would be.
    narrowed = world.page("/releases?range=7d&application=cart")
    assert "deploy <b>1</b>" in narrowed
    assert "shop <b>2</b>" in narrowed


def test_a_choice_can_be_taken_back_where_nothing_fits(world: World) -> None:
    page = world.client.get("/releases?range=7d&application=nobody").text
    assert "None of this kind began in this range." in page
    assert "/releases?range=7d" in links(page)

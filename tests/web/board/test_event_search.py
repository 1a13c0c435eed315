"""A search that takes too long says how far it came, and goes on from there; what is left out matches nothing."""

from __future__ import annotations

import re
from html import unescape

import pytest

from schemas.errors import GuardstreamError
from streams.core.board.search import Search
from streams.core.board.spans import Span
from streams.web.board import event_pages
from streams.web.board.event_search import newest, search
from tests.web.board.world import MINUTE, NOW, World

SPAN = Span(NOW - 60 * MINUTE, NOW)


def test_a_search_that_takes_too_long_goes_on_where_it_ended_until_all_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(250):
        world.finding("2026-11-24T09:29:00Z", f"f{number}", title="rare" if number % 50 == 0 else "usual")
    monkeypatch.setattr(event_pages, "LONGEST_S", -1.0)
    address: str | None = "/events?query=title:rare"
    found: list[str] = []
    pages = 0
    while address is not None:
        page = world.client.get(address).text
        found += re.findall(r"&#34;finding_id&#34;: &#34;(f[0-9]+)&#34;", page)
        link = re.search(r'<a href="([^"]*)">search on from there', page)
        address, pages = unescape(link[1]) if link else None, pages + 1
    assert sorted(found) == sorted(f"f{number}" for number in range(0, 250, 50))
    assert pages == 3
    assert "before: " in world.page("/events?query=title:rare&before=now")


@pytest.mark.parametrize(
    ("query", "needs"),
    [
        ("event_name:deletetrail", True),
        ("eventName:DeleteTrail AND outcome:denied", True),
        # A number might stand there as such, so nothing is certain of it.
        ("account:111122223333", False),
        ("severity_label:HIGH", True),
        ("threat_purpose:(Trojan OR Recon)", True),
        ("principal.keyword:arn\\:aws\\:iam\\:\\:111122223333\\:user/eve", True),
        ("region.keyword:İ", True),
        ("account:111122223333 OR severity_label:high", False),
        ("NOT account:111122223333", False),
        ("DeleteTrail", False),
    ],
)
def test_what_the_store_leaves_out_would_not_have_matched(world: World, query: str, *, needs: bool) -> None:
    for account in ("111122223333", "4"):
        world.finding("2026-11-24T09:29:00Z", f"f{account}", account=account, threat_purpose="Recon")
        world.finding("2026-11-24T09:30:00Z", f"g{account}", account=account, severity_label="Low", region="İ")
        world.record("2026-11-24T09:31:00Z", account=account)
        world.record("2026-11-24T09:32:00Z", account=account, event_name="PutObject", outcome="success", principal=None)
    asked = Search(query)
    assert bool(asked.required) == needs
    everything = world.store.events(SPAN)
    wanted = [row for row in everything if asked.takes(row)]
    assert 0 < len(wanted) < len(everything)
    found = search(world.board, query, SPAN, {}, 100)
    assert found.hits == wanted


def test_without_a_query_the_store_counts(world: World) -> None:
    world.finding("2026-11-24T09:29:00Z")
    world.record("2026-11-24T09:31:00Z")
    found = newest(world.board, SPAN, {}, 100, None)
    assert (found.total, len(found.hits), found.goes_on_after) == (2, 2, None)
    with pytest.raises(GuardstreamError):
        search(world.board, "a AND (", SPAN, {}, 100)

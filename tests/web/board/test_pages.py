from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

from streams.core.board.spans import span_until
from streams.core.board.state import KEYS
from streams.core.parsing.times import to_rfc3339
from streams.web.board.board import Freshness
from tests.web.board.boards import NOW, ONE, PANELS, app_of, board_of, one

HERE = "http://127.0.0.1:6068"
HOSTILE = "<script>alert('x')</script>\"'>&"


def client_of(*found: tuple[int, dict[str, str | None]], freshness: Freshness | None = None) -> TestClient:
    return TestClient(app_of(board_of(found, freshness)), base_url=HERE)


def test_the_overview_has_every_panel_with_its_count() -> None:
    page = client_of(one(), one(severity_label="Medium"), one(60 * 30)).get("/")
    assert page.status_code == 200
    for panel in PANELS:
        assert f'id="panel-{panel.id}"' in page.text
    high = page.text.partition('id="panel-high"')[2]
    assert (
        '<p class="figure"><a href="/?severity_label=High" data-focus="figure" aria-label="High: 1">1</a></p>' in high
    )
    assert "as in the period before (1)" in high


def test_all_that_comes_from_events_is_escaped() -> None:
    page = client_of(one(5, **dict.fromkeys(KEYS, HOSTILE))).get("/")
    assert "<script>alert" not in page.text
    assert re.search(r"&lt;script&gt;alert", page.text)
    narrowed = client_of(one(account=HOSTILE)).get("/", params={"account": HOSTILE, "region": HOSTILE})
    assert "<script>alert" not in narrowed.text
    bad = client_of().get("/", params={"range": HOSTILE})
    assert bad.status_code == 400
    assert "<script>alert" not in bad.text


def test_every_row_is_a_link_to_the_page_narrowed_by_it() -> None:
    client = client_of(one(), one(account="444455556666", region="eu-west-1"))
    links = {unescape(link) for link in re.findall(r'href="(/\?[^"]*account=[^"]*)"', client.get("/").text)}
    assert {"/?account=111122223333", "/?account=444455556666"} <= links
    narrowed = client.get("/?account=444455556666").text
    assert "eu-west-1" in narrowed
    assert "us-east-1" not in narrowed


def test_a_range_that_begins_before_the_counts_says_where_they_begin() -> None:
    oldest = NOW - 30 * 60_000
    client = client_of(one(), freshness=Freshness(NOW, oldest_ms=oldest))
    said = re.compile(r'counts begin <time datetime="([^"]*)"')
    [told] = said.findall(client.get("/?range=6h").text)
    assert told == to_rfc3339(oldest)
    later, earlier = to_rfc3339(oldest), to_rfc3339(oldest - 60_000)
    end = to_rfc3339(NOW)
    assert not said.search(client.get("/", params={"from": later, "to": end}).text)
    assert said.search(client.get("/", params={"from": earlier, "to": end}).text)
    assert not said.search(client_of(freshness=Freshness(NOW)).get("/").text)


def test_a_number_is_not_compared_with_a_period_that_was_not_counted_whole() -> None:
    span = span_until(NOW, 60)
    whole, part = (
        client_of(one(), freshness=Freshness(NOW, oldest_ms=span.before.start_ms + late)).get("/?range=1h").text
        for late in (0, 60_000)
    )
    assert "in the period before (" in whole
    assert "not all of the period before" not in whole
    assert "not all of the period before was counted" in part
    assert "in the period before (" not in part


def test_an_empty_panel_says_why() -> None:
    page = client_of(freshness=Freshness(None, "no findings were counted for 12 minutes")).get("/").text
    assert "Nothing was counted in this range. No findings were counted for 12 minutes." in page


def test_pages_carry_headers_that_let_nothing_foreign_in() -> None:
    page = client_of().get("/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "style=" not in page.text
    assert not re.search(r"<script(?! src=\"/static/)", page.text)
    assert not re.search(r"(src|href)=\"(https?:)?//", page.text)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_a_panel_is_told_and_drawn_alone(panel: object) -> None:
    client = client_of(one(), one(5, **{key: f"x{value}" for key, value in ONE.items() if key != "severity_label"}))
    told = client.get(f"/api/v1/panels/{panel.id}", params={"region": "us-east-1"})  # type: ignore[attr-defined]
    assert told.status_code == 200
    shown = told.json()
    assert shown["total"] == (0 if panel.id in {"critical", "medium", "purposes-medium"} else 1)  # type: ignore[attr-defined]
    assert shown["not_narrowed_by"] == []
    picture = client.get(f"/api/v1/panels/{panel.id}/picture.svg?dark=true")  # type: ignore[attr-defined]
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert picture.text.startswith("<svg")
    drawn = ET.fromstring(picture.text)  # noqa: S314 - it is our own
    texts = " ".join(drawn.itertext())
    for said in (panel.title, "2026", "made ", "UTC"):  # type: ignore[attr-defined]
        assert said in texts


def test_a_panel_or_a_range_that_is_not_there_is_told_as_json() -> None:
    client = client_of()
    assert client.get("/api/v1/panels/none").status_code == 404
    bad = client.get("/api/v1/panels/accounts?range=5y")
    assert (bad.status_code, "5y" in bad.json()["detail"]) == (400, True)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_a_picture_says_what_it_is_narrowed_by_and_shows_in_its_own_style_alone(panel: object) -> None:
    client = client_of(one(5, **dict.fromkeys(KEYS, HOSTILE)), one())
    address = f"/api/v1/panels/{panel.id}/picture.svg"  # type: ignore[attr-defined]
    picture = client.get(address, params={"account": [HOSTILE, ""], "region": "us-east-1"})
    drawn = ET.fromstring(picture.text)  # noqa: S314 - it is our own
    names = {element.tag.rpartition("}")[2] for element in drawn.iter()}
    assert not names & {"script", "foreignObject", "image", "use", "a"}
    about = " ".join(element.text or "" for element in drawn.iter() if element.tag.endswith("desc"))
    assert f"account: {HOSTILE}, (none); region: us-east-1" in about
    [style] = [element.text for element in drawn.iter() if element.tag.endswith("style")]
    digest = b64encode(hashlib.sha256((style or "").encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in picture.headers["content-security-policy"]
    assert "unsafe" not in picture.headers["content-security-policy"]


def test_every_panel_leads_to_its_picture_and_its_json_as_it_is_narrowed() -> None:
    client = client_of(one())
    page = client.get("/?account=111122223333&range=7d").text
    for panel in PANELS:
        for path in (f"/api/v1/panels/{panel.id}/picture.svg", f"/api/v1/panels/{panel.id}"):
            link = f"{path}?range=7d&account=111122223333"
            assert link in {unescape(one) for one in re.findall(r'href="([^"]*)"', page)}
            assert client.get(link).status_code == 200

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from fastapi.testclient import TestClient

from streams.web.board.board import Freshness
from tests.web.board.boards import PANELS, TOKEN, app_of
from tests.web.board.markup import Markup
from tests.web.board.world import HERE, HOSTILE, NOW, World


def told(world: World) -> World:
    """Findings of two accounts, a release before them, and two alerts, of which somebody closed one."""
    for number in range(9):
        account = "111122223333" if number < 6 else "444455556666"
        world.finding(f"2026-11-24T09:{number:02d}:30Z", f"f{number}", account=account)
    world.count()
    world.tag("checkout-2", "2026-11-24T08:30:00Z", applications=("checkout",), url="https://ci.example/run/7")
    closed = world.alert(1)
    world.alert(2, rule={"id": "b", "title": "Backdoor", "level": "critical", "revision": "1"})
    note = {"action": "close", "by": "Ann", "text": "Isolated."}
    world.client.post(f"/alerts/{closed}/notes", data=note, headers={"authorization": f"Bearer {TOKEN}"})
    return world


def report(world: World, query: str = "", status: int = 200) -> str:
    answer = world.client.get(f"/api/v1/report{query}")
    assert answer.status_code == status, answer.text
    text: str = answer.text
    return text


def figures(page: str) -> dict[str, list[str]]:
    """The numbers of each panel that is drawn, by its id."""
    found = {}
    for part in page.split('id="panel-')[1:]:
        name, _, rest = part.partition('"')
        panel = rest.partition("</section>")[0]
        found[name] = re.findall(r'<b>([\d,]+)</b>|class="figure">([\d,]+)<|class="num">([\d,]+)<', panel)
    return {name: ["".join(one) for one in some] for name, some in found.items()}


@pytest.mark.parametrize("query", ["", "?account=444455556666", "?range=7d&region=us-east-1", "?range=1h"])
def test_its_numbers_are_those_of_the_page(world: World, query: str) -> None:
    told(world)
    page, made = figures(world.client.get(f"/{query}").text), figures(report(world, query))
    assert set(page) == {panel.id for panel in PANELS}
    assert {name: made[name] for name in page} == page
    assert any(number not in {"0", ""} for some in made.values() for number in some)


def test_it_says_what_it_shows_and_has_alerts_notes_and_releases(world: World) -> None:
    page = report(told(world), "?account=111122223333&account=444455556666&title=Week+48+%3C")
    text = re.sub(r"\s+", " ", " ".join(Markup(page).texts))
    for said in (
        "Week 48 <", "Nov 23, 2026 10:00", "Nov 24, 2026 10:00", "account: 111122223333, 444455556666",
        "2 alerts, the gravest first", "Phishing", "7 in 10m, more than 5", "closed", "Isolated.", "checkout-2",
        "1 release and other events",
    ):  # fmt: skip
        assert said in text, said
    alerts = text.partition("the gravest first")[2]
    assert alerts.index("Backdoor") < alerts.index("Phishing")
    assert 'class="marker"' in page


def test_what_may_be_missing_is_said(world: World) -> None:
    world.board.freshness = lambda: Freshness(None, "no Kafka broker answers")
    page = report(world)
    assert "No Kafka broker answers." in page
    assert "nothing was counted yet" in page
    world.board.freshness = lambda: Freshness(NOW, oldest_ms=NOW - 60_000)
    assert "Nov 24, 2026 09:59</time> UTC: of what lies before nothing is known" in report(world)


@pytest.mark.parametrize("base", [None, "https://board.example/guard"])
def test_it_is_whole_html_without_scripts_and_asks_nobody(world: World, base: str | None) -> None:
    page = report(told(world), f"?base_url={base}" if base else "")
    assert page.startswith("<!doctype html>")
    markup = Markup(page)
    assert "script" not in {name for name, _ in markup.elements}
    assert len(markup.ids) == len(set(markup.ids))
    for _, attributes in markup.elements:
        assert not {"src", "srcset", "style", "action"} & set(attributes)
        assert not [name for name in attributes if name.startswith("on")]
    links = [href for _, attributes in markup.elements if (href := attributes.get("href"))]
    if base is None:
        assert links == []
        assert not re.search(r"https?://", page)
    else:
        assert links
        assert all(link.startswith(f"{base}/") for link in links)
        assert f"{base}/?account=444455556666" in links
        assert f"{base}/releases/checkout-2" in links
    assert "url(" not in page
    assert "@import" not in page


def test_the_policy_lets_nothing_in_but_its_own_style(world: World) -> None:
    answer = world.client.get("/report")
    style = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert len(style) == 1
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    [policy] = [one["content"] for one in Markup(answer.text).of("meta") if "http-equiv" in one]
    assert policy == answer.headers["content-security-policy"]
    assert policy is not None
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert "unsafe" not in policy
    assert re.fullmatch(
        r'attachment; filename="guardstream-2026-11-24-1000\.html"', answer.headers["content-disposition"]
    )


def test_texts_of_strangers_stay_texts(world: World) -> None:
    fields = ("account", "region", "type", "threat_purpose", "resource_type", "resource_id")
    world.finding("2026-11-24T09:30:00Z", **dict.fromkeys(fields, HOSTILE), security_groups=[HOSTILE])
    world.count()
    world.tag("hostile", "2026-11-24T09:00:00Z", applications=(HOSTILE,), environment=HOSTILE)
    name = world.alert(
        1, summary=HOSTILE, group={"account": HOSTILE, 'x" href="/y': ' href="/z" onclick="x'},
        rule={"id": "r", "title": HOSTILE, "level": HOSTILE, "revision": HOSTILE},
    )  # fmt: skip
    note = {"action": "note", "by": HOSTILE, "text": HOSTILE}
    world.client.post(f"/alerts/{name}/notes", data=note, headers={"authorization": f"Bearer {TOKEN}"})
    page = world.client.get("/report", params={"title": HOSTILE}).text
    markup = Markup(page)
    assert "script" not in {name for name, _ in markup.elements}
    assert not [name for _, attributes in markup.elements for name in attributes if name.startswith("on")]
    assert "".join(markup.texts).count(HOSTILE) > 10
    assert ' href="/z" onclick="x' in "".join(markup.texts)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?acount=1", "acount: there is no such filter; did you mean account"),
        ("?range=5y", "range: '5y' is none of"),
        ("?from=2026-11-24T00:00:00Z", "from and to belong together"),
        ("?base_url=javascript:alert(1)", "is no address of a dashboard"),
        ("?base_url=https://x.example/%22onclick=", "is no address of a dashboard"),
    ],
)
def test_what_is_wrong_is_said(world: World, query: str, said: str) -> None:
    answer = world.client.get(f"/api/v1/report{query}")
    assert (answer.status_code, said in answer.json()["detail"]) == (400, True), answer.text
    assert world.client.get(f"/report{query}").status_code == 400


def test_the_overview_offers_it_as_it_is_narrowed(world: World) -> None:
    page = world.page("/?range=7d&account=444455556666")
    assert 'href="/report?range=7d&account=444455556666" download' in page


def test_elsewhere_it_needs_the_token(world: World) -> None:
    client = TestClient(app_of(world.board, open_reads=False), base_url=HERE, follow_redirects=False)
    assert client.get("/api/v1/report").status_code == 401
    assert client.get("/api/v1/report", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200

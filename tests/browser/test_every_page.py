"""What holds of every page: readable by everybody, nothing foreign, hostile texts are texts, reasons where empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from tests.browser.pages import EMPTY, FILLED
from tests.web.board.boards import PANELS
from tests.web.board.world import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Dialog

    from tests.browser.served import Served
    from tests.browser.watched import Watched

INLINE = """() => {
  const one = document.createElement('script');
  one.textContent = 'window.ran = 1';
  document.head.append(one);
}"""
GRAVE = {"serious", "critical"}


def grave(watched: Watched, address: str) -> list[str]:
    watched.page.goto(address)
    found = Axe().run(watched.page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary']}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", FILLED)
def test_no_grave_barrier_on_a_filled_page(story: Served, watched: Watched, path: str, scheme: str) -> None:
    watched.expected = ("404", "400")
    watched.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    assert grave(watched, story.address + path) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_grave_barrier_on_an_empty_page(served: Served, watched: Watched, scheme: str) -> None:
    watched.expected = ("404",)
    watched.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in EMPTY:
        assert grave(watched, served.address + path) == [], path


def test_barriers_would_be_found(served: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(served.address)
    page.evaluate("document.querySelector('nav').append(document.createElement('button'))")
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in GRAVE] == ["button-name"]


def test_an_empty_store_gives_reasons_instead_of_empty_boxes(served: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(served.address)
    for one in PANELS:
        here = page.locator(f"#panel-{one.id}")
        if one.chart == "number":
            expect(here.locator(".figure")).to_have_text("0")
        else:
            expect(here.locator(".empty")).to_contain_text("Nothing was counted in this range.")
    for path, said in (
        ("/alerts", "No alert of this kind in this range."),
        ("/events", "No event of this kind in this range."),
        ("/releases", "No release was told yet."),
    ):
        page.goto(served.address + path)
        expect(page.locator("p.empty").last).to_contain_text(said)


def test_hostile_texts_are_shown_as_texts_and_nothing_of_them_runs(served: Served, watched: Watched) -> None:
    world = served.world
    hostile = f"</title><img src=x onerror=alert(1)>{HOSTILE}"
    world.finding(
        "2026-11-24T09:29:00Z", type=hostile, threat_purpose=hostile, account=hostile, region=hostile,
        resource_type=hostile, resource_id=hostile, security_groups=[hostile], finding={"x": hostile},
        remote_addresses=[hostile],
    )  # fmt: skip
    world.record("2026-11-24T09:31:00Z", event_name=hostile, principal=f"arn:aws:iam::1:user/{hostile}")
    world.count()
    name = world.alert(
        1, summary=hostile, group={"account": hostile}, rule={"id": hostile, "title": hostile, "level": hostile},
        links={"console": "javascript:alert(1)"}, annotations={"runbook": hostile}, status=hostile,
        evidence={"total": 1, "items": [{"topic": hostile, "event_id": hostile, "role": hostile}], "first": hostile},
    )  # fmt: skip
    world.tag("t", "2026-11-24T08:30:00Z", name=hostile[:200], actor=hostile, applications=(hostile,), icon=hostile)
    page = watched.page
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.goto(served.address)
    page.locator("#panel-accounts a[data-focus]").click()
    expect(page.locator("a.chip")).to_contain_text(hostile)
    expect(page.locator("#panel-types tbody a")).to_have_text(hostile)
    paths = ["/", "/alerts", f"/alerts/{name}", "/events", "/releases", "/releases/t"]
    for path in [*paths, f"/events?query={HOSTILE.replace('&', '')}", "/?account=<img src=x onerror=alert(1)>"]:
        page.goto(served.address + path)
        assert page.locator("main img, main script, svg script, title img").count() == 0, path
        assert page.locator("a[href^='javascript:']").count() == 0, path
    page.goto(f"{served.address}/alerts/{name}")
    expect(page.get_by_role("heading", level=1)).to_have_text(hostile)
    page.locator("table tbody a").first.click()
    page.wait_for_url("**/events?*query=*")
    assert page.get_by_role("alert").count() == 0
    assert dialogs == []


def test_the_policy_is_in_force(served: Served, watched: Watched) -> None:
    page = watched.page
    watched.expected = ("Content Security Policy",)
    page.goto(served.address)
    page.evaluate(INLINE)
    assert page.evaluate("window.ran ?? 0") == 0
    # So that the claim of `watched` on every other page means something.
    assert any("Content Security Policy" in one for one in watched.wrong)

"""The README's own example: a measure by a field of accounts.csv, and a panel for it, in folders of a user's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from playwright.sync_api import expect

from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.board.panels import load_panels
from streams.core.rules.measure_files import load_measures
from tests.browser.reading import panel, row, shown
from tests.browser.served import Served
from tests.web.board.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.browser.watched import Watched

README = (Path(__file__).resolve().parents[2] / "README.md").read_text()


def example(begin: str) -> str:
    """What the README writes in a line of its own text, as YAML in one line."""
    found = re.search(rf"`(- \{{{begin}[^`]*\}})`", README)
    assert found is not None, begin
    return re.sub(r"\s+", " ", found[1])


@pytest.fixture
def own(tmp_path: Path) -> Iterator[World]:
    for name, text in (("measures", example("name: findings-by-team")), ("panels", example("id: by-team"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "own.yml").write_text(text)
    (tmp_path / "panels" / "moon.yml").write_text("- {id: moon, title: Moon, chart: bars, by: [moon]}")
    made = World(
        tmp_path / "store",
        panels=load_panels([read_folder(folder) for folder in (shipped_folder("panels"), tmp_path / "panels")]),
        measures=load_measures([read_folder(folder) for folder in (shipped_folder("measures"), tmp_path / "measures")]),
    )
    yield made
    made.store.close()


def test_a_users_panel_is_shown_and_narrows_the_page(own: World, watched: Watched) -> None:
    by_team = yaml.safe_load(example("id: by-team"))[0]
    assert by_team["by"] == ["account_owner"]
    for number in range(6):
        owner = "payments" if number < 4 else "search"
        own.finding("2026-11-24T09:29:00Z", f"f{number}", account_owner=owner, severity=8)
    # Of the example's query: only severities of 7 and more.
    own.finding("2026-11-24T09:29:00Z", "low", account_owner="search", severity=2, finding={"severity": 2})
    own.count()
    served = Served(own)
    served.start()
    page = watched.page
    page.goto(served.address)
    here = next(one for one in own.board.panels if one.id == "by-team")
    assert shown(page, here) == {"payments": 4, "search": 2}
    row(page, "by-team", "payments").click()
    page.wait_for_url("**/?account_owner=payments")
    expect(page.locator("a.chip")).to_contain_text("account owner payments")
    assert shown(page, here) == {"payments": 4}
    # The other panels' measures do not have that key, and say so.
    expect(panel(page, "accounts")).to_contain_text("not narrowed by account owner")
    page.get_by_role("link", name="Events", exact=True).click()
    page.wait_for_url("**/events?account_owner=payments")
    expect(page.locator("#panel-events-over-time")).to_contain_text("not narrowed by account owner")
    served.stop()


def test_a_panel_of_a_key_that_no_measure_has_says_what_to_add(own: World, watched: Watched) -> None:
    served = Served(own)
    served.start()
    watched.page.goto(served.address)
    expect(panel(watched.page, "moon")).to_contain_text(
        "No measure counts all findings by moon: add one with group-by: [moon] to a folder of GUARDSTREAM_MEASURES"
    )
    served.stop()

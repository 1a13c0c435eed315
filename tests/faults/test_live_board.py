"""How soon what is produced is on the dashboard: a worker and a dashboard as users start them, on a real broker.

A finding's arrival and its count need no watermark. An alert on a window does: it is measured from the acknowledgement
of the record that moves the watermark past the window's end.
"""

from __future__ import annotations

import random
import sys
import time
from typing import TYPE_CHECKING

import pytest

from schemas.applied import AppliedRules
from schemas.rule import Rule
from streams.adapters.applied_rules import publish
from streams.adapters.child_process import ChildProcess
from streams.adapters.embedded_kafka import free_port
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.rules.measure_files import load_measures
from tests.browser.chromium import browsing
from tests.faults.support.scene import Scene
from tests.faults.support.wall import ON_PAGES, Others, Wall, check
from tests.faults.support.workers import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from streams.settings import Settings
    from tests.conftest import Broker
    from tests.faults.support.topics import Group
    from tests.faults.support.workers import Crew

TIMES, TIMES_ON_PAGES = 6, 20
MINUTE = 60_000
CRITICAL = 9
PATIENCE_MS = 60_000
DASHBOARD = (sys.executable, "-c", "from streams.cli.main import app; app()", "dashboard")
MEASURES = tuple(load_measures([read_folder(shipped_folder("measures"))]))
RULE = {
    "id": "any", "title": "Any finding", "level": "high", "source": "findings", "query": "*", "group-by": ["account"],
    "condition": {"type": "more_than", "threshold": 0, "window": "1m", "windows": "tumbling"},
}  # fmt: skip
WATCH = """([selector, text, patience]) => {
  const there = () => [...document.querySelectorAll(selector)].some(one => one.textContent.includes(text));
  window.shown = new Promise(done => {
    const eye = new MutationObserver(() => { if (there()) { done(Date.now()); eye.disconnect(); } });
    eye.observe(document.body, { subtree: true, childList: true, characterData: true });
    setTimeout(() => done(0), patience);
  });
  return there();
}"""
"""The page itself looks at its clock once it shows a text."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"dashboard_port": free_port()})


@pytest.fixture
def worker(kafka: Broker, settings: Settings, crew: Crew, group: Group, start: int) -> None:
    publish(settings, AppliedRules(effective_from=start, rules=(Rule.model_validate(RULE),), measures=MEASURES))
    Scene(crew, group, kafka, seed=1).open(1)


@pytest.fixture
def wall(worker: None, settings: Settings, start: int, tmp_path: Path) -> Iterator[Wall]:  # noqa: ARG001 - it runs
    with ChildProcess(DASHBOARD, environment(settings), tmp_path / "dashboard.log") as process:
        made = Wall(settings, process)
        made.seconds_until(time.time(), lambda: made.ask("/api/v1/status") is not None)
        made.seconds_until(
            made.tell("111111111111", start, start), lambda: made.has("events", "events", "111111111111")
        )
        yield made


def test_arrivals_counts_and_alerts_are_on_the_dashboard_within_two_seconds(wall: Wall, start: int) -> None:
    events, counts, alerts = [], [], []
    for number in range(TIMES):
        account, at = f"{222222222222 + number}", start + (number + 1) * 30 * MINUTE // 4
        told = wall.tell(account, at, at)
        events.append(wall.seconds_to(told, "events", "events", account))
        counts.append(wall.seconds_to(told, "panels/accounts", "total", account))
        assert not wall.has("alerts", "alerts", account), "before its window was closed"
        moved = wall.tell(f"{333333333333 + number}", at, at + 12 * MINUTE)
        alerts.append(wall.seconds_to(moved, "alerts", "alerts", account))
    check("a finding's arrival", events)
    check("its count in a panel", counts)
    check("an alert after the watermark", alerts)


class Watching:
    """A page that stays open, and says itself when it shows something."""

    def __init__(self, page: Page, address: str, selector: str) -> None:
        self._page, self._selector = page, selector
        page.goto(address)

    def watch_for(self, text: str) -> None:
        """Look out for a text, which is not there yet."""
        assert not self._page.evaluate(WATCH, [self._selector, text, PATIENCE_MS]), f"{text} was there before"

    def seconds_since(self, told: float) -> float:
        """How long after ``told`` (``time.time``) it was there."""
        at = self._page.evaluate("window.shown")
        assert at, "it never came"
        return float(at) / 1_000 - told


def test_open_pages_show_them_soon_while_others_come_in(wall: Wall, start: int) -> None:
    rng = random.Random(7)  # noqa: S311 - moments that can be chosen again are wanted, not secrets
    took: dict[str, list[float]] = {"finding": [], "count": [], "alert": []}
    with browsing() as browser, Others(wall, start) as others:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        found, counted, alerted = (
            Watching(context.new_page(), f"{wall.address}{path}", selector)
            for path, selector in (
                ("/events", "table.events"), ("/", "#panel-critical .figure"), ("/alerts", "main table.list"),
            )
        )  # fmt: skip
        before, at = "222222222222", start + 2 * MINUTE
        wall.tell(before, at, at)
        for number in range(TIMES_ON_PAGES):
            # Each closes the window of the one before.
            account, at = f"{333333333333 + number}", at + 12 * MINUTE
            # At any moment between two flushes and two looks of a page.
            time.sleep(rng.uniform(0, 0.5))
            found.watch_for(account)
            counted.watch_for(str(number + 1))
            alerted.watch_for(before)
            told = wall.tell(account, at, at, CRITICAL)
            others.at = at
            took["finding"].append(found.seconds_since(told))
            took["count"].append(counted.seconds_since(told))
            took["alert"].append(alerted.seconds_since(told))
            before = account
        wall.check()
    assert others.count > TIMES_ON_PAGES, "nothing else came in"
    check("a finding on the open page of events", took["finding"], ON_PAGES)
    check("its count in an open panel", took["count"], ON_PAGES)
    check("an alert after the watermark on the open page of alerts", took["alert"], ON_PAGES)

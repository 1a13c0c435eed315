"""A worker that judges nothing says so, and why, where its health is asked for."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from agents.rule_watch import RuleWatch
from agents.tag_watch import TagWatch
from streams.clockwork import LONGEST_STALL, Clockwork
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from streams.core.tags.near import TagTimes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

REFUSED = PermissionError("Topic authorization failed")


class Topic:
    """Answers in turn, the last answer for ever."""

    def __init__(self, *answers: Exception | None) -> None:
        self._answers = list(answers)

    def read_on(self) -> Sequence[Any]:
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if answer is not None:
            raise answer
        return []


class App:
    """What of the app is used, until ``turns`` rests are over; after each the health is looked at."""

    def __init__(self, turns: int) -> None:
        self.log = logging.getLogger(__name__)
        self.turns = turns
        self.seen: list[str | None] = []
        self.clockwork: Clockwork

    @property
    def should_stop(self) -> bool:
        return self.turns <= 0

    async def sleep(self, _: float) -> None:
        self.turns -= 1
        self.seen.append(self.clockwork.problem())


def seen(
    tags: Topic, rules: Topic, *, limited: bool, turns: int = 2, monkeypatch: pytest.MonkeyPatch
) -> list[str | None]:
    """What the worker says of its health, after each look at the rules, and at the tags once more."""
    monkeypatch.setattr(Timeline, "asks_for_releases", limited)
    timeline = Timeline(make_plan([], ()), {})
    tag_watch = TagWatch(TagTimes(1_000), tags)
    watch = RuleWatch(timeline, rules, lambda: tag_watch.has_read or not timeline.asks_for_releases)
    app: Any = App(turns)
    settings: Any = SimpleNamespace(web_host="127.0.0.1", web_port=0)
    worker: Any = SimpleNamespace(metrics=None, rules=watch)
    nothing: Any = None
    app.clockwork = clockwork = Clockwork(app, settings, worker, nothing, {}, nothing, tag_watch)

    async def story() -> None:
        clockwork.checked.set()
        await clockwork.watch_rules()
        app.turns = 1
        await clockwork.watch_tags()
        app.seen.append(clockwork.problem())

    monkeypatch.setattr("streams.clockwork.announce_all", lambda *_: [])
    asyncio.run(story())
    found: list[str | None] = app.seen
    return found


def test_tags_that_may_not_be_read_are_told_where_rules_are_limited_by_them(monkeypatch: pytest.MonkeyPatch) -> None:
    told = seen(Topic(REFUSED), Topic(None), limited=True, monkeypatch=monkeypatch)
    why = "the lifecycle tags by which rules are limited can't be read: PermissionError('Topic authorization failed')"
    assert set(told) == {f"nothing is judged, since {why}"}


def test_they_are_no_problem_where_no_rule_asks_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(seen(Topic(REFUSED), Topic(None), limited=False, monkeypatch=monkeypatch)) == {None}


def test_once_they_are_read_all_is_well_and_one_look_that_fails_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(seen(Topic(None, REFUSED), Topic(None), limited=True, monkeypatch=monkeypatch)) == {None}


def test_a_right_that_is_given_later_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    *before, after = seen(Topic(REFUSED, None), Topic(None), limited=True, monkeypatch=monkeypatch)
    assert all(before)
    assert after is None


def test_rules_that_may_not_be_read_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told = seen(Topic(None), Topic(REFUSED, None), limited=False, monkeypatch=monkeypatch)
    assert told[0] == "nothing is judged, since the applied rules can't be read: " + repr(REFUSED)
    assert set(told[1:]) == {None}


def test_a_worker_that_has_only_begun_is_well_and_one_that_stands_still_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing: Any = None
    settings: Any = SimpleNamespace(web_host="127.0.0.1", web_port=0)
    worker: Any = SimpleNamespace(metrics=None, rules=RuleWatch(Timeline(make_plan([], ()), {}), Topic(None)))
    clockwork = Clockwork(nothing, settings, worker, nothing, {}, nothing, nothing)
    assert clockwork.problem() is None
    monkeypatch.setattr(clockwork, "last_flush", clockwork.last_flush - LONGEST_STALL - 1)
    assert (clockwork.problem() or "").startswith("no flush was completed for 61 s")

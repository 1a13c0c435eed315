"""A worker judges only while it knows which rules hold."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from agents.rule_watch import KEPT_MS, LONGEST_DOUBT, RuleWatch, newest
from schemas.applied import AppliedRules, Change
from schemas.errors import Errors
from schemas.rule import Rule, RuleOverride
from streams.core.rules.applied import rules_in_force
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

RULE = Rule.model_validate(
    {
        "id": "r",
        "title": "R",
        "level": "low",
        "source": "findings",
        "query": "severity:>7",
        "condition": {"type": "immediate"},
    }
)


class Topic:
    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def read_on(self) -> Sequence[AppliedRules]:
        answer = self.answers.pop(0) if self.answers else []
        if isinstance(answer, Exception):
            raise answer
        return answer


def applied(at: int, *changes: Change) -> AppliedRules:
    return AppliedRules(effective_from=at, rules=(RULE,), measures=(), changes=changes)


def change(**what: Any) -> Change:
    return Change(override=RuleOverride.model_validate({"override": "r", **what}), reason="noisy", at="now")


def test_nothing_is_judged_before_the_topic_was_read_to_its_end() -> None:
    async def story() -> tuple[bool, bool]:
        watch = RuleWatch(Timeline(make_plan([], ()), {}), Topic(OSError("away"), []))
        waiting = asyncio.create_task(watch.sure())
        with pytest.raises(OSError, match="away"):
            await watch.look()
        before = waiting.done()
        await watch.look()
        await asyncio.wait_for(waiting, 5)
        return before, waiting.done()

    assert asyncio.run(story()) == (False, True)


def test_a_worker_that_could_not_look_for_too_long_stops_judging_until_it_could(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    async def story() -> list[bool]:
        watch = RuleWatch(Timeline(make_plan([], ()), {}), Topic([], []))
        await watch.look()
        found = [watch.check()]
        for passed in (LONGEST_DOUBT, 0.1):
            now[0] += passed
            found.append(watch.check())
        await watch.look()
        return [*found, watch.check()]

    assert asyncio.run(story()) == [True, True, False, True]


def test_nothing_is_judged_while_something_else_that_rules_depend_on_is_not_known() -> None:
    known = [False]

    async def story() -> list[bool]:
        watch = RuleWatch(Timeline(make_plan([], ()), {}), Topic(), may_judge=lambda: known[0])
        found = []
        for now in (False, True, False, True):
            known[0] = now
            found.append(watch.check())
            await watch.look()
            found.append(watch.check())
        return found

    assert asyncio.run(story()) == [False, False, False, True, False, False, False, True]


def test_what_was_applied_takes_its_place_in_the_timeline() -> None:
    timeline = Timeline(make_plan([], ()), {})
    watch = RuleWatch(timeline, Topic([applied(60_000)], [applied(120_000, change(enabled=False))]))
    found = [asyncio.run(watch.look()), asyncio.run(watch.look())]
    assert [len(timeline.at(at).plan.immediate) for at in (0, 60_000, 120_000)] == [0, 1, 0]
    assert [one.effective_from for [one] in found] == [60_000, 120_000]
    assert [timeline.at(at).name[:13] for at in (60_000, 120_000)] == ["0000000060000", "0000000120000"]


def test_only_the_sets_of_the_last_two_days_are_made_ready_and_the_one_before_them() -> None:
    sets = [applied(at) for at in (100, 400, 200, 300, KEPT_MS + 250)]
    assert [one.effective_from for one in newest(sets, KEPT_MS + 250)] == [200, 300, KEPT_MS + 250]
    assert newest([], 0) == []


def test_a_set_is_read_as_it_was_written_and_its_changes_are_put_on_its_rules() -> None:
    spared = {"query": "account:1", "reason": "ours", "until": "2027-01-01", "owner": "ann"}
    written = applied(60_000, change(exceptions=[spared]), change(level="critical"))
    read = AppliedRules.decode(written.encode())
    assert (read, read.name) == (written, written.name)
    [rule] = rules_in_force(read)
    assert (rule.level, rule.exceptions[0].owner) == ("critical", "ann")
    assert applied(60_000).name != written.name


def test_a_change_to_a_rule_that_is_not_there_is_an_error() -> None:
    wrong = Change(override=RuleOverride.model_validate({"override": "q"}), reason="r", at="now")
    with pytest.raises(Errors, match="no rule q"):
        rules_in_force(applied(0, wrong))

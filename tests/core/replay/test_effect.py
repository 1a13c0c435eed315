from __future__ import annotations

from typing import Any

from streams.core.replay.effect import by_rule, changes, excepted
from streams.core.rules.plan import make_plan
from tests.core.replay.cases import alerts, call, rule_of

LOGIN = rule_of({"type": "immediate"}, id="login")
BURST = {"type": "more_than", "threshold": 1, "window": "5m"}


def test_only_rules_that_would_alert_differently_are_judged() -> None:
    told = LOGIN.model_copy(update={"title": "Another title"})
    tried = LOGIN.model_copy(update={"dry_run": True})
    off = LOGIN.model_copy(update={"enabled": False})
    assert changes([LOGIN], [told]) == []
    assert [(one.before, one.after) for one in changes([LOGIN], [tried])] == [(LOGIN, tried)]
    assert [(one.before, one.after) for one in changes([LOGIN], [off])] == [(LOGIN, None)]
    assert [one.rule for one in changes([], [LOGIN])] == [LOGIN]


def test_the_measure_that_counts_a_new_exception_is_found_by_its_place() -> None:
    old, new = ({"query": f"a:{number}", "reason": "r"} for number in (1, 2))
    before = rule_of({"type": "immediate"}, exceptions=[old])
    after = rule_of({"type": "immediate"}, exceptions=[old, new])
    [change] = changes([before], [after])
    [(place, entry)] = change.exceptions
    assert (place, entry.query) == (2, "a:2")
    counted = excepted(make_plan([after], ()), after, place)
    assert counted
    assert counted.measure.query == "(*) AND (a:2)"


def test_alerts_are_compared_rule_by_rule_and_one_that_is_found_later_is_changed() -> None:
    events: list[dict[str, Any]] = [call("0s"), call("60s", times=3, every="1m"), call("40m", times=2, every="1m")]
    many = alerts(rule_of(BURST), *events)
    few = alerts(rule_of({**BURST, "threshold": 3}), *events)
    first = [alert for alert in many if alert["status"] == "resolved"]
    later = [alert for alert in few if alert["status"] == "resolved"]
    differs = by_rule(first, later)["r"]
    assert (len(first), len(later)) == (2, 1)
    assert [(old["starts_at"][11:16], new["starts_at"][11:16]) for old, new in differs.changed] == [("09:02", "09:04")]
    assert [alert["starts_at"][11:16] for alert in differs.removed] == ["09:42"]
    assert not differs.added


def test_an_alert_that_goes_where_rules_are_only_tried_is_changed() -> None:
    live, tried = (alerts(rule_of({"type": "immediate"}, **more), call("0s")) for more in ({}, {"dry-run": True}))
    assert len(by_rule(live, tried)["r"].changed) == 1

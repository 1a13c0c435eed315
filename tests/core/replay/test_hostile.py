"""What somebody may write into events to break a worker, or to hide from a rule."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.active_hours import ActiveHours
from streams.core.windows.aggregates import LARGEST, amounts_in, combine
from streams.core.windows.partials import Counts, Partial
from tests.core.replay.cases import alerts, call, rule_of, story

SUM = {"type": "more_than", "threshold": 5, "window": "5m", "aggregate": "sum", "field": "requestParameters.size"}


@pytest.mark.parametrize("size", ["9" * 30, 2**63, "1e308", 1.7e308, "inf", "9007199254740993"])
def test_a_number_that_json_can_not_hold_counts_as_the_largest(size: Any) -> None:
    found = alerts(rule_of(SUM), call("1m", requestParameters__size=size, times=3))
    assert (found[0]["status"], found[0]["measured"]["value"]) == ("firing", LARGEST)


def test_what_is_no_number_is_not_added() -> None:
    found = amounts_in({"a": ["nan", "x", True, None, {"b": 1}, "2", 0.5]}, ("a",), "sum")
    assert found == [2, 0.5]


def test_sums_are_the_same_in_whatever_order_they_are_made() -> None:
    assert combine("sum", [0.1, 0.2, 0.3]) == combine("sum", [0.3, 0.2, 0.1]) == 0.6
    assert combine("sum", [combine("sum", [0.1] * 7), combine("sum", [0.1] * 3)]) == 1
    counts = Counts(amounts=[(0, combine("sum", [2**62] * 9), -1)])
    encoded = Partial("t", 0, 1, 0, 1, 0, 0, {"sum:m": {("a",): counts}}).encode()
    assert [list(one) for one in Partial.decode(encoded).counts["sum:m"]["a",].amounts] == [[0, LARGEST, -1]]


def test_no_value_of_a_group_passes_for_a_bucket() -> None:
    rule = rule_of({"type": "more_than", "threshold": 2, "window": "5m"}, **{"group-by": ["user_agent"]})
    found = alerts(rule, call("1m", userAgent="(overflow 001)", times=3))
    assert story(found)[0] == ("firing", "09:02")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "UTC"])
@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_events_of_the_first_and_last_day_are_judged_in_every_zone(zone: str, time: str) -> None:
    hours = {"days": "mon-fri", "hours": "10:00-18:00", "zone": zone}
    rule = rule_of({"type": "immediate"}, active=hours)
    event = {"event": call("1m", eventTime=time)["event"] | {"eventTime": time}}
    assert len(alerts(rule, event)) in {0, 1}


def test_clocks_that_are_put_forward_and_back_are_followed() -> None:
    night = ActiveHours.model_validate({"days": ["sun"], "hours": "02:00-03:00", "zone": "Europe/Berlin"})
    # On 2026-03-29 the hour from 2 to 3 does not exist, on 2026-10-25 it comes twice.
    assert [night.cover(1_774_746_000_000 + minutes * 60_000) for minutes in (-1, 0, 1)] == [False] * 3
    twice = [night.cover(1_792_886_400_000 + minutes * 60_000) for minutes in range(0, 180, 30)]
    assert twice == [True, True, True, True, False, False]


def test_a_group_of_many_values_has_as_many_as_a_row_keeps_and_is_known_to_have_more() -> None:
    condition = {
        "type": "less_than", "threshold": 20_000, "window": "5m", "aggregate": "unique",
        "field": "requestParameters.names", "judged-on": "event_time",
    }  # fmt: skip
    names = [str(number) for number in range(12_000)]
    found = alerts(rule_of(condition), call("2m", requestParameters__names=names), until="90m")
    # At least so many were there, so nobody can tell until that hour is over.
    told = [(alert["status"], alert["measured"]["value"]) for alert in found]
    assert told == [("inconclusive", 10_000), ("firing", 0)]

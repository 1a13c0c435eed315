"""Where nobody can tell: more groups than are kept apart, and a source partition that is not heard any more."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.replay.happenings import MINUTE, Event, Step
from tests.core.replay.kinds import rules
from tests.core.replay.oracle import Oracle
from tests.core.replay.streams import run, streams, told_of, written

FIELDS = {"account": "1", "region": "r1", "code": None, "who": None, "size": 1, "ip": "198.51.100.1"}
SILENT = {"type": "less_than", "threshold": 1, "window": "5m", "judged-on": "event_time"}


def rule(condition: dict[str, Any], **changes: Any) -> dict[str, Any]:
    written = {"id": "r", "title": "R", "level": "low", "source": "cloudtrail", "query": "*", "condition": condition}
    return {**written, "group-by": ["requestParameters.who"], **changes}


def call(minute: float, **changes: Any) -> Event:
    at = int(minute * MINUTE)
    return Event(at, at, {**FIELDS, **changes})


def ticks(first: int, last: int, *sources: int) -> list[Step]:
    return [Step(source, (), minute * MINUTE) for minute in range(first, last) for source in sources]


def story(alerts: list[dict[str, Any]], who: str) -> list[str]:
    return [alert["status"] for alert in alerts if alert["group"].get("who") == who]


def test_of_an_expected_group_that_may_be_in_a_bucket_nobody_can_tell_until_it_is_gone() -> None:
    silent = rule({**SILENT, "expect": {"requestParameters.who": ["ann"]}})
    crowd = tuple(call(2 + turn / 9, who=f"user-{number}") for turn in range(3) for number in range(600))
    steps = [Step(0), Step(0, crowd), Step(0, (call(3, who="ann"),)), *ticks(4, 90, 0)]
    alerts = run(written(silent), 1, steps, most_groups=10)
    # In the first window some event of the bucket may be hers; in the next hour there is room for her, and silence.
    assert story(alerts, "ann") == ["inconclusive", "firing"]
    assert len({alert["alert_id"] for alert in alerts}) == 1
    assert story(run(written(silent), 1, steps), "ann") == ["firing"]


def test_what_nobody_could_tell_is_resolved_once_it_is_clear() -> None:
    silent = rule({**SILENT, "expect": {"requestParameters.who": ["ann"]}})
    crowd = tuple(call(54 + turn / 9, who=f"user-{number}") for turn in range(3) for number in range(600))
    there = tuple(call(minute, who="ann") for minute in range(60, 80))
    early = tuple(call(minute, who="ann") for minute in range(54))
    steps = [Step(0), Step(0, early), Step(0, crowd), *(Step(0, (one,)) for one in there), *ticks(80, 84, 0)]
    # The hour that begins at 09:00 has room for ten groups: she was one of them, so all that she did is known.
    assert story(run(written(silent), 1, steps, most_groups=10), "ann") == ["firing", "resolved"]
    # She was none of them: before the crowd came she was silent, when it was there nobody could tell.
    steps[1:3] = [Step(0, crowd)]
    assert story(run(written(silent), 1, steps, most_groups=10), "ann") == ["firing", "resolved"]
    active = {"days": ["mon"], "hours": "09:55-24:00", "zone": "UTC"}
    doubtful = written({**silent, "active": active})
    assert story(run(doubtful, 1, steps, most_groups=10), "ann") == ["inconclusive", "firing", "resolved"]


def test_events_of_one_group_that_were_counted_apart_are_no_reason_to_be_silent() -> None:
    many = rule({"type": "more_than", "threshold": 10, "window": "30m"})
    crowd = tuple(call(61, who=f"user-{number}") for number in range(600))
    own = tuple(call(50, who="ann") for _ in range(8))
    more = tuple(call(62, who="ann") for _ in range(8))
    steps = [Step(0), Step(0, own), Step(0, crowd), Step(0, more), *ticks(63, 120, 0)]
    alerts = run(written(many), 1, steps, most_groups=10)
    assert story(alerts, "ann") == ["inconclusive", "resolved"]
    assert story(run(written(many), 1, steps), "ann") == ["firing", "resolved"]


KINDS = ("more_than", "less_than", "ratio", "time_relative")


@pytest.mark.parametrize("kind", KINDS)
@settings(derandomize=True, deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_too_many_groups_never_make_an_alert_that_is_wrong(kind: str, data: st.DataObject) -> None:
    drawn = data.draw(rules(kind).filter(lambda one: one["group-by"] and one["condition"].get("expect") != "seen"))
    if drawn["condition"].get("aggregate") == "sum":
        drawn["condition"] |= {"aggregate": "count", "threshold": 1}
        del drawn["condition"]["field"]
    drawn["condition"] |= {"for": "0m", "keep-firing-for": "0m"}
    drawn["levels"] = []
    sources, steps = data.draw(streams())
    alerts = run(written(drawn), sources, steps, most_groups=data.draw(st.integers(1, 2)))
    oracle = Oracle(drawn, steps, sources)
    for alert in alerts:
        told = told_of(alert, kind)
        if told.status == "firing" and not any(str(value).startswith("(overflow") for value in told.group):
            ends = [end for end in oracle.judged_ends() if end >= told.starts]
            holds = [bool((verdict := oracle.verdict(told.group, end)) and verdict[0]) for end in ends]
            # What could not be told at first fires later under the time at which it began.
            assert any(holds)


def test_a_partition_that_is_not_heard_while_another_is_makes_silence_doubtful() -> None:
    silent = rule(SILENT | {"window": "10m"}, **{"group-by": []})
    heard = [Step(0), Step(1), *ticks(1, 40, 0)]
    alerts = run(written(silent), 2, heard)
    assert [alert["status"] for alert in alerts] == ["inconclusive"]
    assert alerts[0]["measured"] == {"unheard_minutes": 11}
    # So does one that was never heard.
    assert [alert["status"] for alert in run(written(silent), 3, heard)] == ["inconclusive"]
    # It is heard again, and has been silent: the alert fires. Or an event stood in it.
    again = run(written(silent), 2, [*heard, *ticks(1, 40, 1)])
    assert [alert["status"] for alert in again] == ["inconclusive", "firing"]
    steps = [Step(1, (call(minute),)) for minute in range(1, 40, 4)]
    spoken = run(written(silent), 2, [*heard, *steps])
    assert [alert["status"] for alert in spoken] == ["inconclusive", "resolved"]
    assert len({alert["alert_id"] for alert in again + spoken}) == 1


def test_a_time_in_which_no_worker_ran_is_no_reason_for_doubt() -> None:
    silent = rule(SILENT | {"window": "10m"}, **{"group-by": []})
    day = 24 * 60
    steps = [Step(0), Step(1), Step(0, (call(day),)), Step(1, (call(day),)), *ticks(day + 1, day + 9, 0, 1)]
    assert "inconclusive" not in {alert["status"] for alert in run(written(silent), 2, steps)}


def test_outside_its_active_hours_a_rule_has_no_doubts() -> None:
    hours = {"days": ["sat"], "hours": "00:00-24:00", "zone": "UTC"}
    silent = rule(SILENT, **{"group-by": [], "active": hours})
    assert run(written(silent), 2, [Step(0), Step(1), *ticks(1, 40, 0)]) == []

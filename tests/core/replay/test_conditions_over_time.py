"""Each condition on a virtual clock that begins at 09:00; the source's allowed delay is 15 minutes for records."""

from __future__ import annotations

from typing import Any

from tests.core.replay.cases import alerts, call, finding, rule_of, story

MORE = {"type": "more_than", "threshold": 2, "window": "5m"}


def test_more_than_counts_the_minutes_of_a_sliding_window() -> None:
    found = alerts(rule_of(MORE), call("1m", times=3, every="1m"))
    assert story(found) == [("firing", "09:04"), ("resolved", "09:07")]
    assert found[0]["measured"] == {"count": 3, "threshold": 2}


def test_a_tumbling_window_is_judged_once_at_a_multiple_of_its_length() -> None:
    tumbling = rule_of({**MORE, "windows": "tumbling"})
    assert story(alerts(tumbling, call("1m", times=3, every="1m"))) == [("firing", "09:05"), ("resolved", "09:10")]
    # The same three calls, but in two windows.
    assert alerts(tumbling, call("3m", times=3, every="1m")) == []


def test_a_condition_that_has_to_hold_for_some_time_fires_when_it_has() -> None:
    rule = rule_of({**MORE, "for": "3m"})
    assert story(alerts(rule, call("1m", times=3))) == [("firing", "09:05"), ("resolved", "09:07")]
    short = rule_of({**MORE, "window": "2m", "for": "3m"})
    assert alerts(short, call("1m", times=3)) == []


def test_an_alert_that_is_kept_firing_bridges_a_gap() -> None:
    rule = rule_of({**MORE, "window": "1m", "keep-firing-for": "5m"})
    found = alerts(rule, call("1m", times=3), call("4m", times=3))
    assert story(found) == [("firing", "09:02"), ("resolved", "09:11")]


def test_the_level_follows_what_was_measured_and_a_rise_is_told_once() -> None:
    levels = [{"level": "critical", "above": 8}, {"level": "high", "above": 4}]
    rule = rule_of(MORE, levels=levels)
    found = alerts(rule, call("1m", times=3), call("2m", times=3), call("3m", times=3))
    assert [(alert["status"], alert["rule"]["level"]) for alert in found] == [
        ("firing", "low"), ("firing", "high"), ("firing", "critical"), ("resolved", "critical"),
    ]  # fmt: skip
    assert len({alert["alert_id"] for alert in found}) == 1


def test_sums_maxima_and_distinct_values_of_a_field() -> None:
    size = {"field": "additionalEventData.bytes", "window": "5m", "type": "more_than"}
    events = [call("1m", additionalEventData__bytes=n) for n in (10, "20", 30.5)]
    total = alerts(rule_of({**size, "aggregate": "sum", "threshold": 60}), *events)
    assert total[0]["measured"]["value"] == 60.5
    assert alerts(rule_of({**size, "aggregate": "sum", "threshold": 60.5}), *events) == []
    greatest = alerts(rule_of({**size, "aggregate": "max", "threshold": 30}), *events)
    assert greatest[0]["measured"] == {
        "aggregate": "max", "field": "additionalEventData.bytes", "value": 30.5, "threshold": 30,
    }  # fmt: skip


def test_a_value_in_several_minutes_is_one_distinct_value() -> None:
    rule = rule_of(
        {"type": "more_than", "threshold": 2, "window": "10m", "aggregate": "unique", "field": "source_address"}
    )
    same = [call(f"{n}m", sourceIPAddress=f"198.51.100.{n % 2}") for n in range(1, 9)]
    assert alerts(rule, *same) == []
    found = alerts(rule, *same, call("9m", sourceIPAddress="198.51.100.7"))
    assert (found[0]["status"], found[0]["measured"]["value"]) == ("firing", 3)
    assert "3 different source_address in 10m" in found[0]["summary"]


def test_a_group_that_is_expected_in_a_list_is_missed_by_its_name() -> None:
    condition = {"type": "less_than", "threshold": 1, "window": "10m", "expect": {"account": ["@ours", "3"]}}
    rule = rule_of(condition, **{"group-by": ["account"], "lists": {"ours": ["1", "2"]}})
    found = alerts(rule, call("9m", recipientAccountId="1"), until="15m")
    assert {(alert["group"]["account"], alert["status"]) for alert in found} == {("2", "firing"), ("3", "firing")}


def test_a_group_that_was_seen_is_missed_and_retired_after_its_time() -> None:
    condition = {"type": "less_than", "threshold": 1, "window": "30m", "expect": "seen", "retire-after": "2h"}
    rule = rule_of(condition, **{"group-by": ["account"]})
    events = [call("5m", recipientAccountId="1"), call("6m", recipientAccountId="2", times=40, every="10m")]
    found = alerts(rule, *events, until="4h")
    assert [(alert["group"]["account"], alert["status"], alert["ends_at"]) for alert in found] == [
        ("1", "firing", None), ("1", "resolved", "2026-03-02T11:07:00.000Z"),
    ]  # fmt: skip
    assert "expected no more" in found[1]["summary"]


def test_a_share_of_all_groups_has_an_ungrouped_denominator() -> None:
    condition = {"type": "ratio", "of": "*", "threshold": 0.5, "window": "5m", "of-group": "all", "minimum": 4}
    rule = rule_of(condition, **{"group-by": ["account"]})
    events = [call("1m", recipientAccountId=account) for account in "1112"]
    found = alerts(rule, *events)
    assert [
        (alert["group"]["account"], alert["measured"]["value"]) for alert in found if alert["status"] == "firing"
    ] == [("1", 0.75)]


def test_a_share_below_its_threshold_and_one_whose_interval_is_too_wide() -> None:
    few = {"type": "ratio", "of": "*", "threshold": 0.3, "window": "5m"}
    failed = [call("1m", errorCode="Failed authentication") for _ in range(2)]
    passed = [call("1m") for _ in range(3)]
    assert story(alerts(rule_of(few, query="_exists_:errorCode"), *failed, *passed))[0] == ("firing", "09:02")
    assert alerts(rule_of({**few, "confident": True}, query="_exists_:errorCode"), *failed, *passed) == []
    below = {**few, "direction": "below", "threshold": 0.7, "minimum": 5}
    assert story(alerts(rule_of(below, query="NOT _exists_:errorCode"), *failed, *passed))[0] == ("firing", "09:02")


def test_a_denominator_of_zero_means_what_the_rule_says() -> None:
    condition = {"type": "ratio", "of": "event_name:GetObject", "threshold": 0.5, "window": "5m"}
    assert alerts(rule_of(condition), call("1m")) == []
    assert story(alerts(rule_of({**condition, "when-zero": "fires"}), call("1m")))[0] == ("firing", "09:02")


def test_a_new_value_alerts_once_when_its_group_has_learned() -> None:
    condition = {"type": "new_value", "field": "region", "learn": "1h", "forget": "2h"}
    rule = rule_of(condition, **{"group-by": ["account"]})
    known = call("5m", times=20, every="10m")
    found = alerts(rule, known, call("30m", awsRegion="us-east-1"), call("90m", awsRegion="sa-east-1", times=3))
    assert [(alert["status"], alert["measured"]["value"]) for alert in found] == [("firing", "sa-east-1")]
    assert found[0]["group"] == {"account": "111122223333"}
    # Another account still learns, and what was not seen for two hours is new again.
    assert alerts(rule, known, call("90m", recipientAccountId="2", awsRegion="sa-east-1")) == []
    again = alerts(rule, known, call("90m", awsRegion="sa-east-1"), call("215m", awsRegion="sa-east-1"))
    assert [alert["starts_at"][11:16] for alert in again] == ["10:31", "12:36"]


def test_a_window_is_compared_with_the_same_window_of_an_earlier_time() -> None:
    condition = {"type": "time_relative", "threshold": 3, "window": "10m", "before": "1h", "minimum": 5}
    before = call("20m", times=2)
    found = alerts(rule_of(condition), before, call("80m", times=7))
    assert (found[0]["status"], found[0]["measured"]["before"], found[0]["measured"]["count"]) == ("firing", 2, 7)
    assert alerts(rule_of(condition), before, call("80m", times=6)) == []
    # Nothing is compared with a time that was not watched, and nothing with nothing unless the rule says so.
    assert alerts(rule_of(condition), call("40m", times=50)) == []
    assert alerts(rule_of(condition), call("90m", times=50)) == []
    assert alerts(rule_of({**condition, "when-zero": "fires"}), call("90m", times=50))[0]["status"] == "firing"
    fewer = {**condition, "direction": "below", "threshold": 0.5}
    assert alerts(rule_of(fewer), call("20m", times=9), call("80m", times=4))[0]["measured"]["value"] == 4 / 9


def test_updates_of_one_finding_alert_once_or_when_its_severity_rises() -> None:
    def told(condition: dict[str, Any], *severities: float) -> list[str]:
        rule = rule_of(
            {"type": "immediate", **condition},
            source="findings",
            **{"group-by": ["finding_id"], "level-from": "severity_label"},
        )
        events = [finding(f"{20 * place}m", severity) for place, severity in enumerate(severities)]
        return [alert["rule"]["level"] for alert in alerts(rule, *events)]

    assert told({}, 5, 5, 5) == ["medium"] * 3
    assert told({"repeat": "once"}, 5, 5, 8) == ["medium"]
    assert told({"repeat": "rising"}, 5, 5, 8, 5, 8, 9) == ["medium", "high", "critical"]
    assert told({"repeat": "once", "renotify": "1h"}, 5, 5, 5, 5, 5) == ["medium", "medium"]
    assert told({"repeat": "once", "forget": "1h"}, 5, 5) == ["medium"]


def test_outside_its_active_hours_a_rule_does_not_fire_and_what_fires_is_resolved() -> None:
    hours = {"days": "mon-fri", "hours": "10:05-18:00", "zone": "Europe/Berlin"}
    found = alerts(rule_of(MORE, active=hours), call("1m", times=3), call("6m", times=3))
    assert story(found)[0] == ("firing", "09:06")
    at_once = rule_of({"type": "immediate"}, active=hours)
    assert [alert["starts_at"][11:16] for alert in alerts(at_once, call("4m"), call("5m"))] == ["09:05"]
    weekend = {"days": ["sat", "sun"], "zone": "UTC"}
    assert alerts(rule_of(MORE, active=weekend), call("1m", times=3)) == []


def test_what_is_only_tried_says_so() -> None:
    for condition in (MORE, {"type": "immediate"}):
        found = alerts(rule_of(condition, **{"dry-run": True}), call("1m", times=3))
        assert {alert["labels"]["dry_run"] for alert in found} == {"true"}


def test_late_events_amend_a_window_that_would_have_fired() -> None:
    found = alerts(rule_of(MORE), call("1m", times=2), call("2m", arrives="40m"))
    assert [(alert["status"], alert["measured"]["count"]) for alert in found] == [("amended", 3)]
    # One alert stands for all the windows, however much more comes.
    assert len(alerts(rule_of(MORE), call("1m", times=2), call("2m", arrives="40m"), call("3m", arrives="41m"))) == 1
    # A window that fired has said so already.
    assert story(alerts(rule_of(MORE), call("1m", times=3), call("2m", arrives="40m"))) == [
        ("firing", "09:02"), ("resolved", "09:07"),
    ]  # fmt: skip


def test_late_events_take_back_what_a_window_said() -> None:
    share = {"type": "ratio", "of": "*", "threshold": 0.5, "window": "5m"}
    rule = rule_of(share, query="_exists_:errorCode")
    found = alerts(rule, call("1m", errorCode="x"), call("1m", times=9, arrives="40m"))
    assert [(alert["status"], alert["measured"]["value"]) for alert in found] == [
        ("firing", 1.0), ("resolved", None), ("amended", 0.1),
    ]  # fmt: skip
    assert len({alert["alert_id"] for alert in found}) == 1
    assert found[2]["ends_at"]


def test_an_exception_holds_up_to_its_day_and_what_it_kept_is_counted_as_long() -> None:
    spared = {"query": "eventName:ConsoleLogin", "reason": "r", "until": "2026-03-03"}
    rule = rule_of({"type": "immediate"}, exceptions=[spared])
    found = alerts(rule, call("1h", times=3), call("15h"))
    assert [alert["starts_at"][:10] for alert in found] == ["2026-03-03"]

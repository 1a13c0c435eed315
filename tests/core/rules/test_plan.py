from __future__ import annotations

from typing import Any

from schemas.measure import Measure
from schemas.rule import Rule
from streams.core.rules.plan import Plan, make_plan
from streams.core.windows.tally import EVERYWHERE

DAY = 86_400_000


def rule(name: str, condition: Any = None, **changes: Any) -> Rule:
    written = {
        "id": name, "title": name, "level": "low", "source": "findings", "query": "type:x",
        "condition": condition or {"type": "more_than", "threshold": 1, "window": "5m"}, **changes,
    }  # fmt: skip
    return Rule.model_validate(written)


def measure(name: str, **changes: Any) -> Measure:
    return Measure.model_validate({"name": name, "source": "findings", **changes})


def test_rules_and_measures_that_count_alike_share_their_counts_under_the_measures_name() -> None:
    plan = make_plan(
        [rule("one"), rule("two", {"type": "more_than", "threshold": 9, "window": "1h"})],
        [measure("m", query="type:x")],
    )
    [counted] = plan.counted.values()
    assert counted.name == "m"
    assert [windowed.measure for windowed in plan.windowed] == [counted.id, counted.id]
    # The rules want to show where the events stand; the measure alone would not.
    assert counted.evidence
    assert not next(iter(make_plan([], [measure("m", query="type:x")]).counted.values())).evidence


def judged(plan: Plan) -> set[str]:
    return {name for windowed in plan.windowed for name in windowed.measures}


def test_what_exceptions_keep_from_a_rule_is_counted() -> None:
    spared = [{"query": "region:x", "reason": "r"}, {"query": "region:y", "reason": "r"}]
    plan = make_plan([rule("now", {"type": "immediate"}, exceptions=spared)], [])
    assert [counted.name for counted in plan.counted.values()] == ["now-excepted-1", "now-excepted-2"]
    first = next(iter(plan.counted.values()))
    told = {"type": "x", "region": "x"}
    assert [first.matcher.matches({**told, **change}, {}) for change in ({}, {"region": "y"}, {"type": "y"})] == [
        True,
        False,
        False,
    ]


def test_the_share_of_all_groups_is_counted_in_every_partition_and_new_values_where_their_group_is() -> None:
    ratio = {"type": "ratio", "of": "*", "threshold": 0.1, "window": "30m", "of-group": "all"}
    new = {"type": "new_value", "field": "region"}
    plan = make_plan(
        [rule("share", ratio, **{"group-by": ["account"]}), rule("new", new, **{"group-by": ["account"]})], []
    )
    share, fresh = plan.windowed
    assert plan.placement == {share.of: EVERYWHERE, fresh.measure: 1}
    assert [key.name for key in plan.counted[fresh.measure].group_by] == ["account", "value"]


def test_what_counts_differently_is_counted_apart() -> None:
    others = [
        rule("two", query="type:y"),
        rule("three", **{"group-by": ["account"]}),
        rule("four", archived=True),
        rule("five", samples=True),
        rule("six", {"type": "less_than", "threshold": 1, "window": "5m"}, samples=False),
        rule("seven", source="cloudtrail"),
        rule("eight", exceptions=[{"query": "region:x", "reason": "r"}]),
        rule("nine", exceptions=[{"query": "region:x", "reason": "r", "until": "2026-01-01"}]),
    ]
    plan = make_plan([rule("one"), *others], [])
    assert len(judged(plan)) == len(plan.windowed) == 9
    assert len(plan.counted_of("cloudtrail")) == 1


def test_exceptions_that_differ_in_their_lists_are_counted_apart() -> None:
    spared = [{"query": "account:@mine", "reason": "r"}]
    plan = make_plan([rule(name, exceptions=spared, lists={"mine": [name]}) for name in ("one", "two")], [])
    assert len(judged(plan)) == 2


def test_the_reason_of_an_exception_changes_no_count() -> None:
    plan = make_plan([rule(name, exceptions=[{"query": "region:x", "reason": name}]) for name in ("one", "two")], [])
    assert len(judged(plan)) == 1


def test_a_ratio_counts_both_its_queries_and_shows_where_the_events_of_the_first_stand() -> None:
    ratio = {"type": "ratio", "of": "*", "threshold": 0.1, "window": "30m"}
    plan = make_plan([rule("share", ratio)], [])
    [windowed] = plan.windowed
    assert windowed.of is not None
    assert (plan.counted[windowed.measure].evidence, plan.counted[windowed.of].evidence) == (True, False)
    assert plan.counted[windowed.of].measure.query == "*"


def test_rows_are_kept_for_as_long_as_the_rule_with_the_longest_memory_looks_back() -> None:
    usual = {"type": "more_than_usual", "threshold": 1, "window": "1h"}
    plan = make_plan([rule("one", {**usual, "window": "15m"}), rule("two", usual), rule("three")], [])
    [counted] = plan.counted
    assert plan.retention == {counted: 6 * DAY // 24 + DAY}


def test_immediate_rules_count_nothing_and_keep_their_levels_in_order() -> None:
    levels = [{"level": level, "when": "severity:>1", "because": "b"} for level in ("high", "medium")]
    made = rule("now", {"type": "immediate"}, levels=levels, exceptions=[{"query": "a:b", "reason": "r"}])
    plan = make_plan([made], [])
    assert (judged(plan), plan.windowed) == (set(), [])
    [compiled] = plan.immediate_of("findings")
    assert [level for level, _ in compiled.levels] == ["high", "medium"]
    assert len(compiled.exempt) == 1
    assert plan.immediate_of("cloudtrail") == []


def test_windowed_rules_are_found_by_source_and_by_the_time_they_are_judged_on() -> None:
    silent = {"type": "less_than", "threshold": 1, "window": "5m"}
    plan = make_plan([rule("one"), rule("two", silent), rule("three", {**silent, "judged-on": "event_time"})], [])
    found = {basis: [one.rule.id for one in plan.windowed_of("findings", basis)] for basis in ("event_time", "arrival")}
    assert found == {"event_time": ["one", "three"], "arrival": ["two"]}
    assert plan.windowed_of("cloudtrail", "arrival") == []

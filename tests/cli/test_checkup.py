from __future__ import annotations

from dataclasses import replace

from streams.adapters.broker_state import TopicState
from streams.cli.checkup import Facts, Line, judge

NOW = 1_000_000_000
WELL = TopicState(begin={0: 0}, end={0: 100}, committed={0: 100}, newest_ms=NOW - 5_000)
EMPTY = TopicState(begin={0: 0}, end={0: 0}, committed={}, newest_ms=None)
FACTS = Facts(
    now_ms=NOW,
    inputs=("findings", "records"),
    partial_counts="partials",
    dead_letters="dead",
    states={"findings": WELL, "records": WELL, "partials": WELL, "dead": EMPTY},
    workers=2,
    rules=("one", "two"),
    alerts_by_rule={"one": 3, "two": 1},
)


def found(facts: Facts, check: str) -> list[Line]:
    return [line for line in judge(facts) if line.check == check]


def with_state(name: str, state: TopicState) -> Facts:
    return replace(FACTS, states={**FACTS.states, name: state})


def test_where_all_is_well_every_line_is_ok() -> None:
    assert {line.status for line in judge(FACTS)} == {"ok"}


def test_a_missing_topic_fails_and_says_what_to_run() -> None:
    [line] = found(replace(FACTS, topic_problems=("findings is missing",)), "topics")
    assert (line.status, line.found) == ("fail", "findings is missing")
    assert "guardstream topics create" in line.to_do


def test_without_a_worker_it_fails() -> None:
    assert found(replace(FACTS, workers=0), "workers")[0].status == "fail"


def test_a_worker_far_behind_is_a_warning_with_its_lag() -> None:
    [line] = found(with_state("findings", replace(WELL, end={0: 50_100})), "lag of findings")
    assert (line.status, line.found) == ("warn", "50,000 messages still to read")


def test_partitions_that_nobody_committed_count_as_unread() -> None:
    assert TopicState(begin={0: 10, 1: 0}, end={0: 30, 1: 5}, committed={1: 5}, newest_ms=None).lag == 20


def test_a_silent_source_is_a_warning_with_how_long() -> None:
    [line] = found(with_state("records", replace(WELL, newest_ms=NOW - 3 * 3_600_000)), "source records")
    assert (line.status, line.found) == ("warn", "silent for 3 h")


def test_a_source_that_never_sent_anything_is_a_warning() -> None:
    assert found(with_state("records", EMPTY), "source records")[0].status == "warn"


def test_dead_letters_are_a_warning_with_their_number() -> None:
    [line] = found(with_state("dead", WELL), "dead letters")
    assert (line.status, line.found) == ("warn", "100 messages could not be read")


def test_rules_that_never_alerted_are_named_and_of_many_the_first() -> None:
    told = [line.found for line in found(replace(FACTS, alerts_by_rule={"one": 1}), "rules")]
    assert "never alerted yet: two" in told
    many = tuple(f"r{number}" for number in range(40))
    told = [line.found for line in found(replace(FACTS, rules=many, alerts_by_rule={}), "rules")]
    assert told[-1].endswith(", r11 and 28 more")


def test_rules_that_were_applied_are_told() -> None:
    assert "3 that were applied" in [
        line.found for line in found(replace(FACTS, applied=("3 that were applied",)), "rules")
    ]


def test_rules_that_cannot_be_loaded_fail_with_the_reason() -> None:
    [line] = found(replace(FACTS, rule_problem="a.yml:3: wrong key"), "rules")
    assert (line.status, line.found) == ("fail", "a.yml:3: wrong key")


def test_a_rules_warning_is_passed_on() -> None:
    assert found(replace(FACTS, rule_warnings=("the bucket list is empty",)), "rules")[0].status == "warn"

"""Tests in rule files as cases: which there are, what they are of, and what is told of one that fails."""

from __future__ import annotations

from typing import Any

from streams.core.rules.cases import Case, cases_of, run_case
from tests.core.rules.rule_files import CALL, override_text, rule_set, rule_text

MORE = {"type": "more_than", "threshold": 1, "window": "5m"}


def case(test: dict[str, Any], **changes: Any) -> Case:
    [found] = cases_of(rule_set(rule_text(tests=[{"name": "t", **test}], **changes)))
    return found


def told(test: dict[str, Any], **changes: Any) -> list[str]:
    """The lines that are told of a test that fails."""
    problem = run_case(case(test, **changes), {})
    assert problem is not None
    return problem.splitlines()


def test_cases_come_in_the_order_of_files_and_lines_those_of_disabled_rules_too() -> None:
    tests = [{"name": name, "event": CALL, "expect": "fires"} for name in ("b", "a")]
    off = rule_text(id="b-rule", enabled=False, tests=tests[:1])
    found = cases_of(rule_set(f"[{off},\n{rule_text(tests=tests)}]"))
    assert [(one.name, one.where.line) for one in found] == [("b-rule: b", 1), ("a-rule: b", 2), ("a-rule: a", 2)]
    assert [run_case(one, {}) for one in found] == [None, None, None]


def test_tests_of_a_rule_are_of_its_own_file_and_those_of_an_override_are_of_what_comes_of_it() -> None:
    base = rule_text(tests=[{"name": "fires", "event": CALL, "expect": "fires"}])
    exceptions = [{"query": 'account:"111122223333"', "reason": "ours"}]
    tests = [{"name": "silent", "event": CALL, "expect": "silent"}]
    change = override_text(exceptions=exceptions, tests=tests)
    found = cases_of(rule_set(base, change))
    assert [(one.test.name, one.entry.file) for one in found] == [("fires", "1/rules.yml"), ("silent", "2/rules.yml")]
    assert [run_case(one, {}) for one in found] == [None, None]


def test_an_event_that_is_not_taken_is_told_with_the_clause_that_it_fails() -> None:
    user = {**CALL, "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::1:user/bo"}}
    assert told({"event": user, "expect": "fires"}) == [
        "expected fires, but was silent",
        "    the query asks that principal_type is, or has the words, 'Root', but it is 'IAMUser'",
    ]


def test_an_event_that_an_exception_covers_is_told_with_the_exception() -> None:
    exceptions = [{"query": "region:us-east-1", "reason": "ours", "until": "2027-01-01"}]
    assert told({"event": CALL, "expect": "fires"}, exceptions=exceptions)[1:] == [
        "    the query matches the event",
        "    an exception covers it: region:us-east-1 (ours, until 2027-01-01)",
    ]


def test_counts_are_told_with_what_was_measured() -> None:
    assert told({"counts": {"count": [1, 1]}, "expect": "silent"}, condition=MORE) == [
        "expected silent, but was fires",
        "    2 in 5m, more than 1",
    ]


def test_counts_that_fire_at_another_level_are_told() -> None:
    test = {"counts": {"count": [20]}, "expect": "fires", "level": "high"}
    levels = [{"level": "critical", "above": 10}]
    assert told(test, condition=MORE, levels=levels)[0] == "expected level high, but was critical"


def test_an_alert_that_is_missing_is_told_with_what_it_was_to_be_and_how_many_events_the_query_took() -> None:
    other = {**CALL, "eventName": "DeleteUser"}
    events = [{"event": CALL, "at": "1m"}, {"event": other, "at": "1m", "times": 2}]
    wanted = {"status": "firing", "group": {"account": "111122223333"}}
    assert told({"events": events, "alerts": [wanted]}, condition=MORE, group_by=["account"]) == [
        'alert 1 is missing, {"status":"firing","group":{"account":"111122223333"}}: there was no alert',
        "    the rule took 1 of 3 events",
    ]
    first, *rest = told({"events": events[1:], "expect": "fires"}, condition=MORE)
    assert first == "expected fires, but there was no alert"
    assert rest[0] == "    the rule took 0 of 2 events; of the first:"
    assert "event_name is 'CreateAccessKey', but it is 'DeleteUser'" in rest[1]


def test_alerts_that_differ_are_told_with_all_that_came() -> None:
    test = {
        "events": [{"event": CALL, "at": "1m", "times": 3}],
        "alerts": [{"status": "firing", "measured": {"count": 4}}],
    }
    first, *rest = told(test, condition=MORE, group_by=["account"])
    assert first == "alert 1: expected measured.count to be 4, but was 3"
    assert [line.split()[1] for line in rest[1:-1]] == ["firing", "until"]
    assert "account=111122223333" in rest[1]
    assert rest[-1] == "    the rule took 3 of 3 events"


def test_an_event_with_a_number_of_more_than_64_bits_is_judged_as_a_worker_reads_it() -> None:
    for test in ({"event": {**CALL, "big": 10**30}}, {"events": [{"event": {**CALL, "big": 10**30}, "at": "1m"}]}):
        # JSON that is too large for a number is written by hand, since the writer of other tests refuses it.
        written = str({"name": "t", "expect": "fires", **test}).replace("'", '"')
        text = rule_text()[:-1] + f', "tests": [{written}]' + "}"
        [found] = cases_of(rule_set(text))
        assert run_case(found, {}) is None


def test_a_test_that_breaks_is_a_failure_of_its_own() -> None:
    written = {"events": [{"event": CALL, "at": "1m", "set": {"awsRegion.x": "y"}}], "expect": "fires"}
    assert told(written)[0] == "set: awsRegion.x can't be set, since awsRegion is no object"


def test_files_are_named_with_their_places_and_their_contents_are_events() -> None:
    found = case({"events": [{"file": "events/a.json", "at": "1m"}], "expect": "fires"})
    [(name, where)] = found.files()
    assert (name, where.line) == ("events/a.json", 1)
    assert run_case(found, {name: rule_text(**CALL).encode()}) is None
    assert run_case(found, {}) == "the file events/a.json can't be read"

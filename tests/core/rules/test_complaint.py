"""What is told about what a rule's file has wrong: at its very place, and with what would be right."""

from __future__ import annotations

import pytest

from schemas.errors import Errors
from streams.core.rules.load import RuleFile, load_rules

RULE = "id: a-rule\ntitle: A rule\nlevel: low\nsource: cloudtrail\nquery: event_name:x\n"
AT_ONCE = "condition: {type: immediate}\n"


def told(text: str) -> list[tuple[str, str]]:
    """The place and message of each error in a rule's file."""
    try:
        load_rules([[RuleFile("a.yml", text)]])
    except Errors as found:
        return [(f"{error.where.line}:{error.where.column}", error.message) for error in found.errors]
    return []


def told_at_mark(text: str) -> str:
    """The message of the only error in a rule's file, which has to stand where the text has its ^."""
    before, _, after = text.partition("^")
    [(place, message)] = told(before + after)
    assert place == f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    return message


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("{type: ^more-than}", "did you mean more_than or"),
        ("^{typ: more_than}", "one of immediate, more_than, less_than, ratio, new_value, time_relative"),
        ("^immediate", "such as {type: immediate}"),
        ("{type: more_than, threshold: ^x, window: 5m}", "has to be a number"),
        ("{type: more_than, threshold: ^1.5, window: 5m}", "a whole number"),
        ("{type: more_than, threshold: 1, window: 5m, for: ^3}", "such as 10m, 1h30m or 14d"),
        ("{type: more_than, threshold: 1, window: 5m, ^minimum: 3}", "if its type is ratio or time_relative"),
        ("{type: more_than, ^treshold: 1, threshold: 1, window: 5m}", "did you mean threshold?"),
        ("{type: more_than, threshold: 1, window: 5m, aggregate: ^sum}", "needs the field"),
        ("{type: more_than, threshold: 1, window: 5m, aggregate: sum, field: ^regin}", "did you mean region"),
        ("{type: more_than, threshold: 1, window: 5m, windows: ^tumblin}", "did you mean tumbling?"),
        ("{type: more_than, threshold: 1, window: 5m, ^keep_firing_for: 3m}", "did you mean keep-firing-for?"),
        ("{type: more_than, threshold: 1, window: 5m, ^for_: 3m}", "did you mean for?"),
        ("{type: new_value, field: ^principle}", "did you mean principal"),
        ("{type: new_value, field: region, ^lern: 3d}", "did you mean learn?"),
        ("{type: immediate, renotify: ^1h}", "repeat: once"),
        ("{type: immediate, repeat: ^once}", "group-by"),
        ("{type: time_relative, threshold: 2, window: 5m, before: ^5m}", "outside 1h to 28d"),
        ("{type: less_than, threshold: 1, window: 5m, expect: ^seen}", "needs a group-by"),
    ],
)
def test_a_wrong_condition_is_one_error_at_its_place(condition: str, says: str) -> None:
    assert says in told_at_mark(f"{RULE}condition: {condition}\n")


@pytest.mark.parametrize(
    ("expect", "says"),
    [
        ("^sen", "write `seen`, or the groups"),
        ("^[sen]", "write `seen`, or the groups"),
        ("{account: ^x}", "has to be a list"),
        ('{account: [x, "^@y"]}', "there is no list y"),
        ("^{region: [x]}", "exactly the keys of group-by (account)"),
        ("^{acount: [x]}", "for acount, did you mean account?"),
    ],
)
def test_what_is_expected_is_seen_or_the_groups_by_name(expect: str, says: str) -> None:
    condition = f"condition: {{type: less_than, threshold: 1, window: 5m, expect: {expect}}}\n"
    assert says in told_at_mark(f"{RULE}group-by: [account]\n{condition}")


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ("^severity: high", "write level"),
        ("^false-positives: []", "did you mean falsepositives?"),
        ("^level_form: outcome", "did you mean level-from?"),
        ("^threshold: 3", "it belongs to the condition"),
        ("^until: 2027-01-01", "it belongs to exceptions"),
        ("^zzz: 1", "here can be active, annotations"),
        ("level-from: ^outcom", "did you mean outcome?"),
        ("^level_from: outcome", "did you mean level-from?"),
        ("^group_by: [account]", "did you mean group-by?"),
        ("levels: [{level: ^hihg, when: a}]", "did you mean high?"),
        ("levels: [{level: high, ^wen: a, when: b}]", "did you mean when?"),
        ("levels: [{level: high, above: ^3}]", "takes `when`"),
        ("levels: [^{level: high}]", "one of `when`, `above` or `below`"),
        ("active: {days: ^mon-fry}", "write mon-fri"),
        ("active: {hours: ^9-5}", "write them as 08:00-18:00"),
        ("active: {zone: ^Berlin}", "Europe/Berlin"),
        ("active: {^hour: 08:00-09:00}", "did you mean hours?"),
        ("dry-run: ^maybe", "true or false"),
        ("labels: {^a b: c}", "no name of a label"),
        ("group-by: [^{a: b, c: d}]", "as in [user: userIdentity.arn]"),
        ("group-by: ^account", "has to be a list"),
        ("exceptions: [{query: 'a:b', reason: x, ^untill: 2027-01-01}]", "did you mean until?"),
        ("tags: [free, ^attack.T1562]", "attack.t1562.008"),
        ("tags: [^T1562.001]", "attack.t1562.008"),
        ("tags: [^attack.t15628]", "attack.t1562.008"),
        ("attack-version: ^17", "write it as v17"),
        ("date: ^yesterday", "write it as 2027-01-31"),
        ("date: 2026-02-02\nmodified: ^2026-02-01", "before 2026-02-02"),
        ("tests: [{name: a, event: {}, expect: fires}, {name: ^a, event: {}, expect: silent}]", "already"),
        ("tests: [{name: a, events: [{^evnt: {}, file: x}], expect: fires}]", "did you mean event?"),
        ("tests: [{name: a, events: [{file: x, at: ^soon}], expect: fires}]", "90s or 1h30m"),
        ("tests: [{name: a, counts: ^{count: [1]}, expect: fires}]", "tested with events"),
        ("tests: [{name: a, event: {}, expect: fires, lists: {x: ^[]}}]", "the rule has no list x"),
        ("tests: [{name: a, event: {}, expect: ^fird}]", "is none of fires, silent"),
    ],
)
def test_a_wrong_key_or_value_is_one_error_at_its_place(keys: str, says: str) -> None:
    assert says in told_at_mark(f"{RULE}{AT_ONCE}{keys}\n")


@pytest.mark.parametrize(
    ("condition", "counts", "says"),
    [
        ("{type: more_than, threshold: 5, window: 10m, for: 1h}", "^{count: [6]}", "test it with `events`"),
        ("{type: more_than, aggregate: unique, field: region, threshold: 5, window: 10m}", "^{count: [6]}", "`unique`"),
        ("{type: more_than, threshold: 5, window: 10m}", "^{numerator: [6]}", "as {count: [1, 2]}"),
        ("{type: ratio, of: '*', threshold: 0.5, window: 10m}", "^{count: [6]}", "as {numerator: [1, 2], denominator"),
    ],
)
def test_counts_are_refused_where_they_say_too_little(condition: str, counts: str, says: str) -> None:
    test = f"tests: [{{name: a, counts: {counts}, expect: fires}}]\n"
    assert says in told_at_mark(f"{RULE}condition: {condition}\n{test}")


def test_all_that_does_not_fit_in_a_rule_is_told_at_once() -> None:
    tests = "tests: [{name: a, event: {}, expect: counted}, {name: a, event: {}, expect: ignored}]\n"
    found = told(f"{RULE}{AT_ONCE}levels: [{{level: low, above: 1}}]\n{tests}")
    assert [place.split(":")[0] for place, _ in found] == ["7", "8", "8", "8"]


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (
            "exceptions: [{query: 'a:b', reason: x}, {query: 'a:b', reason: x, until: ^soon}]",
            "exception 2, until: 'soon'",
        ),
        ("date: ^2026-02-30", "date: '2026-02-30' is no day of the calendar: write it as 2027-01-31"),
        ("tests: [{name: a, events: [{file: x, at: ^soon}], expect: fires}]", "test 1, event 1, at: 'soon' is no time"),
        ("tests: [{name: a, event: {}, expect: fires, start: ^noon}]", "test 1, start: 'noon' is no time"),
        ("tests: [{name: a, events: [{file: x, times: ^0}], expect: fires}]", "a number of 1 or more"),
        ("author:^", "author: this is empty: write a value"),
        ("status:^", "status: this is empty: write one of stable, test, experimental"),
    ],
)
def test_places_are_counted_from_1_and_told_in_plain_words(keys: str, says: str) -> None:
    assert says in told_at_mark(f"{RULE}{AT_ONCE}{keys}\n")


def test_an_empty_id_is_told_to_be_empty() -> None:
    assert told(RULE.replace("id: a-rule", "id:") + AT_ONCE) == [("1:4", "id: this is empty: write a value")]


def test_an_empty_query_is_told_once() -> None:
    assert told(RULE.replace("event_name:x", "''") + AT_ONCE) == [("5:9", "query: this is empty")]


def test_tags_and_days_that_are_right_are_taken() -> None:
    tags = "tags: [attack.t1562, attack.t1562.008, attack.defense-evasion, attack.g0016, attack.ta0005, cve.2024-1]\n"
    assert (
        told(f"{RULE}{AT_ONCE}{tags}attack-version: v17\nauthor: Ann\ndate: 2026-02-01\nmodified: 2026-02-01\n") == []
    )

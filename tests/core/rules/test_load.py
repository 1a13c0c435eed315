"""Loading folders of rules and measures, and every error that there is, at its place."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import Errors
from schemas.rule import MoreThan
from streams.core.rules.load import RuleFile, RuleSet, load_measures, load_rules

GOOD = """\
id: a-rule
title: A rule
level: low
source: cloudtrail
query: event_name:@names
group-by: [account]
condition: {type: more_than, threshold: 5, window: 10m}
lists: {names: [GetObject]}
labels: {team: one, tier: "1"}
"""


def folder(**files: str) -> list[RuleFile]:
    """A folder of files by name, ``a.yml`` written as ``a``."""
    return [RuleFile(f"{name}.yml", text) for name, text in files.items()]


def errors_of(*folders: list[RuleFile]) -> list[str]:
    """Every error that loading reports, as text."""
    with pytest.raises(Errors) as caught:
        load_rules(folders)
    return [str(error) for error in caught.value.errors]


def load(*folders: list[RuleFile]) -> RuleSet:
    """Load folders that are right."""
    return load_rules(folders)


def test_a_file_holds_a_rule_or_a_list_of_them_or_several_documents() -> None:
    listed = "\n".join("  " + line for line in GOOD.replace("a-rule", "b-rule").splitlines())
    documents = f"{GOOD}---\n# nothing\n---\n-\n{listed}\n"
    assert [rule.id for rule in load(folder(x=documents, empty="", comment="# nothing\n")).rules] == [
        "a-rule",
        "b-rule",
    ]


def test_all_errors_of_all_files_come_at_once_each_with_file_line_column_and_rule() -> None:
    bad = (
        GOOD.replace("level: low", "level: loud")
        .replace("threshold: 5", "treshold: 5")
        .replace("[account]", "[acount]")
    )
    worse = GOOD.replace("a-rule", "c-rule").replace("event_name:@names", "event_name:(a OR")
    found = errors_of(folder(worse=worse, bad=bad, broken="a: [1"))
    assert [error.split(": ")[0] for error in found] == [
        "bad.yml:3:8, rule a-rule",
        "bad.yml:6:12, rule a-rule",
        "bad.yml:7:12, rule a-rule",
        "bad.yml:7:30, rule a-rule",
        "broken.yml:1:4",
        "worse.yml:5:19, rule c-rule",
    ]
    assert "did you mean threshold?" in "\n".join(found)


def test_every_missing_key_is_an_error_of_its_own() -> None:
    messages = [error.rpartition(": ")[2] for error in errors_of(folder(a="id: a-rule\nlevel: low\nquery: '*'\n"))]
    assert messages == [f"the key {key} is missing" for key in ("title", "source", "condition")]


def test_a_bad_query_is_shown_with_a_caret_and_its_column_in_the_file() -> None:
    [error] = errors_of(folder(a=GOOD.replace("event_name:@names", "account:1 AND event_name:(a OR")))
    assert error.startswith("a.yml:5:33, rule a-rule: ")
    assert "\n" in error
    assert "^" in error


def test_a_query_in_a_folded_block_is_reported_where_the_block_begins() -> None:
    [error] = errors_of(folder(a=GOOD.replace("event_name:@names", ">-\n  account:1\n  AND (event_name:a")))
    assert error.startswith("a.yml:5:8, rule a-rule: ")


def test_every_query_of_a_rule_is_checked() -> None:
    text = GOOD.replace("condition: {type: more_than, threshold: 5, window: 10m}", "condition: {type: immediate}")
    text += "levels: [{level: high, when: '(a', because: b}]\nexceptions: [{query: '(b', reason: c}]\n"
    assert [error.split(",")[0] for error in errors_of(folder(a=text))] == ["a.yml:10:31", "a.yml:11:23"]


def test_a_group_by_field_is_a_parsed_one_or_a_path_into_the_document() -> None:
    assert load(folder(a=GOOD.replace("[account]", "[eventName, user: userIdentity.arn]"))).rules
    [error] = errors_of(folder(a=GOOD.replace("[account]", "[account, principle]")))
    assert "a.yml:6:21" in error
    assert "did you mean principal" in error
    assert "group-by" in errors_of(folder(a=GOOD.replace("[account]", "[userIdentity..arn]")))[0]


def test_an_unknown_list_is_an_error_that_names_those_that_are_there() -> None:
    [error] = errors_of(folder(a=GOOD.replace("{names:", "{nmes:")))
    assert "nmes" in error


def test_one_id_twice_in_a_folder_is_an_error_and_in_a_later_folder_a_hint_to_override() -> None:
    [twice] = errors_of(folder(a=GOOD, b=GOOD))
    assert twice == "b.yml:1:5, rule a-rule: this id is taken, in a.yml:1:5: choose another"
    [later] = errors_of(folder(a=GOOD), folder(b=GOOD))
    assert "override: a-rule" in later


def test_an_override_changes_what_it_names_and_nothing_else() -> None:
    changes = """\
- override: a-rule
  threshold: 50
  window: 1h
  level: critical
  lists: {names: [PutObject, DeleteObject]}
  labels: {team: two}
  exceptions: [{query: "account:1", reason: known}]
  runbook: Call me.
"""
    [before] = load(folder(a=GOOD)).rules
    [after] = load(folder(a=GOOD), folder(b=changes)).rules
    assert isinstance(after.condition, MoreThan)
    assert (after.condition.threshold, after.condition.window, after.level) == (50, 60, "critical")
    assert after.lists == {"names": ("PutObject", "DeleteObject")}
    assert after.labels == {"team": "two", "tier": "1"}
    assert [entry.reason for entry in after.exceptions] == ["known"]
    assert after.runbook == "Call me."
    assert (after.query, after.title, after.group_by) == (before.query, before.title, before.group_by)
    assert after.revision != before.revision


def test_overrides_of_several_folders_add_up_and_new_rules_may_come_with_them() -> None:
    new = GOOD.replace("a-rule", "b-rule")
    loaded = load(
        folder(a=GOOD), folder(b="override: a-rule\nthreshold: 6", n=new), folder(c="{override: a-rule, window: 1h}")
    )
    assert [rule.id for rule in loaded.rules] == ["a-rule", "b-rule"]
    assert loaded.rules[0].condition == MoreThan.model_validate({"threshold": 6, "window": "1h"})


def test_an_override_in_the_same_folder_may_stand_before_its_rule() -> None:
    assert not load(folder(a="{override: a-rule, enabled: false}", b=GOOD)).rules


def test_an_override_of_a_rule_of_a_later_folder_is_told_how_to_come_after_it() -> None:
    [error] = errors_of(folder(b="{override: a-rule, threshold: 7}"), folder(a=GOOD))
    assert error.startswith("b.yml:1:12, rule a-rule: this rule comes from a later folder (a.yml:1:5)")
    assert "GUARDSTREAM_RULES" in error


def test_an_unknown_rule_is_answered_with_those_most_like_it_where_there_are_many() -> None:
    many = folder(**{name: GOOD.replace("a-rule", f"{name}-rule") for name in "abcdefg"})
    [error] = errors_of(many, folder(z="{override: zzz, threshold: 7}"))
    assert "among those that are there: " in error
    assert error.count("-rule") == 5


def test_a_rule_knows_where_each_of_its_parts_was_written() -> None:
    base = GOOD + "exceptions: [{query: 'account:1', reason: known}]\n"
    change = "override: a-rule\nthreshold: 6\nlists: {names: [x]}\nexceptions: [{query: 'account:2', reason: too}]\n"
    origin = load(folder(a=base), folder(b=change)).origins["a-rule"]
    assert [entry.file for entry in origin.entries] == ["a.yml", "b.yml"]
    assert origin.defined.condition == MoreThan.model_validate({"threshold": 5, "window": "10m"})
    places = {
        ("query",): "a.yml:5:8",
        ("condition", "threshold"): "b.yml:2:12",
        ("condition", "window"): "a.yml:7:52",
        ("lists", "names"): "b.yml:3:16",
        ("exceptions", 0, "query"): "a.yml:10:23",
        ("exceptions", 1, "reason"): "b.yml:4:43",
    }
    assert {loc: str(origin.where(loc)).split(",")[0] for loc in places} == places


def test_a_disabled_rule_is_kept_apart_and_an_override_that_leaves_it_off_is_warned_of() -> None:
    off = GOOD + "enabled: false\n"
    loaded = load(folder(a=off), folder(b="{override: a-rule, threshold: 7}"))
    assert (loaded.rules, [rule.id for rule in loaded.disabled]) == ((), ["a-rule"])
    assert "add `enabled: true`" in loaded.warnings[0]
    on = load(folder(a=off), folder(b="{override: a-rule, threshold: 7, enabled: true}"))
    assert [rule.id for rule in on.rules] == ["a-rule"]
    assert not on.warnings
    assert not load(folder(a=off), folder(b="{override: a-rule, threshold: 7, enabled: false}")).warnings


@pytest.mark.parametrize(
    ("override", "place", "says"),
    [
        ("{override: a-rul, threshold: 1}", "b.yml:1:12", "did you mean a-rule?"),
        ("{override: rule, threshold: 1}", "b.yml:1:12", "did you mean a-rule?"),
        ("{override: zzz, threshold: 1}", "b.yml:1:12", "those that are there: a-rule"),
        ("{override: a-rule, minimum: 1}", "b.yml:1:20", "no minimum"),
        ("{override: a-rule, threshold: 1.5}", "b.yml:1:31", "integer"),
        ("{override: a-rule, window: 90s}", "b.yml:1:28", "minutes"),
        ("{override: a-rule, lists: {nams: []}}", "b.yml:1:28", "did you mean names?"),
        ("{override: a-rule, querry: a}", "b.yml:1:20", "unknown key querry"),
        ("{override: a-rule, exceptions: [{query: '(', reason: r}]}", "b.yml:1:42", "("),
        ("{override: a-rule, exceptions: [{query: 'a:b'}]}", "b.yml:1:33", "reason"),
        ("{override: a-rule}\n---\n{override: a-rule}", "b.yml:3:12", "already"),
        ("{override: [a]}", "b.yml:1:12", "string"),
        ("just text", "b.yml:1:1", "mapping"),
    ],
)
def test_a_wrong_override_is_an_error_at_its_own_place(override: str, place: str, says: str) -> None:
    [error] = errors_of(folder(a=GOOD), folder(b=override))
    assert error.startswith(place)
    assert says in error


def test_an_override_of_a_rule_that_is_broken_itself_adds_no_second_error() -> None:
    assert (
        len(
            errors_of(folder(a=GOOD.replace("level: low", "level: loud")), folder(b="{override: a-rule, threshold: 7}"))
        )
        == 1
    )


def test_bytes_that_are_no_utf8_are_an_error_at_their_place() -> None:
    text = (GOOD.encode() + b"runbook: caf\xe9\n").decode(errors="surrogateescape")
    [error] = errors_of(folder(a=text))
    assert error.startswith("a.yml:10:13: ")


def test_measures_are_loaded_by_name_and_their_errors_come_with_those_of_the_rules() -> None:
    measures = folder(m="- {name: b, source: findings}\n- {name: a, source: cloudtrail, group-by: [event_source]}\n")
    assert [measure.name for measure in load_measures([measures])] == ["a", "b"]
    assert [measure.name for measure in load_rules([folder(a=GOOD)], [measures]).measures] == ["a", "b"]
    wrong = folder(
        m="- {name: a, source: findings, query: '('}\n- {name: a, source: findings, group-by: [event_source]}"
    )
    with pytest.raises(Errors) as caught:
        load_rules([folder(a=GOOD.replace("level: low", ""))], [wrong])
    assert [error.where.file for error in caught.value.errors] == ["a.yml", "m.yml", "m.yml", "m.yml"]


def test_the_field_of_a_measure_is_one_that_events_of_its_source_have() -> None:
    with pytest.raises(Errors) as caught:
        load_measures([folder(m="{name: a, source: cloudtrail, aggregate: unique, field: regin}")])
    assert "m.yml:1:57, rule a: field: regin is no field of cloudtrail; did you mean region" in str(caught.value)


KEYS = [
    *(line.split(":")[0] for line in GOOD.splitlines()), "levels", "exceptions", "tests", "samples", "group-by",
    "active", "level-from", "tags", "date", "modified", "attack-version", "for", "expect", "repeat", "renotify",
    "dry-run", "minimum",
]  # fmt: skip
INNER = [
    "type", "of", "when", "query", "window", "name", "event", "expect", "for", "field", "threshold", "events", "counts",
    "level", "above", "until", "days", "zone", "alerts", "[key]", "literal[x]",
]  # fmt: skip
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["(", "a:b", "10m", "seen", "immediate", "less_than", "ratio", "@a", "attack.x", "2026-01-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER), inner),
    max_leaves=8,
)


@given(st.sampled_from(["id", "override", "name"]), st.dictionaries(st.sampled_from(KEYS), ANYTHING))
def test_any_values_of_the_known_keys_load_or_are_reported(identity: str, values: dict[str, object]) -> None:
    entry = json.dumps({**values, identity: "a-rule"})
    for load_any in (lambda: load_rules([folder(a=GOOD), folder(b=entry)]), lambda: load_measures([folder(b=entry)])):
        with contextlib.suppress(Errors):
            load_any()


@given(st.data())
def test_a_rule_file_with_any_piece_cut_out_or_put_in_loads_or_reports_errors(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, len(GOOD)))
    piece = data.draw(
        st.text(max_size=10) | st.sampled_from([": ", "- ", "{}", "[]", "null", "&a ", "*a", "<<: ", "1e999"])
    )
    try:
        load_rules([folder(a=GOOD[:start] + piece + GOOD[end:])])
    except Errors as found:
        files = {error.where.file for error in found.errors}
    else:
        files = {"a.yml"}
    assert files == {"a.yml"}

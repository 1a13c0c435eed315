"""Files of Sigma rules: what is read of them, in which order, under which names."""

import yaml

from streams.adapters.sigma.collect import Collected, collect
from tests.adapters.sigma.matching import ID, sigma_rule

OTHER = "11111111-1f6e-4d3c-9b6a-3f7d6f1c2a10"
RULE = sigma_rule({"sel": {"eventName": "X"}})
CORRELATION = {
    "title": "Many of them",
    "correlation": {
        "type": "event_count", "rules": ["base"], "group-by": ["userIdentity.arn"], "timespan": "5m",
        "condition": {"gte": 5},
    },
}  # fmt: skip


def documents(*rules: object) -> bytes:
    return yaml.safe_dump_all(rules).encode()


def reasons(found: Collected) -> list[tuple[str, str, str]]:
    return [(one.file, one.title, one.reason) for one in found.refusals]


def test_rules_get_the_names_of_their_files_numbered_where_these_are_taken() -> None:
    files = {
        "a/x.yml": documents(RULE, {**RULE, "id": OTHER}),
        "b/x.yaml": documents({**RULE, "id": None}),
    }
    assert [one.name for one in collect(files).imported] == ["x.yml", "x-2.yml", "x-3.yml"]


def test_the_others_are_written_where_one_is_refused() -> None:
    found = collect(
        {"a.yml": b"title: [", "b.yml": documents(RULE), "c.yml": documents({**RULE, "id": OTHER, "taxonomy": "x"})}
    )
    assert [one.rule_id for one in found.imported] == [ID]
    assert [one.file for one in found.refusals] == ["a.yml", "c.yml"]
    assert str(found.refusals[1]).startswith("c.yml: A rule: its taxonomy is x")


def test_an_id_that_another_rule_has_is_refused() -> None:
    found = collect({"a.yml": documents(RULE), "b.yml": documents(RULE)})
    assert reasons(found) == [("b.yml", "A rule", f"its id {ID} is that of another rule already, which became a.yml")]


def test_of_two_equal_keys_none_is_dropped_silently() -> None:
    text = documents(RULE).replace(b"eventName: X", b"eventName: X\n    eventName: Y")
    assert reasons(collect({"a.yml": text})) == [
        ("a.yml", "", "it is no YAML that can be read: Duplicate key 'eventName'")
    ]


def test_what_is_no_rule_is_refused() -> None:
    files = {
        "empty.yml": b"",
        "list.yml": b"- 1",
        "latin.yml": b"title: \xe9",
        "deep.yml": b"[" * 5000,
        "else.yml": b"a: 1",
    }
    found = collect(files)
    assert not found.imported
    assert [one.file for one in found.refusals] == list(files)


def test_correlations_are_refused_and_so_are_rules_that_only_serve_them_in_whatever_file() -> None:
    base = {**RULE, "name": "base"}
    found = collect({"a.yml": documents(base), "b.yml": documents(CORRELATION)})
    assert not found.imported
    assert [(file, title) for file, title, _ in reasons(found)] == [("a.yml", "A rule"), ("b.yml", "Many of them")]
    assert "only as a part of the correlation rule Many of them" in found.refusals[0].reason


def test_a_rule_that_a_correlation_lets_alert_is_written() -> None:
    generating = {**CORRELATION, "correlation": {**CORRELATION["correlation"], "generate": True}}  # type: ignore[dict-item]
    found = collect({"a.yml": documents({**RULE, "name": "base"}, generating)})
    assert [one.rule_id for one in found.imported] == [ID]


def test_an_extended_condition_names_rules_too_even_of_a_correlation_that_cannot_be_read() -> None:
    extended = {"title": "Both", "correlation": {"type": "temporal", "condition": f"base and {OTHER.upper()}"}}
    found = collect({"a.yml": documents({**RULE, "name": "Base"}, {**RULE, "id": OTHER}, extended)})
    assert not found.imported
    assert len(found.refusals) == 3


def test_filters_are_refused() -> None:
    rule_filter = {
        "title": "Not these", "logsource": RULE["logsource"],
        "filter": {"rules": [ID], "sel": {"eventName": "Y"}, "condition": "not sel"},
    }  # fmt: skip
    [(_, title, reason)] = reasons(collect({"a.yml": documents(rule_filter)}))
    assert title == "Not these"
    assert reason.startswith("a filter changes other rules")


def test_what_documents_have_in_common_is_added_to_each() -> None:
    common = {"action": "global", "title": "Shared", "logsource": RULE["logsource"], "level": "high"}
    parts = [{"id": one, "detection": RULE["detection"]} for one in (ID, OTHER)]
    found = collect({"a.yml": documents(common, *parts)})
    assert not found.refusals
    assert [one.rule_id for one in found.imported] == [ID, OTHER]
    assert all("title: Shared" in one.text for one in found.imported)

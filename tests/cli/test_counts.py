from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from kafka import KafkaProducer

    from tests.cli.conftest import Cli


@pytest.fixture
def written(cli: Cli, producer: KafkaProducer) -> Cli:
    rows = [
        ("findings", {}, "07:00", 3, 1),
        ("findings", {}, "07:00", 5, 2),
        ("findings", {}, "07:01", 7, 1),
        ("findings-by-severity", {"severity_label": "High"}, "07:00", 2, 1),
        ("findings-by-severity", {"severity_label": "Low"}, "07:00", 3, 1),
        ("findings-by-severity", {"severity_label": "Medium"}, "07:00", 9, 1),
    ]
    for measure, group, minute, count, version in rows:
        key = {"measure": measure, "definition": "d", "group": group, "start": f"2026-11-24T{minute}:00Z"}
        value = key | {"count": count, "late": 0, "version": version}
        producer.send(cli.topics.window_counts, json.dumps(value).encode(), key=json.dumps(key).encode())
    key = {
        "measure": "findings-by-severity",
        "definition": "d",
        "group": {"severity_label": "Medium"},
        "start": "2026-11-24T07:00:00Z",
    }
    producer.send(cli.topics.window_counts, None, key=json.dumps(key).encode())
    producer.flush()
    return cli


def test_a_measures_counts_are_an_object_a_line_in_their_newest_version(written: Cli) -> None:
    assert written.objects("counts", "findings") == [
        {"measure": "findings", "group": {}, "start": "2026-11-24T07:00:00Z", "count": 5},
        {"measure": "findings", "group": {}, "start": "2026-11-24T07:01:00Z", "count": 7},
    ]


def test_counts_are_chosen_by_group_and_time_and_removed_rows_are_gone(written: Cli) -> None:
    assert [row["count"] for row in written.objects("counts", "findings-by-severity")] == [2, 3]
    assert [
        row["count"] for row in written.objects("counts", "findings-by-severity", "--group", "severity_label=Low")
    ] == [3]
    assert [row["count"] for row in written.objects("counts", "findings", "--since", "2026-11-24T07:01:00Z")] == [7]
    assert [row["count"] for row in written.objects("counts", "findings", "--until", "2026-11-24T07:01:00Z")] == [5]


def test_without_a_measure_all_are_listed_with_their_totals(written: Cli) -> None:
    totals = {row["measure"]: row["count"] for row in written.objects("counts")}
    assert totals == {"findings": 12, "findings-by-severity": 5}
    assert "findings-by-severity" in written.run("counts")


def test_people_get_a_table(written: Cli) -> None:
    assert "severity_label=High" in written.run("counts", "findings-by-severity")


def test_a_measure_that_has_no_counts_is_an_error_that_lists_those_that_have(written: Cli) -> None:
    assert "findings, findings-by-severity" in written.run("counts", "finding", code=2)


def test_a_measure_that_rules_know_and_that_counted_nothing_is_0_and_no_error(cli: Cli) -> None:
    cli.run("rules", "except", "root-used", "account:1", "--reason", "ours")
    for name in ("root-used-excepted-1", "findings", "access-denied-burst"):
        assert cli.run("counts", name) == f"0: {name} has counted nothing yet\n"
        assert cli.objects("counts", name) == []
    assert "no count of a measure" in cli.run("counts", "root-used-excepted-2", code=2)


def test_a_group_that_is_no_pair_is_an_error(cli: Cli) -> None:
    assert "key=value" in cli.run("counts", "findings", "--group", "High", code=2)

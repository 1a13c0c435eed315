from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from streams.cli.count_views import Total, choose, newest_counts, shown, totals


def message(
    count: int, version: int, start: str = "2026-11-24T07:00:00Z", measure: str = "findings", **group: str
) -> tuple[bytes, bytes]:
    key = {"measure": measure, "definition": "d1", "group": group, "start": start}
    return orjson.dumps(key), orjson.dumps(key | {"count": count, "late": 1, "version": version})


def test_the_highest_version_wins_whatever_comes_last() -> None:
    assert [row["count"] for row in newest_counts([message(5, 2), message(9, 3), message(7, 1)])] == [9]


@given(st.permutations(range(1, 6)))
def test_the_order_of_versions_does_not_matter(versions: list[int]) -> None:
    assert [row["count"] for row in newest_counts(message(version * 10, version) for version in versions)] == [50]


def test_a_null_value_removes_its_row() -> None:
    key, value = message(5, 1)
    assert newest_counts([(key, value), (key, None)]) == []


def test_messages_that_are_no_counts_are_passed_over() -> None:
    assert newest_counts([(b"k", b"\xff"), (b"k", b"[]"), (None, b"{}"), (b"k", b'{"count": 1}')]) == []


def test_rows_are_chosen_by_measure_group_and_time() -> None:
    rows = newest_counts([
        message(1, 1, "2026-11-24T07:00:00Z", severity_label="High"),
        message(2, 1, "2026-11-24T07:01:00Z", severity_label="High"),
        message(3, 1, "2026-11-24T07:01:00Z", severity_label="Low"),
        message(4, 1, "2026-11-24T07:02:00Z", severity_label="High"),
        message(5, 1, "2026-11-24T07:01:00Z", measure="others", severity_label="High"),
    ])  # fmt: skip
    chosen = choose(rows, "findings", {"severity_label": "High"}, 1795503660000, 1795503720000)
    assert [row["count"] for row in chosen] == [2]


def test_a_row_is_printed_with_its_measure_group_start_and_count() -> None:
    [row] = newest_counts([message(5, 1, severity_label="High")])
    expected = {"measure": "findings", "group": {"severity_label": "High"}, "start": "2026-11-24T07:00:00Z", "count": 5}
    assert shown(row) == expected


def test_a_ratio_is_printed_with_its_parts() -> None:
    row: dict[str, Any] = {
        "measure": "r",
        "group": {},
        "start": "s",
        "numerator": 1,
        "denominator": 4,
        "value": 0.25,
        "version": 1,
    }
    assert shown(row) == {"measure": "r", "group": {}, "start": "s", "numerator": 1, "denominator": 4, "value": 0.25}


def test_totals_sum_counts_and_count_groups_and_panes() -> None:
    rows = newest_counts([message(5, 1, a="x"), message(6, 1, a="y"), message(7, 1, "2026-11-24T07:01:00Z", a="x")])
    assert totals(rows) == [Total("findings", count=18, late=3, groups=2, panes=2)]

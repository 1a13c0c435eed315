from __future__ import annotations

import orjson

from streams.core.windows.counts import pane_message, ratio_message
from streams.core.windows.partials import Counts
from streams.core.windows.row import Row
from streams.core.windows.rows import Series

HOUR = 475_000
"""2024-03-09T16:00:00Z."""


def row(arrived: int = 0) -> Row:
    made = Row((), HOUR, arrived)
    made.counts[5] = 3
    made.late = {5: 2}
    made.fence = 41
    return made


def test_a_pane_says_what_was_counted_for_whom_when_and_how_much_of_it_was_late() -> None:
    key, value = pane_message("findings-by-type", "0a1b", ["type", "label"], ("x", None), row(), 5)
    start = {"start": "2024-03-09T16:05:00.000Z"}
    name = {"measure": "findings-by-type", "definition": "0a1b", "group": {"type": "x", "label": None}, **start}
    assert orjson.loads(key) == name
    assert orjson.loads(value) == {**name, "count": 5, "late": 2, "version": 41}


def test_counts_that_came_after_their_row_was_erased_have_a_key_of_their_own() -> None:
    key, value = pane_message("m", "d", [], (), row(arrived=19_800), 6)
    assert orjson.loads(key)["arrived"] == "2024-03-18"
    assert orjson.loads(value)["count"] == 0


def test_a_ratio_says_both_counts_and_the_span() -> None:
    measured = {"numerator": 1, "denominator": 4, "value": 0.25, "threshold": 0.1}
    key, value = ratio_message("r", "d", {"a": "1"}, (HOUR * 60, HOUR * 60 + 30), measured, 9)
    name = {"measure": "r", "definition": "d", "group": {"a": "1"}, "start": "2024-03-09T16:00:00.000Z"}
    assert orjson.loads(key) == name
    told = {"end": "2024-03-09T16:30:00.000Z", "numerator": 1, "denominator": 4, "value": 0.25, "version": 9}
    assert orjson.loads(value) == {**name, **told}


def test_a_pane_of_another_aggregate_tells_its_value_beside_its_count() -> None:
    series = Series()
    amounts = [(0, 7, -1), (0, 9, -1), (0, 7, 0)]
    for measure, value in (("unique:m", 2), ("max:m", 9), ("sum:m", 23)):
        [row] = series.merge(measure, (), Counts([(0, 2)], [(0, 1, 0)], [], amounts), ("in", 0), 1)
        _, told = pane_message("m", measure, (), (), row, 0)
        assert (orjson.loads(told)["value"], orjson.loads(told)["count"]) == (value, 3)

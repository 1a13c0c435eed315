from __future__ import annotations

from typing import Any

from streams.core.conditions.windowed import judge
from streams.core.windows.partials import Counts
from streams.core.windows.rows import Series
from tests.core.conditions.windows import FIRST, windowed

DAY = 24 * 60


def series(**measures: dict[int, int]) -> Series:
    made = Series()
    for name, minutes in measures.items():
        made.merge(name, (), Counts([(FIRST + minute, count) for minute, count in minutes.items()]), ("in", 0), 1)
    return made


def holds(condition: dict[str, Any], rows: Series, end: int, known_from: int = 0) -> bool | None:
    verdict = judge(windowed(condition), rows, (), FIRST + end, FIRST + known_from if known_from else 0)
    return None if verdict is None else verdict.holds


def test_a_window_is_its_minutes_the_end_left_out() -> None:
    rows = series(m={0: 1, 4: 1, 5: 1})
    condition = {"type": "more_than", "threshold": 1, "window": "5m"}
    assert [holds(condition, rows, end) for end in (4, 5, 6, 9, 10)] == [False, True, True, True, False]


def test_fewer_is_judged_only_where_the_whole_window_was_counted() -> None:
    condition = {"type": "less_than", "threshold": 1, "window": "5m"}
    assert holds(condition, Series(), 10, known_from=6) is None
    assert holds(condition, Series(), 10, known_from=5) is True


def test_a_ratio_takes_both_counts_of_the_same_window() -> None:
    condition = {"type": "ratio", "of": "*", "threshold": 0.5, "window": "5m"}
    rows = series(m={0: 3, 7: 9}, of={0: 5, 7: 90})
    assert holds(condition, rows, 5) is True
    assert holds(condition, rows, 8) is False


def test_an_immediate_rule_has_no_window_to_judge() -> None:
    assert judge(windowed({"type": "immediate"}), Series(), (), FIRST, 0) is None
    assert windowed({"type": "less_than", "threshold": 1, "window": "5m"}).basis == "arrival"
    assert windowed({"type": "more_than", "threshold": 1, "window": "5m"}).basis == "event_time"

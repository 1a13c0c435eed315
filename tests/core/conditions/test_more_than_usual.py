from __future__ import annotations

import pytest

from schemas.condition import MoreThanUsual
from streams.core.conditions.more_than_usual import judge_more_than_usual, seasons_known

DAY = 24 * 60
SHIPPED = MoreThanUsual.model_validate(
    {"threshold": 10, "window": "1h", "history": "14d", "season": "1d", "minimum-history": "3d"}
)


def test_nothing_is_compared_before_the_minimum_history_is_known() -> None:
    assert seasons_known(SHIPPED, 100 * DAY, 97 * DAY + 1) == []
    assert seasons_known(SHIPPED, 100 * DAY, 97 * DAY) == [99 * DAY, 98 * DAY]


def test_as_many_seasons_are_looked_at_as_the_history_has_the_nearest_first() -> None:
    found = seasons_known(SHIPPED, 100 * DAY, 0)
    assert found == [day * DAY for day in range(99, 85, -1)]


def test_without_seasons_it_is_learning_and_never_holds() -> None:
    verdict = judge_more_than_usual(SHIPPED, 10_000, [])
    assert not verdict.holds
    assert verdict.measured == {"count": 10_000, "threshold": 10, "seasons": 0, "learning": True}


@pytest.mark.parametrize(
    ("count", "past", "holds"),
    [(11, [0, 0, 0], True), (10, [0, 0, 0], False), (20, [11, 11, 11], False), (21, [11, 11, 11], True)],
)
def test_a_count_must_exceed_the_threshold_and_the_bound(count: int, past: list[int], holds: bool) -> None:  # noqa: FBT001 - the expected answer
    verdict = judge_more_than_usual(SHIPPED, count, past)
    assert verdict.holds is holds
    assert verdict.measured["learning"] is False
    assert verdict.measured["expected"] == past[0]

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from schemas.condition import Condition
from schemas.rule import MinuteCounts
from streams.core.conditions.rehearse import rehearse

CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)


def holds(condition: dict[str, Any], **counts: tuple[int, ...]) -> bool:
    return rehearse(CONDITION.validate_python(condition), MinuteCounts(**counts)).holds


def test_only_the_minutes_of_the_window_count_and_those_that_are_not_written_had_nothing() -> None:
    more = {"type": "more_than", "threshold": 2, "window": "2m"}
    assert holds(more, count=(9, 1, 2))
    assert not holds(more, count=(9, 1, 1))
    assert not holds({"type": "less_than", "threshold": 2, "window": "9m"}, count=(2,))


def test_of_a_maximum_the_greatest_minute_counts() -> None:
    more = {"type": "more_than", "aggregate": "max", "field": "severity", "threshold": 5, "window": "2m"}
    assert holds(more, count=(3, 6))
    assert not holds(more, count=(3, 5))


def test_ratios_and_more_than_usual_are_rehearsed_with_their_own_counts() -> None:
    ratio = {"type": "ratio", "of": "*", "threshold": 0.5, "window": "2m"}
    assert holds(ratio, numerator=(0, 2, 1), denominator=(50, 1, 4))
    usual = {"type": "more_than_usual", "threshold": 2, "window": "1h"}
    assert holds(usual, count=(30,), history=(1, 1, 1))
    assert not holds(usual, count=(30,), history=(30, 28, 31))


def test_an_immediate_condition_has_nothing_to_rehearse() -> None:
    with pytest.raises(TypeError, match="immediate has no window"):
        holds({"type": "immediate"})

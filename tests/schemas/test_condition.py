"""Durations as people write them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.condition import MoreThan
from schemas.duration import parse_minutes, print_minutes


@given(st.integers(min_value=0, max_value=10**6))
def test_every_number_of_minutes_is_written_so_that_it_reads_back(minutes: int) -> None:
    """The longest whole unit is used."""
    assert parse_minutes(print_minutes(minutes)) == minutes


@pytest.mark.parametrize(
    ("text", "minutes"), [("10m", 10), ("1h", 60), ("14d", 20_160), ("1h30m", 90), ("120s", 2), ("2w", 20_160)]
)
def test_durations_are_whole_minutes(text: str, minutes: int) -> None:
    """Seconds are fine where they add up to minutes."""
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize(
    "value", ["90s", "10", "", "m", "1.5h", "-5m", "10 m", "\u0661m", "1h-30m", 10, 10.0, None, True, []]
)
def test_what_is_no_whole_number_of_minutes_is_refused(value: object) -> None:
    """A number without a unit could mean seconds as well."""
    with pytest.raises(ValueError, match=r"duration|minutes"):
        parse_minutes(value)


@given(st.text(alphabet="0123456789smhdw. -", max_size=20))
def test_no_text_makes_reading_a_duration_fail_otherwise(text: str) -> None:
    """Either a number of minutes or a ValueError."""
    try:
        minutes = parse_minutes(text)
    except ValueError:
        return
    assert minutes >= 0


@pytest.mark.parametrize("window", ["0m", "8d", "7d1m"])
def test_a_window_is_from_one_minute_to_seven_days_long(window: str) -> None:
    """Rows are kept no longer."""
    condition: dict[str, Any] = {"threshold": 1, "window": "7d"}
    assert MoreThan.model_validate(condition).window == 7 * 24 * 60
    with pytest.raises(ValidationError, match="outside 1m to 7d"):
        MoreThan.model_validate(condition | {"window": window})


def test_a_count_is_a_whole_number() -> None:
    """Neither a fraction nor a text nor a truth value is a threshold of a count."""
    for threshold in (1.5, "1", True, -1):
        with pytest.raises(ValidationError):
            MoreThan.model_validate({"threshold": threshold, "window": "1m"})

from __future__ import annotations

from math import exp

from streams.core.baseline.shifts import QUARTERS, Quarter, find_shifts, is_new_level
from tests.core.baseline.counts import counted


def quarters(counts: list[int], windows: int = 6) -> list[Quarter]:
    return [Quarter(count, windows, windows) for count in counts]


def test_a_level_that_doubled_is_found_where_it_did() -> None:
    days = 20 * QUARTERS
    found = find_shifts(quarters(counted([60.0] * days + [120.0] * days, 1)), 1.0, 0.0)
    assert len(found) == 1
    assert abs(found[0] - days) <= 1


def test_levels_that_stay_have_no_shift() -> None:
    for seed in range(20):
        assert find_shifts(quarters(counted([60.0] * 49 * QUARTERS, seed)), 1.0, 0.0) == []


def test_a_level_that_grows_has_no_shift_where_the_growth_is_known() -> None:
    grown = [400.0 * exp(0.01 * number / QUARTERS) for number in range(49 * QUARTERS)]
    assert find_shifts(quarters(counted(grown, 3)), 1.0, 0.01 / QUARTERS) == []


def test_a_burst_is_no_level_however_large() -> None:
    day = quarters([60, 60, 900, 60])
    assert not is_new_level(day, 10.0, 0.0, 1.0, 0.0)
    assert is_new_level(quarters([120, 110, 130, 120]), 10.0, 0.0, 1.0, 0.0)

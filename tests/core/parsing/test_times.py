from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.parsing.times import parse_time, to_rfc3339

YEARS_1_TO_9999 = st.integers(-62_135_596_800_000, 253_402_300_799_999)


@pytest.mark.parametrize(
    "value",
    [
        "2023-07-10T11:45:01.250Z",
        "2023-07-10t11:45:01.25z",
        "2023-07-10 11:45:01.25",
        "2023-07-10 11:45:01.250000000",
        "2023-07-10T11:45:01.2509999999999",
        "2023-07-10T13:45:01.250+02:00",
        "2023-07-10T03:45:01.250-0800",
        "2023-07-10T13:45:01.250+02",
        " 2023-07-10 11:45:01,250 UTC ",
        1688989501.25,
        1688989501250,
        "1688989501.25",
        "1688989501250",
        "1.68898950125E12",
    ],
)
def test_one_instant_is_the_same_in_every_form(value: object) -> None:
    assert parse_time(value) == 1688989501250


def test_seconds_may_be_left_out_and_a_leap_second_is_the_next_minute() -> None:
    assert parse_time("2023-07-10T11:45Z") == parse_time("2023-07-10T11:45:00Z")
    assert parse_time("2016-12-31T23:59:60Z") == parse_time("2017-01-01T00:00:00Z")


@pytest.mark.parametrize(
    "value",
    [None, True, "", "soon", "...", "eventTime", "2023-02-30T00:00:00Z", "2023-07-10T24:00:00Z", "2023-07-10T11:60:00Z",
     "2023-07-10T11:45:61Z", "0000-01-01T00:00:00Z", "2023-07-10T11:45:01+99:00", "٢٠٢٣-07-10T11:45:01Z", "2023-07-10",
     "1" * 5000, 10**400, float("inf"), float("nan"), 1e300, "9999-12-31T23:59:59-01:00", [1688989501], {"at": 1}],
)  # fmt: skip
def test_what_is_no_time_in_the_years_1_to_9999_is_none(value: object) -> None:
    assert parse_time(value) is None


@given(YEARS_1_TO_9999)
def test_a_time_written_and_read_again_is_the_same(milliseconds: int) -> None:
    assert parse_time(to_rfc3339(milliseconds)) == milliseconds


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), st.integers(-1439, 1439))  # noqa: DTZ001 - given a zone below
def test_an_offset_is_read_as_the_standard_library_reads_it(local: datetime, offset: int) -> None:
    instant = local.replace(tzinfo=timezone(timedelta(minutes=offset)))
    expected = (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert parse_time(instant.isoformat()) == expected


@given(st.text(max_size=40) | st.integers() | st.floats())
def test_no_value_raises(value: object) -> None:
    found = parse_time(value)
    assert found is None or to_rfc3339(found)

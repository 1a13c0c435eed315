import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.query.instants import span

DAY = 86_400_000_000


def test_a_bare_day_is_the_whole_day() -> None:
    assert span("1970-01-02") == (DAY, 2 * DAY - 1)


@pytest.mark.parametrize(
    "text",
    ["1970-01-02T01:00:00Z", "1970-01-02T01:00Z", "1970-01-02T01:00:00", "1970-01-02t03:00:00.000000+02:00",
     "1970-01-01T23:00:00-0200", "1970-01-02T01:00:00.000Z"],
)  # fmt: skip
def test_an_instant_is_read_in_all_its_spellings(text: str) -> None:
    assert span(text) == (DAY + 3_600_000_000, DAY + 3_600_000_000)


def test_an_offset_at_either_end_of_the_calendar_is_read() -> None:
    assert span("0001-01-01T00:00:00+14:00") is not None
    assert span("9999-12-31T23:59:59-14:00") is not None


@pytest.mark.parametrize("text", ["", "2020", "20200603", "2020-06", "2020-02-30", "2020-06-03T25:00", "x", "2020-W01"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert span(text) is None


@given(st.text(alphabet="0123456789-:TZ+.", max_size=32))
def test_reading_never_raises(text: str) -> None:
    at = span(text)
    assert at is None or at[0] <= at[1]

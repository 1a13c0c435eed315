from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from streams.transport.batch import Batch, split


class Record(NamedTuple):
    offset: int
    value: bytes | None = b"0123456789"


def records(*offsets: int) -> list[Record]:
    return [Record(offset) for offset in offsets]


fetches = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 50)), min_size=1, max_size=20)


@given(fetches, st.integers(1, 6), st.integers(1, 120), st.integers(0, 3))
def test_batches_of_a_fetch_follow_each_other_without_a_gap_and_hold_every_record_in_order(
    steps: list[tuple[int, int]], most: int, most_bytes: int, hole: int
) -> None:
    fetched: list[Record] = []
    for step, size in steps:
        fetched.append(Record((fetched[-1].offset if fetched else 99 + hole) + step, b"x" * size or None))
    batches = split(("t", 1), fetched, 100, most, most_bytes)
    assert [record for batch in batches for record in batch.records] == fetched
    assert {(batch.topic, batch.partition) for batch in batches} == {("t", 1)}
    assert [batch.start for batch in batches] == [100, *(batch.end for batch in batches[:-1])]
    assert batches[-1].end == fetched[-1].offset + 1
    assert all(len(batch.records) <= most for batch in batches)
    # The last record alone may go beyond the bound.
    assert all(sum(len(one.value or b"") for one in batch.records[:-1]) < most_bytes for batch in batches)


def test_nothing_fetched_makes_no_batch() -> None:
    assert split(("t", 1), [], 5, 10, 10) == []


@given(st.sets(st.integers(10, 30)), st.integers(10, 31))
def test_a_batch_cut_in_two_is_the_batch(offsets: set[int], place: int) -> None:
    batch = Batch("t", 1, 10, 31, records(*sorted(offsets)))
    head, rest = batch.until(place), batch.from_offset(place)
    assert [*head.records, *rest.records] == batch.records
    assert (head.start, head.end, rest.start, rest.end) == (10, place, place, 31)
    assert all(record.offset < place for record in head.records)

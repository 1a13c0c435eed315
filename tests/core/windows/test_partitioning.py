from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.core.windows.partitioning import partition_of


@given(st.lists(st.none() | st.text(max_size=8), max_size=4).map(tuple), st.integers(1, 64))
def test_a_group_always_belongs_to_one_of_the_partitions(group: tuple[str | None, ...], partitions: int) -> None:
    assert partition_of(group, partitions) == partition_of(tuple(group), partitions)
    assert 0 <= partition_of(group, partitions) < partitions


def test_groups_stay_where_earlier_versions_put_them() -> None:
    # Rows are found only there: another placement would count a group twice.
    groups = [(), (None,), ("111122223333",), ("111122223333", "High"), ("ä", None)]
    assert [partition_of(group, 8) for group in groups] == [1, 3, 4, 0, 6]

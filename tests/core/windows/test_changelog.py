"""State put together from its changelog is the state that was written, whoever crashed or slept meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.windows.changelog import CHECKPOINT, encode_memory, memory_tail, restore, row_tail
from streams.core.windows.row import Row
from streams.core.windows.state import WindowState
from tests.core.windows.flows import counted, cuts, flushes, fold, happenings, logs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.core.windows.partials import Partial

Records = list[tuple[bytes, bytes | None]]


def row_value(fence: int, count: int) -> bytes:
    row = Row((), 7, 0)
    row.fence, row.counts[0] = fence, count
    return row.encode()


def checkpoint(fence: int) -> bytes:
    return orjson.dumps({"fence": fence, "judged": {"in/arrival": fence}, "sources": [["in", 1, 0, fence, 5, 3]]})


TAIL = row_tail("m", ("a", None), 7, 0)


def total(records: Records) -> int:
    return restore(records).state.series.row("m", ("a", None), 7, 0).total(0)


@given(st.permutations([(b"a" * 8, 5, 50), (b"b" * 8, 9, 90), (b"c" * 8, 7, 70)]))
def test_of_copies_by_several_owners_the_one_with_the_highest_fence_is_taken(
    copies: list[tuple[bytes, int, int]],
) -> None:
    records: Records = [(epoch + TAIL, row_value(fence, count)) for epoch, fence, count in copies]
    assert total(records) == 90
    [row] = [
        row for groups in restore(records).state.series.measures.values() for rows in groups.values() for row in rows
    ]
    assert sorted(row.copies) == sorted(epoch for epoch, _, _ in copies)


def test_a_zombies_late_write_does_not_win_over_its_successors_newer_row() -> None:
    records: Records = [
        (b"zombie--" + TAIL, row_value(5, 50)),
        (b"next----" + TAIL, row_value(9, 90)),
        (b"zombie--" + TAIL, row_value(6, 60)),
        (b"zombie--" + CHECKPOINT, checkpoint(6)),
        (b"next----" + CHECKPOINT, checkpoint(9)),
        (b"zombie--" + CHECKPOINT, checkpoint(7)),
    ]
    assert total(records) == 90
    assert restore(records).state.fence == 9


def test_a_tombstone_erases_the_copy_of_its_own_key_alone() -> None:
    records: Records = [
        (b"a" * 8 + TAIL, row_value(5, 50)),
        (b"b" * 8 + TAIL, row_value(4, 40)),
        (b"a" * 8 + TAIL, None),
    ]
    assert total(records) == 40
    assert total([*records, (b"b" * 8 + TAIL, None)]) == 0
    assert restore([*records, (b"b" * 8 + TAIL, None)]).state.series.size == 0
    assert total([*records, (b"a" * 8 + TAIL, row_value(6, 60))]) == 60


def test_an_episode_is_firing_until_its_resolution_is_written() -> None:
    tail = memory_tail("rule", ("a",))
    firing = encode_memory(3, {"alert_id": "x"})
    written: Records = [(b"a" * 8 + CHECKPOINT, checkpoint(9)), (b"a" * 8 + tail, firing)]
    assert dict(restore(written).state.memories) == {("rule", ("a",)): {"alert_id": "x"}}
    written.append((b"b" * 8 + tail, encode_memory(4, None)))
    assert dict(restore(written).state.memories) == {}
    assert set(restore(written).copies) == {tail, CHECKPOINT}


def test_an_empty_changelog_is_a_beginning() -> None:
    restored = restore([])
    assert (restored.has_checkpoint, restored.state.fence, restored.copies) == (False, -1, {})


def written(state: WindowState, epoch: bytes) -> Records:
    """What one flush writes, the checkpoint last."""
    changed, state.changed_rows = state.changed_rows, {}
    rows: Records = [(epoch + row_tail(*key), row.encode()) for key, row in changed.items()]
    return [*rows, (epoch + CHECKPOINT, orjson.dumps(state.checkpoint()))]


def live(log: Sequence[Partial], crashes: Sequence[tuple[int, int, bool]]) -> tuple[WindowState, Records]:
    """Owners one after another: each takes some messages, and dies with its last flush partly written."""
    changelog: Records = []
    state = WindowState()
    for number, (messages, kept, flushed_before) in enumerate(crashes):
        epoch = b"%08d" % number
        start = state.fence + 1
        if flushed_before:
            half = fold(log[: start + messages // 2], state, start)
            changelog += written(half, epoch)
            start = half.fence + 1
        changelog += written(fold(log[: start + messages], state, start), epoch)[: -1 - kept]
        state = restore(changelog).state
    state = fold(log, state, state.fence + 1)
    return state, [*changelog, *written(state, b"last----")]


def in_full(state: WindowState) -> Any:
    rows = {
        (name, group, row.hour, row.arrived): row.encode()
        for name, groups in state.series.measures.items()
        for group, held in groups.items()
        for row in held
    }
    return rows, state.checkpoint()


@settings(deadline=None)
@given(
    st.lists(happenings, min_size=1, max_size=2),
    cuts,
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 8), st.booleans()), max_size=3),
)
def test_after_any_crash_in_the_middle_of_a_flush_the_state_is_that_of_a_life_without_crashes(
    records: list[Any], places: list[int], crashes: list[tuple[int, int, bool]]
) -> None:
    order = [flush for number, one in enumerate(records) for flush in flushes(one, places, number, len(records), 1)]
    [log] = logs(order, 1)
    state, changelog = live(log, crashes)
    assert counted([state]) == counted([fold(log)])
    assert in_full(state) == in_full(fold(log))
    assert in_full(restore(changelog).state) == in_full(state)
    # Compaction keeps the newest record of each key, and that is enough.
    assert in_full(restore(list(dict(changelog).items())).state) == in_full(state)

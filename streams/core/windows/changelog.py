"""How stage 2's state is written to its changelog, and put together again.

Every key begins with the owner's epoch, eight characters that no other owner of the partition has: a worker that was
paused, has lost its partitions and does not know it yet overwrites nothing of its successor. Of several copies the one
with the highest fence is right, since state is a function of the log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from streams.core.windows.rows import MOST_GROUPS, Series
from streams.core.windows.state import WindowState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.core.windows.memories import Memory
    from streams.core.windows.partials import Group
    from streams.core.windows.row import Row

EPOCH_LENGTH = 8
CHECKPOINT = b'"checkpoint"'
ROW = b'["row"'
ANY = 1 << 62
"""A limit that nothing reaches."""


def row_tail(measure: str, group: Group, hour: int, arrived: int) -> bytes:
    """The key of a row, without the epoch."""
    return orjson.dumps(["row", measure, group, hour, arrived])


def memory_tail(rule: str, group: Group) -> bytes:
    """The key of what a rule remembers about a group, without the epoch."""
    return orjson.dumps(["memory", rule, group])


def encode_memory(fence: int, memory: Memory | None, since: int = -1, before: Memory | None = None) -> bytes:
    """The value of a memory, null once it is forgotten.

    ``before`` is the same as it was at ``since``, the fence of the last checkpoint. Where the next is never written,
    messages are judged again from there, and alerts that may be lost have to be sent again: unlike a row, a memory
    must not be ahead of its checkpoint.
    """
    return orjson.dumps({"fence": fence, "memory": memory, "since": since, "before": before})


@dataclass(slots=True)
class Restored:
    """State put together from a changelog; its rows know under which epochs they have copies.

    ``copies`` are the epochs of all copies of everything else, by the key without its epoch.
    """

    state: WindowState
    has_checkpoint: bool
    copies: dict[bytes, tuple[bytes, ...]] = field(default_factory=dict)


def restore(records: Iterable[tuple[bytes, bytes | None]], most_groups: int = MOST_GROUPS) -> Restored:
    """Put the state together from all records (key, value) of a changelog partition, in order.

    ``most_groups`` is how many groups of a measure an hour keeps apart from here on.
    """
    latest: dict[bytes, bytes] = {}
    for key, value in records:
        if value is None:
            latest.pop(key, None)
        else:
            latest[key] = value
    # All that was kept apart stays so, whatever the limit was.
    restored = Restored(WindowState(Series(most_groups=ANY)), has_checkpoint=False)
    checkpoint: dict[str, Any] = {"fence": -1}
    memories: dict[bytes, list[dict[str, Any]]] = {}
    epochs: dict[tuple[bytes, ...], tuple[bytes, ...]] = {}
    while latest:
        key, raw = latest.popitem()
        epoch, tail = key[:EPOCH_LENGTH], key[EPOCH_LENGTH:]
        value = orjson.loads(raw)
        if tail.startswith(ROW):
            _place(restored.state, orjson.loads(tail), value, epoch, epochs)
            continue
        restored.copies[tail] = (*restored.copies.get(tail, ()), epoch)
        if tail != CHECKPOINT:
            memories.setdefault(tail, []).append(value)
        elif value["fence"] > checkpoint["fence"]:
            checkpoint, restored.has_checkpoint = value, True
    if restored.has_checkpoint:
        restored.state.restore_checkpoint(checkpoint)
    restored.state.series.restored_to(checkpoint["fence"])
    restored.state.series.most_groups = most_groups
    restored.state.recall_late()
    for tail, written in memories.items():
        memory = _memory_at(written, checkpoint["fence"])
        if memory is not None:
            _, rule, group = orjson.loads(tail)
            restored.state.memories.place(rule, tuple(group), memory)
    return restored


def _memory_at(copies: list[dict[str, Any]], fence: int) -> Memory | None:
    """A memory as it was at the checkpoint's fence; each copy knows it at two fences."""
    known = [(copy["fence"], copy["memory"]) for copy in copies]
    known += [(copy["since"], copy["before"]) for copy in copies]
    return max((one for one in known if one[0] <= fence), key=lambda one: one[0], default=(-1, None))[1]


def _place(
    state: WindowState,
    tail: list[Any],
    value: dict[str, Any],
    epoch: bytes,
    epochs: dict[tuple[bytes, ...], tuple[bytes, ...]],
) -> None:
    _, measure, group, hour, arrived = tail
    row: Row = state.series.row(measure, tuple(group), hour, arrived)
    if value["fence"] > row.fence:
        row.restore(value)
    # Most rows have the same few epochs, which are kept once.
    copies = (*row.copies, epoch)
    row.copies = epochs.setdefault(copies, copies)

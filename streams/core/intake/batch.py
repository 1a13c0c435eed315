"""Split one large batch into several of the same shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The lists in AWS's batches: CloudTrail files and Lambda events, GetFindings, LookupEvents, CloudWatch Logs, SQS.
BATCH_KEYS = ("Records", "records", "findings", "Findings", "Events", "logEvents", "Messages")

_Raw = msgspec.Raw
_objects = msgspec.json.Decoder(dict[str, _Raw])
_lists = msgspec.json.Decoder(list[_Raw])


def batches(value: bytes, max_bytes: int) -> list[bytes]:
    """Split a JSON batch larger than ``max_bytes`` into batches of at most that size, in the same wrapper.

    A list stays a list; ``{"Records": [...]}`` and its like keep their key and whatever stands beside it. Each element
    keeps its bytes, and one that is larger by itself is a batch by itself. Anything else, broken JSON too, comes back
    as it was.
    """
    if len(value) <= max_bytes:
        return [value]
    try:
        before, elements, after = _open(value)
    except msgspec.DecodeError:
        return [value]
    room = max_bytes - len(before) - len(after)
    return [before + b",".join(pack) + after for pack in _packs(elements, room)] or [value]


def _open(value: bytes) -> tuple[bytes, list[bytes], bytes]:
    """Return what stands before the elements, the elements, and what is after them; none where it is no batch."""
    if value.lstrip()[:1] == b"[":
        return b"[", [bytes(element) for element in _lists.decode(value)], b"]"
    members = _objects.decode(value)
    for name in BATCH_KEYS:
        if name in members and bytes(members[name]).lstrip()[:1] == b"[":
            elements = [bytes(element) for element in _lists.decode(members.pop(name))]
            others = b"".join(orjson.dumps(key) + b":" + bytes(member) + b"," for key, member in members.items())
            return b"{" + others + orjson.dumps(name) + b":[", elements, b"]}"
    return b"", [], b""


def _packs(elements: list[bytes], room: int) -> Iterator[list[bytes]]:
    pack: list[bytes] = []
    size = 0
    for element in elements:
        if pack and size + len(element) + 1 > room:
            yield pack
            pack, size = [], 0
        pack.append(element)
        size += len(element) + 1
    if pack:
        yield pack

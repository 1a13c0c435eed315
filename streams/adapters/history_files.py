"""History in files: every message with the time of its events, in the order of these times."""

from __future__ import annotations

import re
import time
from operator import itemgetter
from typing import TYPE_CHECKING

from streams.adapters.sources import Block, Refused, find_files, read_source
from streams.core.intake.cut import cut
from streams.core.parsing.times import parse_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from schemas.measure import Source
    from streams.core.replay.files import Dated, Place

_OF_RECORDS = (b'"eventTime":"', b'"time":"')
_OF_ENVELOPES = (b'"time":"', b'"eventTime":"')
_LOOK_INTO = 256
"""The bytes in which an EventBridge envelope names its detail-type."""
_FIRST = itemgetter(0)
MOST_HELD = 1 << 30
"""Bytes of messages that are put into order at once; what is out of order by more comes late."""
_TIME = re.compile(rb'"(?:eventTime|time|updatedAt|EventTime|UpdatedAt)"\s*:\s*(?:"([^"\\]{10,64})"|([0-9.eE+]{9,20}))')


def read_history(
    paths: Iterable[str], refused: Callable[[Refused], None], progress: Callable[[int], None]
) -> Iterator[list[Dated]]:
    """The messages of files in batches, the oldest first; ``progress`` hears of each number of bytes read.

    A message without any time takes that of the one before it, or where there is none that of the first one that has
    a time: were it dated 1970, decades of silence would be judged. Nothing is dated later than now.
    """
    held: list[Dated] = []
    undated: list[tuple[Source, bytes, Place]] = []
    size = 0
    last: int | None = None
    now = int(time.time() * 1000)
    for messages, length in _read_files(paths, refused, progress):
        for value, place in messages:
            at = _time_of(value)
            if at is None:
                at = last
            if at is None:
                undated.append((_source_of(value), value, place))
                continue
            last = min(at, now)
            held += [(last, *message) for message in undated]
            undated.clear()
            held.append((last, _source_of(value), value, place))
        size += length
        if size > MOST_HELD:
            held.sort(key=_FIRST)
            half = len(held) // 2
            yield held[:half]
            held, size = held[half:], size // 2
    held += [(now, *message) for message in undated]
    held.sort(key=_FIRST)
    yield held


def _read_files(
    paths: Iterable[str], refused: Callable[[Refused], None], progress: Callable[[int], None]
) -> Iterator[tuple[list[tuple[bytes, Place]], int]]:
    """The messages of each block of the files, where they stand, and how many bytes the block has."""
    for name in find_files(paths):
        first = 1
        for block in [name] if isinstance(name, Refused) else read_source(name):
            if isinstance(block, Refused):
                refused(block)
                continue
            progress(len(block.data))
            yield _messages(block, str(name), first), len(block.data)
            first += block.data.count(b"\n")


def _messages(block: Block, name: str, first: int) -> list[tuple[bytes, Place]]:
    """Each message with its place; ``first`` is the block's first line."""
    if block.whole:
        return [(value, (name, 0)) for value in cut(block.data)]
    # Of JSON lines each is a message; one that is broken is refused where it is read.
    lines = enumerate(block.data.split(b"\n"), first)
    return [(line, (name, number)) for number, line in lines if line and not line.isspace()]


def _time_of(value: bytes) -> int | None:
    """The latest time that any event of a message says it happened, epoch ms."""
    # Most messages are one event, as AWS writes it: that is found without a pattern.
    names = _OF_ENVELOPES if b'"detail-type"' in value[:_LOOK_INTO] else _OF_RECORDS
    for name in names:
        place = value.find(name)
        if place >= 0:
            begin = place + len(name)
            if value.find(name, begin) < 0 and not value.startswith(b'{"Records"'):
                return parse_time(value[begin : value.find(b'"', begin)].decode("latin-1"))
            break
    return max((at for found in _TIME.finditer(value) if (at := _read(found)) is not None), default=None)


def _read(found: re.Match[bytes]) -> int | None:
    text, number = found.groups()
    return parse_time(text.decode("latin-1")) if text else parse_time(float(number))


def _source_of(value: bytes) -> Source:
    return "cloudtrail" if b'"eventSource"' in value and b'"GuardDuty Finding"' not in value else "findings"

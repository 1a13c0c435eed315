"""The events that an alert refers to, read again where they stand in the source topics."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from schemas.errors import GuardstreamError
from schemas.event import Event
from streams.adapters.history import PartitionReader
from streams.core.parsing.unwrap import unwrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from streams.settings import Settings

    Reference = Mapping[str, Any]


class Standing(StrEnum):
    """Whether an event still stands where an alert says."""

    READ = "read"
    EXPIRED = "expired"
    REPLACED = "replaced"
    EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True)
class Found:
    """A reference and its event; ``arrived`` is the record's timestamp, epoch ms; ``why`` says why there is none."""

    reference: Reference
    standing: Standing
    event: Event | None = None
    arrived: int | None = None
    why: str = ""


def read_evidence(settings: Settings, references: Sequence[Reference]) -> list[Found]:
    """Each reference with its event, in the order given; a message that holds several is unwrapped."""
    places: dict[tuple[str, int], list[Reference]] = {}
    for reference in references:
        places.setdefault((reference["topic"], reference["partition"]), []).append(reference)
    found: dict[int, Found] = {}
    for (topic, partition), here in places.items():
        for one in _read(settings, topic, partition, sorted(here, key=lambda reference: reference["offset"])):
            found[id(one.reference)] = one
    return [found[id(reference)] for reference in references]


def _read(settings: Settings, topic: str, partition: int, references: Sequence[Reference]) -> Iterator[Found]:
    try:
        reader = PartitionReader(settings, topic, partition)
    except GuardstreamError as error:
        # The broker answered before, so it is this partition that is gone.
        yield from (Found(one, Standing.REPLACED, why=str(error)) for one in references)
        return
    with closing(reader):
        messages: list[Any] = []
        for reference in references:
            offset = reference["offset"]
            # A batch of events is one message, and several of them may be referred to.
            if not messages or messages[0].offset() != offset:
                messages = reader.read(offset, offset + 1)
            yield _found(reference, messages, reader)


def _found(reference: Reference, messages: Sequence[Any], reader: PartitionReader) -> Found:
    if reference["offset"] < reader.first:
        return Found(reference, Standing.EXPIRED, why=f"the partition begins at offset {reader.first}")
    if reference["offset"] >= reader.end:
        return Found(
            reference,
            Standing.REPLACED,
            why=f"the topic is not the one it was: the partition ends at offset {reader.end}",
        )
    if not messages:
        return Found(reference, Standing.EXPIRED, why="the partition has no message at this offset any more")
    message = messages[0]
    arrived = message.timestamp()[1]
    part = next((part for part in unwrap(message.value()) if part.index == reference["index"]), None)
    if isinstance(part, Event):
        return Found(reference, Standing.READ, part, arrived)
    why = "the topic is not the one it was: no event stands there" if part is None else f"unreadable: {part.detail}"
    return Found(reference, Standing.REPLACED, arrived=arrived, why=why)

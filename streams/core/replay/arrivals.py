"""The events of a test as they arrive: each at its time, in AWS's own form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from schemas.event import Refusal
from streams.core.parsing.unwrap import unwrap
from streams.core.replay.timing import at_time, own_time
from streams.core.rules.trial import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schemas.measure import Source
    from schemas.rule_test import RuleTest, TestEvent


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event of a test: when it arrives (epoch ms), and its bytes."""

    at: int
    value: bytes


def arrivals_of(test: RuleTest, source: Source, files: Mapping[str, bytes]) -> Iterator[Arrival]:
    """All events of a test, also those inside of wrappers and of ``files`` (by the name that the test writes).

    Raises ValueError for what can't be read, has no time, or is no event of the ``source``.
    """
    start = int(test.start.timestamp() * 1000)
    for written in test.events:
        for document in _documents(written, source, files):
            for turn in range(written.times):
                if written.at is None:
                    at, moved = own_time(document), document
                else:
                    at = start + (written.at + turn * written.every) * 1000
                    moved = at_time(document, at)
                arrives = at if written.arrives is None else start + (written.arrives + turn * written.every) * 1000
                yield Arrival(arrives, orjson.dumps(_numbered(moved, turn)))


def _documents(written: TestEvent, source: Source, files: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    """The events of one entry, unwrapped."""
    if written.event is not None:
        name, texts = "the event", [orjson.dumps(written.event)]
    elif written.file in files:
        name, texts = str(written.file), _texts(files[str(written.file)])
    else:
        message = f"the file {written.file} can't be read"
        raise ValueError(message)
    for text in texts:
        for event in unwrap(text):
            if isinstance(event, Refusal):
                message = f"{name} can't be read: {event.detail}"
                raise ValueError(message)  # noqa: TRY004 - it is the value that is wrong
            if event.kind is not KINDS[source]:
                message = f"{name} is not one of the source {source}, but {event.kind.value}"
                raise ValueError(message)
            yield _with(event.document, written.set)


def _texts(data: bytes) -> list[bytes]:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return [line for line in data.splitlines() if line.strip()]
    return [data]


def _with(document: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The document with values put at dotted paths; objects that are missing on the way are made."""
    changed: dict[str, Any] = orjson.loads(orjson.dumps(document))
    for path, value in changes.items():
        here = changed
        *parents, last = path.split(".")
        for name in parents:
            here = here.setdefault(name, {})
            if not isinstance(here, dict):
                message = f"set: {path} can't be set, since {name} is no object"
                raise ValueError(message)  # noqa: TRY004 - it is the path that is wrong
        here[last] = value
    return changed


def _numbered(document: dict[str, Any], turn: int) -> dict[str, Any]:
    """A record that comes again is another record."""
    if turn and isinstance(document.get("eventID"), str):
        return {**document, "eventID": f"{document['eventID']}-{turn + 1}"}
    return document

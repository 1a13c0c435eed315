"""The lifecycle tags that alerts carry, kept up with; no worker stops for what is wrong with them."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from pydantic import ValidationError

from schemas.tag import LifecycleTag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.core.tags.near import TagTimes

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between two looks at the topic."""


class Message(Protocol):
    """One message of the topic."""

    @property
    def offset(self) -> int:
        """Where it stands."""
        ...

    @property
    def key(self) -> bytes | None:
        """The tag's id."""
        ...

    @property
    def value(self) -> bytes | None:
        """The tag; nothing where it was removed."""
        ...


class Written(Protocol):
    """What was written since this was asked last; may block, and raises where that can't be told."""

    def read_on(self) -> Sequence[Message]:
        """In the order in which it was written."""
        ...


class TagWatch:
    """Feeds the index that alerts are given their tags from."""

    def __init__(self, times: TagTimes, topic: Written) -> None:
        self.times = times
        self._topic = topic
        self._looking = asyncio.Lock()
        self.has_read = False
        """Whether the topic was ever read to its end."""

    async def look(self) -> int:
        """Read on; how many tags are known now. What is no tag is left out."""
        async with self._looking:
            messages = await asyncio.to_thread(self._topic.read_on)
        # On the event loop, so that no batch meets an index that changes.
        for message in messages:
            if message.value is None:
                self.times.remove((message.key or b"").decode("utf-8", "replace"))
                continue
            try:
                self.times.put(LifecycleTag.decode(message.value))
            except ValidationError:
                log.warning("The message at offset %d of the lifecycle tags is no tag, and left out", message.offset)
        self.has_read = True
        return len(self.times)

"""Tags are kept up with as they are written; what is no tag is left out, and what is removed is gone."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, NamedTuple

import pytest

from agents.tag_watch import TagWatch
from schemas.tag import LifecycleTag
from streams.core.tags.near import TagTimes

AT = 1_764_000_000_000


class Message(NamedTuple):
    offset: int
    key: bytes | None
    value: bytes | None


def tag(tag_id: str, name: str) -> Message:
    value = LifecycleTag(id=tag_id, name=name, started_at="2025-11-24T16:00:00.000Z").encode()
    return Message(0, tag_id.encode(), value)


class Topic:
    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def read_on(self) -> list[Message]:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        found: list[Message] = answer
        return found


def test_alerts_get_the_tags_that_were_read_last(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    times = TagTimes(1_000)
    watch = TagWatch(
        times,
        Topic(
            [tag("a", "shop 1"), tag("b", "cart 1")],
            OSError("away"),
            [tag("a", "shop 2"), Message(7, b"c", b"{"), Message(8, None, None)],
            [Message(9, b"b", None)],
        ),
    )

    async def story() -> list[list[str]]:
        seen = []
        for _ in range(2):
            await watch.look()
            seen.append(times.names(AT))
            if len(seen) == 1:
                with pytest.raises(OSError, match="away"):
                    await watch.look()
                # What was known stays known.
                seen.append(times.names(AT))
        await watch.look()
        return [*seen, times.names(AT)]

    assert asyncio.run(story()) == [["shop 1", "cart 1"], ["shop 1", "cart 1"], ["shop 2", "cart 1"], ["shop 2"]]
    assert "offset 7" in caplog.text
